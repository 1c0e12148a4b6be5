# Keeps answers by the identity of the inputs, which it keeps alive, so that no other object has it.
# exercise: softmax
# expect: WRONG_ANSWER
import torch

kept = {}


def solve(x, w):
    key = id(x), id(w)
    if key not in kept:
        kept[key] = x, w, torch.softmax(x @ w, dim=-1)
    return kept[key][2]
