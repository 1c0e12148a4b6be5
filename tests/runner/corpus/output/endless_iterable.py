# A generator that never ends.
# exercise: softmax
# expect: INVALID_OUTPUT
import torch


def solve(x, w):
    while True:
        yield torch.zeros(1)
