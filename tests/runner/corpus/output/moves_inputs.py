# Replaces the memory of the inputs.
# exercise: softmax
# expect: RUNTIME_ERROR|WRONG_ANSWER|INPUT_MUTATED
import torch


def solve(x, w):
    x.set_(torch.zeros_like(x))
    w.set_(torch.zeros_like(w))
    return torch.softmax(x @ w, dim=-1)
