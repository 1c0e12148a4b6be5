"""The same call for the judge and for another timer; ``steps`` says for how long it works."""

import torch

from interviewer.runner.cases import Case, Context, Performance

SIDE = {"cpu": 128, "cuda": 1024}


def inputs(rng: torch.Generator, device: str, steps: int):
    side = SIDE[device]
    return torch.randn(side, side, generator=rng) / side**0.5, steps


def cases(ctx: Context):
    yield Case("values", inputs(ctx.rng, ctx.device, 2))


def performance(ctx: Context) -> Performance:
    steps, side = int((ctx.folder / "steps").read_text()), SIDE[ctx.device]
    return Performance(
        lambda rng: inputs(rng, ctx.device, steps), bytes=8 * side * side, flops=2 * steps * side**3
    )
