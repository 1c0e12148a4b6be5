# The sign of the error is turned, so every step climbs the loss.
# fails: values, shapes, strided, extremes
import torch
import torch.nn.functional as F


def fit(x, y, lr, steps):
    w, b = x.new_zeros(x.shape[1]), x.new_zeros(())
    losses = []
    for _ in range(steps):
        z = x @ w + b
        losses.append(F.binary_cross_entropy_with_logits(z, y))
        error = (y - z.sigmoid()) / len(y)
        w = w - lr * (x.T @ error)
        b = b - lr * error.sum()
    return w, b, torch.stack(losses)
