# BCELoss on probabilities hides the overflow by capping each logarithm at -100: finite, and wrong.
# fails: extremes
import torch
import torch.nn.functional as F


def fit(x, y, lr, steps):
    w, b = x.new_zeros(x.shape[1]), x.new_zeros(())
    losses = []
    for _ in range(steps):
        p = torch.sigmoid(x @ w + b)
        losses.append(F.binary_cross_entropy(p, y))
        error = (p - y) / len(y)
        w = w - lr * (x.T @ error)
        b = b - lr * error.sum()
    return w, b, torch.stack(losses)
