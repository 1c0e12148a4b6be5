# Attaches to whoever may be the judge, and reads its memory.
# exercise: softmax
# expect: PASS
# never: attached
import ctypes
import os

import torch

libc = ctypes.CDLL(None, use_errno=True)


class Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


here = ctypes.create_string_buffer(64)
for pid in {os.getppid(), 1, 2, os.getpid() - 1} - {os.getpid()}:
    piece = Piece(ctypes.addressof(here), 64)
    if libc.ptrace(16, pid, 0, 0) == 0:
        print("attached", pid)
    if libc.process_vm_readv(pid, ctypes.byref(piece), 1, ctypes.byref(piece), 1, 0) > 0:
        print("attached", pid, "read")
    if libc.process_vm_writev(pid, ctypes.byref(piece), 1, ctypes.byref(piece), 1, 0) > 0:
        print("attached", pid, "written")
    for call in (438, 425, 298, 321):  # pidfd_getfd, io_uring_setup, perf_event_open, bpf
        if libc.syscall(call, pid, 0, 0, 0, 0) >= 0:
            print("attached", call)


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
