# The right numbers as complex ones.
# exercise: softmax
# expect: INVALID_OUTPUT
# says: complex64
import torch


def solve(x, w):
    return torch.softmax(x @ w, dim=-1).to(torch.complex64)
