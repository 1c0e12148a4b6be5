# Records the loss after each update, so the history starts one step late.
# fails: values, shapes, strided, extremes
import torch
import torch.nn.functional as F


def fit(x, y, lr, steps):
    w, b = x.new_zeros(x.shape[1]), x.new_zeros(())
    losses = []
    for _ in range(steps):
        error = ((x @ w + b).sigmoid() - y) / len(y)
        w = w - lr * (x.T @ error)
        b = b - lr * error.sum()
        losses.append(F.binary_cross_entropy_with_logits(x @ w + b, y))
    return w, b, torch.stack(losses)
