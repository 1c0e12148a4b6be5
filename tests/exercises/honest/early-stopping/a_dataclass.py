from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import nn


@dataclass
class EarlyStopping:
    """Stops a training loop and remembers the best weights (on the CPU, to save GPU memory)."""

    patience: int = 3
    min_delta: float = 0.0
    best_loss: float = field(default=math.inf, init=False)
    best_epoch: int = field(default=-1, init=False)
    epochs_seen: int = field(default=0, init=False)
    bad_epochs: int = field(default=0, init=False)
    weights: dict[str, torch.Tensor] = field(default_factory=dict, init=False, repr=False)

    def step(self, loss: float, model: nn.Module) -> bool:
        epoch, self.epochs_seen = self.epochs_seen, self.epochs_seen + 1
        if self._improves(loss):
            self.best_loss, self.best_epoch, self.bad_epochs = loss, epoch, 0
            self.weights = {k: v.detach().to("cpu", copy=True) for k, v in model.state_dict().items()}
            return False
        self.bad_epochs += 1
        return self.bad_epochs >= self.patience

    def restore(self, model: nn.Module) -> None:
        if self.weights:
            model.load_state_dict(self.weights)

    def _improves(self, loss: float) -> bool:
        if not math.isfinite(loss):
            return False
        return self.best_loss - loss > self.min_delta
