# zero_grad() is missing: every step adds all the gradients before it, like momentum without decay.
# fails: values, shapes, strided, extremes
import torch
import torch.nn.functional as F


def fit(x, y, lr, steps):
    w = x.new_zeros(x.shape[1]).requires_grad_()
    b = x.new_zeros(()).requires_grad_()
    optimizer = torch.optim.SGD([w, b], lr=lr)
    losses = []
    for _ in range(steps):
        loss = F.binary_cross_entropy_with_logits(x @ w + b, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return w.detach(), b.detach(), torch.stack(losses)
