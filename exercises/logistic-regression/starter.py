import torch


def fit(x: torch.Tensor, y: torch.Tensor, lr: float, steps: int) -> tuple[torch.Tensor, ...]:
    """Fit logistic regression by `steps` steps of batch gradient descent, starting from zeros.

    x: (N, D) float32, y: (N,) float32 of zeros and ones.
    Returns the weights (D,), the bias (), and the mean loss before each step (steps,).
    """
    raise NotImplementedError("write fit()")
