# Works on the transpose, so the result is a non-contiguous view.
# exercise: softmax
# expect: PASS
import torch


def solve(x, w):
    logits = w.T @ x.T
    return torch.softmax(logits, dim=0).T
