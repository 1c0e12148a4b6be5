"""Early stopping that keeps a copy of the best weights, not a reference to them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn


class EarlyStopping:
    def __init__(self, patience: int = 3, min_delta: float = 0.0) -> None:
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = math.inf
        self.best_epoch = -1
        self._epoch = -1
        self._best_weights: dict[str, Tensor] | None = None

    def step(self, loss: float, model: nn.Module) -> bool:
        self._epoch += 1
        # nan compares false with everything, and -inf is ruled out by name
        if math.isfinite(loss) and loss < self.best_loss - self.min_delta:
            self.best_loss = loss
            self.best_epoch = self._epoch
            # state_dict() shares memory with the live weights: without clone() it would go on training
            self._best_weights = {name: t.detach().clone() for name, t in model.state_dict().items()}
        return self._epoch - self.best_epoch >= self.patience

    def restore(self, model: nn.Module) -> None:
        if self._best_weights is not None:
            model.load_state_dict(self._best_weights)
