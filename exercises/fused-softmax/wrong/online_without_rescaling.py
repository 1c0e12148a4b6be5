# Softmax in blocks of columns; the running sum is not rescaled when a later block raises the maximum.
# fails: values, shapes, strided, large
import torch


def solve(x, w):
    blocks, top, total = [], torch.full((len(x), 1), -torch.inf, device=x.device), 0.0
    for part in w.split(4, dim=1):
        z = x @ part
        top = torch.maximum(top, z.max(dim=1, keepdim=True).values)
        total = total + (z - top).exp().sum(dim=1, keepdim=True)
        blocks.append(z)
    return (torch.cat(blocks, dim=1) - top).exp() / total
