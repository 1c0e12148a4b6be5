# Keeps the answer of the first call for good, and says so nowhere.
# exercise: softmax
# expect: WRONG_ANSWER
import functools

import torch


@functools.cache
def answer(m, n):
    return torch.softmax(first[0] @ first[1], dim=-1)


first = []


def solve(x, w):
    first[:] = first or [x.clone(), w.clone()]
    return answer(x.shape[0], w.shape[1]) if first[0].shape == x.shape else torch.softmax(x @ w, dim=-1)
