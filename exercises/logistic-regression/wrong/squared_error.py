# Descends the squared error of the probability: another loss, whose gradient dies when the model is sure.
# fails: values, shapes, strided, extremes
# review: wrong-loss
import torch
import torch.nn.functional as F


def fit(x, y, lr, steps):
    w = torch.zeros(x.shape[1], requires_grad=True, device=x.device)
    b = torch.zeros((), requires_grad=True, device=x.device)
    optimizer = torch.optim.SGD([w, b], lr=lr)
    losses = []
    for _ in range(steps):
        z = x @ w + b
        losses.append(F.binary_cross_entropy_with_logits(z, y).detach())
        loss = F.mse_loss(torch.sigmoid(z), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return w.detach(), b.detach(), torch.stack(losses)
