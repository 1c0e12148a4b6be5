# Right, while threads burn the processor.
# exercise: softmax
# expect: PASS|TIMEOUT
import threading

import torch


def burn():
    while True:
        pass


for _ in range(3):
    threading.Thread(target=burn, daemon=True).start()


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
