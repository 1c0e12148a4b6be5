# exp(z) / (1 + exp(z)) is infinity over infinity for large z: the weights become nan.
# fails: extremes
import torch
import torch.nn.functional as F


def fit(x, y, lr, steps):
    w, b = x.new_zeros(x.shape[1]), x.new_zeros(())
    losses = []
    for _ in range(steps):
        z = x @ w + b
        losses.append(F.binary_cross_entropy_with_logits(z, y))
        error = (torch.exp(z) / (1 + torch.exp(z)) - y) / len(y)
        w = w - lr * (x.T @ error)
        b = b - lr * error.sum()
    return w, b, torch.stack(losses)
