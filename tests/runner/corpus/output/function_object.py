# A function that would compute the answer.
# exercise: softmax
# expect: INVALID_OUTPUT
import torch


def solve(x, w):
    return lambda: torch.softmax(x @ w, dim=-1)
