import torch


def fit(
    x: torch.Tensor,
    y: torch.Tensor,
    lr: float,
    steps: int,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Fit logistic regression by batch gradient descent from zeros.

    x: (N, D) float32, y: (N,) float32 of zeros and ones.
    Returns the weights (D,), the bias (), and the mean loss before
    each step (steps,).
    """
    raise NotImplementedError("write fit()")
