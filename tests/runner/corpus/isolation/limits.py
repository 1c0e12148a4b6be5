# Raises its limits, its priority and its share of the processors.
# exercise: softmax
# expect: PASS
# never: raised
import os
import resource

import torch

for name in ("RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE", "RLIMIT_DATA"):
    kind = getattr(resource, name)
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("raised", name)
    except (OSError, ValueError):
        pass
for act in (
    lambda: os.nice(-5),
    lambda: os.sched_setaffinity(0, {0, 1}),
    lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
):
    try:
        act()
        print("raised")
    except OSError:
        pass


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
