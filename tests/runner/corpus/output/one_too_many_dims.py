# A leading dimension of one.
# exercise: softmax
# expect: INVALID_OUTPUT
# says: shape (1, 4, 5)
import torch


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)[None]
