import torch


def cases(ctx):
    x = torch.randn(4, 3, generator=ctx.rng
    yield x
