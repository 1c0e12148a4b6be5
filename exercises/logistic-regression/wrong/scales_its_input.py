# Standardises the features in place: the caller's data is changed.
# fails: values, shapes, strided, extremes
# verdict: INPUT_MUTATED
import torch
import torch.nn.functional as F


def fit(x, y, lr, steps):
    x.sub_(x.mean(0)).div_(x.std(0) + 1e-8)
    w, b = x.new_zeros(x.shape[1]), x.new_zeros(())
    losses = []
    for _ in range(steps):
        z = x @ w + b
        losses.append(F.binary_cross_entropy_with_logits(z, y))
        error = (z.sigmoid() - y) / len(y)
        w = w - lr * (x.T @ error)
        b = b - lr * error.sum()
    return w, b, torch.stack(losses)
