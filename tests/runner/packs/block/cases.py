import torch

from interviewer.runner.cases import Context, ModuleCase


def _one_pass(result) -> str | None:
    first, second = result.outputs
    if tuple(first.shape) != (5, 6):
        return f"shape {tuple(first.shape)}; (5, 6) was expected"
    return None if torch.equal(first, second) else "two passes in eval mode differ"


def cases(ctx: Context):
    def randn(*shape):
        return torch.randn(*shape, generator=ctx.rng)

    yield ModuleCase("structure", init=(4, 7), structure=True)
    for batch, width, hidden in [(3, 4, 7), (1, 2, 3), (8, 6, 5)]:
        yield ModuleCase("outputs", (randn(batch, width),), (width, hidden), name=f"batch {batch}")
    yield ModuleCase("gradients", (randn(6, 4),), (4, 5), mode="train", gradients=True)
    yield ModuleCase("statistics", (randn(6, 4),), (4, 5), mode="train", forwards=2, read_state=True)
    yield ModuleCase("repeats", (randn(5, 6),), (6, 3), state=None, forwards=2, verify=_one_pass)
