# Writes the answer over x and returns it.
# exercise: softmax
# expect: INPUT_MUTATED|WRONG_ANSWER|INVALID_OUTPUT
import torch


def solve(x, w):
    x.copy_(torch.softmax(x, dim=-1))
    return x
