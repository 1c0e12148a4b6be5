# Changes w through its numpy view.
# exercise: softmax
# expect: INPUT_MUTATED
# says: w was changed
import torch


def solve(x, w):
    y = torch.softmax(x @ w, dim=-1)
    w.numpy()[0] += 1
    return y
