"""Hidden cases: one loss at a time, and a model that goes on training in between.

Losses are sums of few powers of two, so that a comparison at the edge means the same in any order
of operations.
"""

import itertools
import math

import torch

from interviewer.runner.cases import Call, ClassCase, Context, Get, Model, SetState, State


def cases(ctx: Context):
    count = itertools.count(1)

    def model():
        """A model of its own for each case, and the same by name, for after its first mention."""
        name = f"net{next(count)}"
        return name, Model(name, weights()), Model(name, {})

    def weights():
        return {
            "weight": torch.randn(3, 2, generator=ctx.rng),
            "bias": torch.randn(3, generator=ctx.rng),
            "scale": torch.randn((), generator=ctx.rng),
        }

    def fed(check, losses, name, look=False, **init):
        """Feed the losses; look at the best ones after each where asked."""
        (_, first, net), steps = model(), []
        for epoch, loss in enumerate(losses):
            steps.append(Call("step", (loss, net if epoch else first)))
            steps += [Get("best_loss"), Get("best_epoch")] if look else []
        return ClassCase(check, steps, init_kwargs=init, name=name)

    yield fed("patience", [1.0, 0.5, 0.75, 0.5], "the example", patience=2)
    yield fed("patience", [1.0, 0.5, 0.25, 0.5], "patience 1", patience=1)
    yield fed("patience", [4.0, 3.0, 3.5, 3.5, 2.0, 2.5, 2.5, 2.5], "bad epochs in a row", patience=3)
    yield fed("patience", [2.0, 3.0, 1.5, 1.75, 1.0, 1.25, 0.5], "bad epochs, but never in a row", patience=2)
    yield fed("patience", [1.0] * 5, "a loss that stays the same", patience=4)
    yield fed("patience", [-1.0, -2.0, -1.5, -4.0, -3.0, -3.0], "negative losses", patience=2)
    yield fed("patience", [3.0, 2.0, 2.0, 2.0, 2.0], "patience left at its default")
    for _ in range(3):
        losses = (torch.randint(1, 65, (30,), generator=ctx.rng) / 8).tolist()
        yield fed("patience", losses, "thirty random losses", patience=30)

    delta = {"patience": 3, "min_delta": 0.5}
    yield fed("min-delta", [4.0, 3.75, 3.75, 3.75], "gains below min_delta", **delta)
    yield fed("min-delta", [4.0, 3.5, 3.5, 3.5], "a gain of exactly min_delta", **delta)
    yield fed("min-delta", [4.0, 3.75, 3.25, 3.0, 2.75, 2.5, 2.25], "small gains that add up", True, **delta)
    yield fed("min-delta", [-1.0, -1.25, -2.0, -2.25, -2.25, -2.25], "negative losses", True, **delta)

    yield fed("best", [3.0, 2.0, 2.5, 1.0, 1.5], "the best so far", True, patience=5)
    yield fed("best", [2.0, 1.0, 1.0, 1.5], "the same loss twice: the first counts", True, patience=5)
    yield ClassCase("best", [Get("best_loss"), Get("best_epoch")], name="before the first epoch")

    nan, inf = math.nan, math.inf
    yield fed("bad-losses", [1.0, nan, nan, 0.5], "nan after a good epoch", True, patience=2)
    yield fed("bad-losses", [nan, nan, nan], "nothing but nan", patience=3)
    yield fed("bad-losses", [nan, 2.0, 3.0, 1.0], "nan first", patience=2)
    yield fed("bad-losses", [2.0, inf, 1.0, inf, inf], "infinity in between", True, patience=2)
    yield fed("bad-losses", [2.0, -inf, 1.0, 1.5], "minus infinity in between", True, patience=3)

    def story(name, *losses, patience=3):
        """A model with new weights at each epoch, restored at the end, moved on, and restored again."""
        name_of, first, net = model()
        steps = [Call("step", (losses[0], first))]
        for loss in losses[1:]:
            steps += [SetState(name_of, weights()), Call("step", (loss, net))]
        steps += [SetState(name_of, weights()), Call("restore", (net,)), State(name_of)]
        steps += [SetState(name_of, weights()), Call("restore", (net,)), State(name_of)]
        return ClassCase("restore", steps, init_kwargs={"patience": patience}, name=name)

    yield story("the best epoch is the first", 1.0, 2.0, 3.0)
    yield story("the best epoch is in the middle", 3.0, 1.0, 2.0, 1.5)
    yield story("the best epoch is the last", 3.0, 2.0, 1.0)
    yield story("no epoch is an improvement", math.nan, math.nan)
    name, first, net = model()
    yield ClassCase(
        "restore",
        [
            Call("step", (2.0, first)),
            Call("restore", (net,)),
            SetState(name, weights()),
            Call("step", (1.0, net)),
            SetState(name, weights()),
            Call("step", (1.5, net)),
            Call("restore", (net,)),
            State(name),
        ],
        name="training goes on after a restore",
    )
