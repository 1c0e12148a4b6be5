import torch

from interviewer.runner.cases import Case, Context

#: Far in the tail the answer is much smaller than x, from which some right forms are rounded.
TAIL = 1e-6


def cases(ctx: Context):
    def randn(*shape, scale=3.0):
        return torch.randn(*shape, generator=ctx.rng) * scale

    for shape in [(7,), (3, 5), (2, 3, 4), (1,), (64, 33)]:
        yield Case("values", (randn(*shape),), name=f"shape {shape}", tolerance=TAIL)
    yield Case("values", (randn(6, 4).T,), name="transposed", tolerance=TAIL)
    yield Case("beta", (randn(9), 0.5), name="beta 0.5", tolerance=TAIL)
    yield Case("beta", (randn(9),), {"beta": 2.0}, name="beta by keyword", tolerance=TAIL)
    yield Case("gradients", (randn(4, 5),), gradients=(0,))
