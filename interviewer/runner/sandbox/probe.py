"""Proves the sandbox by attempting what it forbids, in a worker of its own that runs no candidate."""

from __future__ import annotations

import ctypes
import os
import socket
import threading
import time

MEMORY_MB, PROCESSES = 48, 8  # the limits of the worker that tries to break them


class _Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def attempt(canary: str, folder: str, port: int, judge: int, parent: int) -> dict[str, bool]:
    """In the worker: True for every forbidden act that succeeded."""
    return {
        "read": _does(lambda: open(canary, "rb").close()),
        "write": _does(lambda: open(os.path.join(folder, "written"), "wb").close()),
        "connect": _does(lambda: socket.create_connection(("127.0.0.1", port), timeout=1).close()),
        "signal": any(_does(lambda pid=pid: os.kill(pid, 0)) for pid in (judge, parent)),
        "trace": any(_reads_memory(pid) for pid in (judge, parent)),
        "threads": _starts_threads(PROCESSES + 8),
    }


def exhaust_memory(megabytes: int) -> int:
    """In the worker: touch more memory than it may have, at a pace that looking from outside can follow.
    The end of it is the proof."""
    held = []
    for _ in range(megabytes // 16):
        held.append(b"x" * (16 << 20))
        time.sleep(0.01)
    return len(held)


def _does(act) -> bool:
    try:
        act()
    except OSError:
        return False
    return True


def _reads_memory(pid: int) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    here = ctypes.create_string_buffer(8)
    piece = _Piece(ctypes.addressof(here), 8)
    if not hasattr(libc, "process_vm_readv"):
        return False
    # The warm parent's memory lies where this fork's does, so the address is a valid one there.
    return libc.process_vm_readv(pid, ctypes.byref(piece), 1, ctypes.byref(piece), 1, 0) > 0


def _starts_threads(count: int) -> bool:
    stop = threading.Event()
    try:
        for _ in range(count):
            threading.Thread(target=stop.wait, daemon=True).start()
    except RuntimeError:
        return False
    finally:
        stop.set()
    return True
