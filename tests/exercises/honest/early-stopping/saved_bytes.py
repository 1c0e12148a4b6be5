"""Keeps the best weights the way one would on disk: serialised."""

import io

import numpy as np
import torch
import torch.nn as nn


class EarlyStopping:
    def __init__(self, patience: int = 3, min_delta: float = 0.0) -> None:
        if patience < 1:
            raise ValueError("patience must be at least 1")
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = np.inf
        self.best_epoch = -1
        self.num_calls = 0
        self.wait = 0
        self._buffer = None

    def step(self, loss: float, model: nn.Module) -> bool:
        current = self.num_calls
        self.num_calls += 1
        if np.isfinite(loss) and loss + self.min_delta < self.best_loss:
            self.best_loss = float(loss)
            self.best_epoch = current
            self.wait = 0
            self._buffer = io.BytesIO()
            torch.save(model.state_dict(), self._buffer)
        else:
            self.wait += 1
        return bool(self.wait >= self.patience)

    def restore(self, model: nn.Module) -> None:
        if self._buffer is None:
            return
        self._buffer.seek(0)
        model.load_state_dict(torch.load(self._buffer))
