# A numpy array.
# exercise: softmax
# expect: INVALID_OUTPUT
# says: a tensor was expected
import torch


def solve(x, w):
    return torch.softmax(x @ w, dim=-1).numpy()
