# Patches nn.Module so that nothing is ever loaded.
# exercise: tracker
# expect: WRONG_ANSWER
import torch as _torch

_torch.nn.Module.load_state_dict = lambda self, state, **how: None

import torch


class Tracker:
    """Remembers the best loss and the weights that had it; says stop after `patience` bad epochs."""

    def __init__(self, patience: int = 2, min_delta: float = 0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.bad, self.state = float("inf"), 0, None

    def step(self, loss: float, model: torch.nn.Module) -> bool:
        if loss < self.best - self.min_delta:
            self.best, self.bad = loss, 0
            self.state = {k: v.detach().clone() for k, v in model.state_dict().items()}
        else:
            self.bad += 1
        return self.bad >= self.patience

    def restore(self, model: torch.nn.Module) -> None:
        model.load_state_dict(self.state)
