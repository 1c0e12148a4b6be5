# The softmax runs over columns: every column sums to one, no row does.
# fails: values, shapes, strided, large
import torch


def solve(x, w):
    return torch.softmax(x @ w, dim=0)
