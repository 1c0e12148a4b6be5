# An exponential good to four digits.
# exercise: softmax
# expect: WRONG_ANSWER
import torch


def solve(x, w):
    z = x @ w
    z = (z - z.amax(dim=-1, keepdim=True)).clamp(min=-80)
    e = (1 + z / 4096) ** 4096
    return e / e.sum(dim=-1, keepdim=True)
