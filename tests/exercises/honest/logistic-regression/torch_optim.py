import torch
from torch import nn


def fit(x, y, lr, steps):
    w = torch.zeros(x.shape[1], device=x.device, requires_grad=True)
    b = torch.zeros((), device=x.device, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=lr)
    criterion = nn.BCEWithLogitsLoss()

    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(x @ w + b, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return w.detach(), b.detach(), torch.stack(losses)
