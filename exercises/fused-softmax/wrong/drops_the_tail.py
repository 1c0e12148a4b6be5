# Works through the columns in blocks of eight and forgets those that are left over.
# fails: values, shapes, strided, large
import torch


def solve(x, w):
    n = w.shape[1] // 8 * 8
    out = torch.zeros(len(x), w.shape[1])
    out[:, :n] = torch.softmax(x @ w[:, :n], dim=1)
    return out
