# Threads that scribble over every shared page they find, for ever.
# exercise: softmax
# expect: WRONG_ANSWER|INPUT_MUTATED
import gc
import mmap
import threading

import torch


def scribble(region):
    while True:
        region[:4096] = bytes(4096)


for found in [o for o in gc.get_objects() if isinstance(o, mmap.mmap)]:
    threading.Thread(target=scribble, args=(found,), daemon=True).start()


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
