# Multiplies in bfloat16: quick, and right to two digits only.
# fails: values, shapes, strided, extremes
import torch
import torch.nn.functional as F


def fit(x, y, lr, steps):
    w, b = x.new_zeros(x.shape[1]), x.new_zeros(())
    small = x.bfloat16()
    losses = []
    for _ in range(steps):
        z = (small @ w.bfloat16()).float() + b
        losses.append(F.binary_cross_entropy_with_logits(z, y))
        error = (z.sigmoid() - y) / len(y)
        w = w - lr * (small.T @ error.bfloat16()).float()
        b = b - lr * error.sum()
    return w, b, torch.stack(losses)
