import torch

from interviewer.runner.cases import Case, Context, Performance


def cases(ctx: Context):
    for n in (3, 8, 3):
        yield Case("small", (torch.randn(n, 4, generator=ctx.rng), torch.randn(4, 5, generator=ctx.rng)))
    yield Case("strided", (torch.randn(4, 6, generator=ctx.rng).T, torch.randn(4, 5, generator=ctx.rng)))


def performance(ctx: Context) -> Performance:
    m, k, n = 64, 256, 1024  # some tenths of a millisecond, as the shipped exercises are at least

    def inputs(rng):
        return torch.randn(m, k, generator=rng), torch.randn(k, n, generator=rng)

    return Performance(
        inputs, bytes=4 * (m * k + k * n + m * n), flops=2 * m * k * n + 5 * m * n, check="small"
    )
