import torch


class FusedSoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        y = torch.softmax(x @ w, dim=-1)
        ctx.save_for_backward(x, w, y)
        return y

    @staticmethod
    def backward(ctx, grad):
        x, w, y = ctx.saved_tensors
        dz = y * (grad - (grad * y).sum(-1, keepdim=True))
        return dz @ w.T, x.T @ dz


def solve(x, w):
    return FusedSoftmax.apply(x, w)
