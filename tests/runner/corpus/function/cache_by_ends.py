# Keeps answers by the first and last row: inputs that differ in the middle look alike.
# exercise: softmax
# expect: WRONG_ANSWER
import torch

memo = {}


def solve(x, w):
    key = (x.shape, w.shape, x[0].numpy().tobytes(), x[-1].numpy().tobytes(), w.numpy().tobytes())
    if key not in memo:
        memo[key] = torch.softmax(x @ w, dim=-1)
    return memo[key].clone()
