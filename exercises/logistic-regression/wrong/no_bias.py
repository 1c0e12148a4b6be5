# The bias is returned but never learned.
# fails: values, shapes, strided, extremes
import torch
import torch.nn.functional as F


def fit(x, y, lr, steps):
    w = x.new_zeros(x.shape[1])
    losses = []
    for _ in range(steps):
        z = x @ w
        losses.append(F.binary_cross_entropy_with_logits(z, y))
        w = w - lr * (x.T @ (z.sigmoid() - y)) / len(y)
    return w, x.new_zeros(()), torch.stack(losses)
