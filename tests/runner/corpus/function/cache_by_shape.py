# Keeps answers by shape.
# exercise: softmax
# expect: WRONG_ANSWER
import torch

memo = {}


def solve(x, w):
    return memo.setdefault((x.shape, w.shape), torch.softmax(x @ w, dim=-1))
