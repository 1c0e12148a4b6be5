# A shift of all columns of w leaves the softmax as it is; this one shifts the caller's own tensor.
# fails: values, shapes, strided, large
# verdict: INPUT_MUTATED
import torch


def solve(x, w):
    w -= w.mean(dim=1, keepdim=True)
    return torch.softmax(x @ w, dim=1)
