import torch

from interviewer.runner.cases import Context, Score, TrainCase


def _accuracy(predictions, labels) -> float:
    return (predictions == labels).double().mean().item()


def cases(ctx: Context):
    rng = torch.Generator().manual_seed(20261123)
    centres = torch.randn(3, 4, generator=rng) * 2.5
    labels = torch.randint(3, (500,), generator=rng)
    points = centres[labels] + torch.randn(500, 4, generator=rng)
    yield TrainCase(
        "shape",
        (points[:300], labels[:300], points[300:]),
        labels=labels[300:],
        like=labels[300:],
        kwargs={"seed": 7},
        scores=[Score("accuracy", _accuracy, floor=0.9, says="accuracy on unseen points")],
        repeat="reproducible",
    )
