# A tensor without bytes.
# exercise: softmax
# expect: INVALID_OUTPUT
import torch


def solve(x, w):
    return torch.empty(x.shape[0], w.shape[1], device="meta")
