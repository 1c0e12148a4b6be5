import torch
import torch.nn.functional as F


def loss_fn(params, x, y):
    w, b = params
    logits = x.matmul(w) + b
    per_example = -(y * F.logsigmoid(logits) + (1 - y) * F.logsigmoid(-logits))
    return per_example.mean()


def fit(x, y, lr, steps):
    params = (x.new_zeros(x.size(1), requires_grad=True), x.new_zeros((), requires_grad=True))
    losses = x.new_zeros(steps)
    for step in range(steps):
        loss = loss_fn(params, x, y)
        grads = torch.autograd.grad(loss, params)
        losses[step] = loss.detach()
        params = tuple((p - lr * g).detach().requires_grad_() for p, g in zip(params, grads))
    w, b = params
    return w.detach(), b.detach(), losses
