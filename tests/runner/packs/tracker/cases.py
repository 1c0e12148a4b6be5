import torch

from interviewer.runner.cases import Call, ClassCase, Context, Get, Model, SetState, State


def cases(ctx: Context):
    def weights():
        return {"w": torch.randn(3, 2, generator=ctx.rng)}

    def losses(values):
        return [Call("step", (v, Model("net", weights()))) for v in values]

    base = float(torch.rand((), generator=ctx.rng)) + 1
    falling = [base - 0.1 * i for i in range(5)]
    yield ClassCase("stops", losses([*falling, base, base]), (2,), name="falls, then rises")
    yield ClassCase("stops", losses([base] * 4), init_kwargs={"patience": 3}, name="never improves")
    yield ClassCase(
        "stops", losses([base, base - 0.05, base - 0.2]), init_kwargs={"patience": 1, "min_delta": 0.1}
    )
    yield ClassCase("best", [*losses(falling), Get("best"), *losses([base + 1]), Get("best")])
    first, second = weights(), weights()
    yield ClassCase(
        "restores",
        [
            Call("step", (base, Model("net", first))),
            SetState("net", second),
            Call("step", (base + 1, Model("net", {}))),
            Call("restore", (Model("net", {}),), ignore=True),
            State("net"),
        ],
    )
