# Reads memory row by row, as a kernel does that takes a pointer and forgets the strides.
# fails: strided
import torch


def solve(x, w):
    x = torch.as_strided(x, x.shape, (x.shape[1], 1)) if x.stride(0) else x
    w = torch.as_strided(w, w.shape, (w.shape[1], 1))
    return torch.softmax(x @ w, dim=1)
