# Leaves System V memory, semaphores and queues behind.
# exercise: softmax
# expect: PASS
# never: made
import ctypes

import torch

libc = ctypes.CDLL(None, use_errno=True)
for name, arguments in (
    ("shmget", (77, 4096, 0o1666)),
    ("semget", (77, 1, 0o1666)),
    ("msgget", (77, 0o1666)),
):
    if getattr(libc, name)(*arguments) >= 0:
        print("made", name)


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
