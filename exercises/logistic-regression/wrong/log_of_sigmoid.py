# The loss takes log(sigmoid(z)) in two steps: the sigmoid rounds to 0 or 1 and the logarithm is infinite.
# fails: extremes
import torch


def fit(x, y, lr, steps):
    w, b = x.new_zeros(x.shape[1]), x.new_zeros(())
    losses = []
    for _ in range(steps):
        p = torch.sigmoid(x @ w + b)
        losses.append(-(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean())
        error = (p - y) / len(y)
        w = w - lr * (x.T @ error)
        b = b - lr * error.sum()
    return w, b, torch.stack(losses)
