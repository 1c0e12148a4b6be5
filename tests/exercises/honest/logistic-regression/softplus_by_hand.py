import torch
import torch.nn.functional as F
from torch import Tensor


def mean_loss(z: Tensor, y: Tensor) -> Tensor:
    # -y log s(z) - (1-y) log(1 - s(z)) = softplus(z) - y z
    return (F.softplus(z) - y * z).mean()


def fit(x: Tensor, y: Tensor, lr: float, steps: int):
    n, d = x.shape
    w, b = torch.zeros(d, dtype=x.dtype, device=x.device), torch.zeros((), dtype=x.dtype, device=x.device)
    losses = []
    for _ in range(steps):
        z = torch.mv(x, w) + b
        losses.append(mean_loss(z, y))
        err = torch.sigmoid(z) - y
        w = w - lr * (err @ x) / n
        b = b - lr * err.mean()
    return w, b, torch.tensor(losses, dtype=x.dtype, device=x.device)
