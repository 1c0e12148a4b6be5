# Computes in float64 and rounds once at the end.
# exercise: softmax
# expect: PASS
import torch


def solve(x, w):
    return torch.softmax(x.double() @ w.double(), dim=-1).float()
