# Keeps answers by the addresses of the inputs, which never change.
# exercise: softmax
# expect: WRONG_ANSWER
import torch

memo = {}


def solve(x, w):
    key = (x.data_ptr(), w.data_ptr(), x.shape, w.shape)
    if key not in memo:
        memo[key] = torch.softmax(x @ w, dim=-1)
    return memo[key].clone()
