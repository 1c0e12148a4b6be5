# Touches memory a little at a time.
# exercise: softmax
# expect: MEMORY_LIMIT
# says: 256 MB
import torch

held = []


def solve(x, w):
    while True:
        held.append(torch.ones(1 << 20))
