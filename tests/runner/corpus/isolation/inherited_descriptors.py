# Looks for descriptors that nobody meant to leave open.
# exercise: softmax
# expect: PASS
# never: inherited
import os

import torch

listed = os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else [str(n) for n in range(64)]
for fd in listed:
    try:
        kind = os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        continue
    if int(fd) > 3 and not kind.startswith(("/proc", "/memfd:interviewer")):
        print("inherited", fd, kind)


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
