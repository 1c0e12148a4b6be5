import torch


@torch.compile
def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
