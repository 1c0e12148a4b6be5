import torch

from interviewer.runner.cases import Case, Context


def cases(ctx: Context):
    def randn(*shape, scale=1.0):
        return torch.randn(*shape, generator=ctx.rng) * scale

    for m, k, n in [(4, 8, 5), (64, 32, 10), (33, 17, 65)] * 4:
        yield Case("values", (randn(m, k), randn(k, n, scale=2.0)), name=f"{m}×{k} by {k}×{n}")
    x, w = randn(6, 9), randn(9, 7)
    middle = x.clone()
    middle[3, 4] += 1.0
    for inner in (x, middle, x):
        yield Case("values", (inner, w), name="6×9 by 9×7")
    yield Case("shapes", (randn(1, 1), randn(1, 1)), name="one by one")
    yield Case("shapes", (randn(1, 5), randn(5, 3)), name="one row")
    yield Case("shapes", (randn(5, 4).T, randn(5, 6)[:, ::2]), name="non-contiguous inputs")
    yield Case("large", (randn(5, 4, scale=1e2), randn(4, 6, scale=1e2)), name="logits in the thousands")
