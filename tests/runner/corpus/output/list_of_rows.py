# A list of tensors.
# exercise: softmax
# expect: INVALID_OUTPUT
import torch


def solve(x, w):
    return list(torch.softmax(x @ w, dim=-1))
