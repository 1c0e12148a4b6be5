"""Hidden cases: the whole trajectory (weights, bias, losses) is compared, element by element."""

from dataclasses import replace

import torch

from interviewer.runner.cases import Case, Context

#: A bias may come out at 0.0004, from errors of size 1 that nearly cancel: their rounding is no mistake.
ROUNDING = 1e-6


def cases(ctx: Context):
    for case in drawn(ctx):
        yield replace(case, tolerance=ROUNDING)


def drawn(ctx: Context):
    def data(n, d, scale=1.0):
        """Labels that depend on x, and noisily: neither trivial nor hopeless."""
        x = torch.randn(n, d, generator=ctx.rng) * scale
        direction = torch.randn(d, generator=ctx.rng)
        y = (x @ direction / scale + torch.randn(n, generator=ctx.rng) > 0.3).float()
        return x, y

    for n, d, lr, steps in [(8, 3, 0.5, 1), (64, 5, 0.3, 10), (200, 12, 0.1, 100), (64, 5, 0.3, 10)]:
        yield Case("values", (*data(n, d), lr, steps), name=f"{n} examples, {d} features, {steps} steps")
    x, y = data(96, 6)
    yield Case("values", (x, y, 0.2, 20), name="96 examples, 20 steps")
    middle = y.clone()
    middle[40:56] = 1 - middle[40:56]
    yield Case("values", (x, middle, 0.2, 20), name="the same examples, some labels turned")
    yield Case("values", (x + 3, y, 0.05, 30), name="features that are not centred")
    yield Case("values", (x, torch.ones(96), 0.2, 15), name="every label is 1")
    yield Case("values", (x, torch.zeros(96), 0.2, 15), name="every label is 0")

    for n, d in [(1, 1), (1, 7), (17, 1), (5, 33), (1023, 3)]:
        yield Case("shapes", (*data(n, d), 0.2, 7), name=f"x of shape ({n}, {d})")
    yield Case("shapes", (*data(13, 4), 0.2, 1), name="a single step")

    x, y = data(6, 50)
    yield Case("strided", (x.T.contiguous().T, y, 0.1, 9), name="x transposed")
    x, y = data(80, 9)
    yield Case("strided", (x[::2, 1::2], y[::2], 0.1, 9), name="every second row and column")
    yield Case("strided", (x[:, :1].expand(80, 4), y, 0.1, 9), name="one column, expanded")

    for size in (30.0, 300.0):
        yield Case("extremes", (*far_apart(ctx, size), 0.1, 6), name=f"features around {size:g}")


def far_apart(ctx: Context, size: float):
    """Two distant clouds with a sixteenth of the labels wrong.

    The first step parts the clouds, and the wrong labels take back a seventh of that in each later one:
    too little to turn a logit round in six. So every logit after the first step is far from 0, on a side
    that rounding cannot change, and the right losses are large and well determined.
    """
    y = (torch.arange(48) % 2).float()
    x = size * (2 * y[:, None] - 1) * torch.tensor([1.0, -0.5, 0.75])
    x = x + 0.05 * size * torch.randn(48, 3, generator=ctx.rng)
    y[[5, 17, 28]] = 1 - y[[5, 17, 28]]
    return x, y
