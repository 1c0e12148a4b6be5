"""Hidden cases: peaked rows, fresh content in repeated shapes, and logits that overflow a naive exp()."""

import torch

from interviewer.runner.cases import Case, Context, Performance


def cases(ctx: Context):
    def randn(*shape, scale=1.0):
        return torch.randn(*shape, generator=ctx.rng) * scale

    # Three shapes five times over: an answer kept from an earlier call is wrong in the next.
    for m, k, n in [(4, 8, 5), (64, 32, 48), (33, 17, 65)] * 5:
        yield Case("values", (randn(m, k), randn(k, n, scale=1.5)), name=f"{m}×{k} by {k}×{n}")
    x, w = randn(24, 12), randn(12, 20)
    for name, inner in [("24×12 by 12×20", x), ("the same but for one row in the middle", x.clone())]:
        if inner is not x:
            inner[11] += 1.0
        yield Case("values", (inner, w), name=name)
    middle = w.clone()
    middle[5:7, 8:12] *= -1.0
    yield Case("values", (x, middle), name="the same but for some weights in the middle")
    yield Case("values", (x, w), name="24×12 by 12×20 once more")

    for m, k, n in [(1, 1, 1), (1, 5, 3), (7, 1, 9), (6, 4, 1), (1, 300, 2), (513, 3, 7), (2, 5, 1001)]:
        yield Case("shapes", (randn(m, k), randn(k, n)), name=f"{m}×{k} by {k}×{n}")

    yield Case("strided", (randn(11, 14).T, randn(11, 15)), name="x transposed")
    yield Case("strided", (randn(9, 13), randn(16, 13).T), name="w transposed")
    yield Case("strided", (randn(20, 22)[::2, 1::2], randn(11, 36)[:, ::2]), name="every second row, column")
    yield Case("strided", (randn(1, 10).expand(6, 10), randn(10, 17)), name="one row, expanded")

    # exp(z - logsumexp(z)) is as right as a softmax, and off by eps times a logit of tens of thousands.
    def large(x, w, name):
        return Case("large", (x, w), name=name, tolerance=5e-3)

    yield large(randn(5, 4, scale=1e2), randn(4, 6, scale=1e2), "logits in the thousands")
    yield large(randn(5, 18, scale=30.0), randn(18, 40, scale=30.0), "logits in the thousands")
    rows = torch.tensor([-3e3, -1e3, -200.0, 0.0, 200.0, 1e3, 3e3])[:, None]
    x = torch.cat([rows, randn(7, 6)], dim=1)
    w = torch.cat([torch.ones(1, 19), randn(6, 19)])
    yield large(x, w, "rows that are thousands apart")


def performance(ctx: Context) -> Performance:
    """K is short and N long, so that what happens to the logits is as dear as the product."""
    m, k, n = (4096, 64, 4096) if ctx.device == "cuda" else (256, 64, 2048)

    def inputs(rng: torch.Generator):
        return torch.randn(m, k, generator=rng), torch.randn(k, n, generator=rng)

    # The softmax: a maximum, a difference, an exponential, a sum and a division per logit.
    return Performance(inputs, bytes=4 * (m * k + k * n + m * n), flops=2 * m * k * n + 5 * m * n)
