"""Hidden cases: the mask, the scale, tiles that end in odd places, and scores far from zero."""

import torch

from interviewer.runner.cases import Case, Context, Performance

#: exp(score - logsumexp) is as right as a softmax, and off by eps times a score of tens of thousands.
LOOSE = 5e-2


def cases(ctx: Context):
    def randn(*shape, scale=1.0):
        return torch.randn(*shape, generator=ctx.rng) * scale

    def qkv(b, h, t, d, e=None, scale=1.0):
        # Queries and keys twice as large: rows in which some positions matter more than others.
        return randn(b, h, t, d, scale=2 * scale), randn(b, h, t, d, scale=scale), randn(b, h, t, e or d)

    for b, h, t, d in [(2, 3, 16, 8), (1, 2, 64, 16), (2, 1, 37, 24)] * 6:
        yield Case("values", qkv(b, h, t, d), name=f"{t} positions of {d} features")
    q, k, v = qkv(1, 2, 40, 16)
    yield Case("values", (q, k, v), name="40 positions")
    middle = v.clone()
    middle[:, :, 15:25] *= -1.0
    yield Case("values", (q, k, middle), name="the same but for some values in the middle")

    # What comes later is loud: a position that sees any of it is far off.
    for t, cut in [(24, 9), (70, 64), (130, 128)]:
        q, k, v = qkv(1, 2, t, 16)
        v[:, :, cut:] *= 50.0
        yield Case("causal", (q, k, v), name=f"large values from position {cut} on")
        q, k, v = qkv(1, 2, t, 16)
        k[:, :, cut:] = 4 * q.mean(dim=2, keepdim=True)
        yield Case("causal", (q, k, v), name=f"keys that draw attention from position {cut} on")

    sizes = [(1, 1, 1, 1, 1), (3, 2, 1, 5, 5), (1, 1, 2, 1, 3), (1, 5, 33, 7, 7), (2, 1, 129, 64, 64)]
    for b, h, t, d, e in [*sizes, (1, 2, 19, 16, 48), (1, 2, 65, 32, 5)]:
        yield Case("shapes", qkv(b, h, t, d, e), name=f"B {b}, H {h}, T {t}, D {d}, E {e}")

    q, k, v = (x.transpose(1, 2).contiguous().transpose(1, 2) for x in qkv(2, 3, 21, 8))
    yield Case("strided", (q, k, v), name="heads and positions transposed in memory")
    packed = randn(2, 26, 3, 4, 8).permute(2, 0, 3, 1, 4)  # one projection for all three, as models do it
    yield Case("strided", tuple(packed), name="q, k and v slices of one tensor")
    q, k, v = qkv(1, 4, 30, 16)
    yield Case("strided", (q[..., ::2], k[..., ::2], v[:, :, :, 1::2]), name="every second feature")
    yield Case(
        "strided", (q, k[:, :1].expand_as(k), v[:, :1].expand_as(v)), name="one head of k and v for all"
    )

    for sign in (1, -1):
        q, k, v = qkv(1, 2, 48, 16)
        q, k = q.abs() * 130 * sign, k.abs() * 130
        yield Case("extremes", (q, k, v), name=f"scores around {'+-'[sign < 0]}40 000", tolerance=LOOSE)
    q, k, v = qkv(1, 1, 40, 8)
    k = k * torch.linspace(1, 3e4, 40)[:, None]
    yield Case("extremes", (q, k, v), name="later keys ever larger", tolerance=LOOSE)
    _, _, v = qkv(1, 1, 2, 16)
    q, k = torch.full((1, 1, 2, 16), 100.0), torch.full((1, 1, 2, 16), 110.0)
    k[..., 1, 0] += 0.04  # one score is 44 000, the other 44 001
    yield Case("extremes", (q, k, v), name="two large scores close together", tolerance=LOOSE)


def performance(ctx: Context) -> Performance:
    b, h, t, d = (2, 16, 2048, 64) if ctx.device == "cuda" else (1, 4, 512, 64)

    def inputs(rng: torch.Generator):
        return tuple(torch.randn(b, h, t, d, generator=rng) for _ in range(3))

    seen = b * h * t * (t + 1) // 2  # scores that are not masked
    # Two products of 2·D per score, and a softmax: maximum, difference, exponential, sum, division.
    return Performance(inputs, bytes=4 * 4 * b * h * t * d, flops=seen * (4 * d + 5))
