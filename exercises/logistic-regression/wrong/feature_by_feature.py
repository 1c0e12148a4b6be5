# Each weight's gradient in a loop of its own: right, and D times the work of one matrix product.
# review: over-engineering
import torch
import torch.nn.functional as F


class Optimizer:
    """Base class of optimizers."""

    def __init__(self, lr):
        self.lr = lr


class GradientDescent(Optimizer):
    def step(self, parameter, gradient):
        return parameter - self.lr * gradient


def fit(x, y, lr, steps):
    w, b = x.new_zeros(x.shape[1]), x.new_zeros(())
    optimizer = GradientDescent(lr)
    losses = []
    for _ in range(steps):
        z = x @ w + b
        losses.append(F.binary_cross_entropy_with_logits(z, y))
        error = (z.sigmoid() - y) / len(y)
        gradient = torch.zeros_like(w)
        for j in range(x.shape[1]):
            gradient[j] = (error * x[:, j]).sum()
        w = optimizer.step(w, gradient)
        b = optimizer.step(b, error.sum())
    return w, b, torch.stack(losses)
