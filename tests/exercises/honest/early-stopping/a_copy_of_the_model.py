from copy import deepcopy

import torch


class EarlyStopping:
    """Keeps a whole copy of the best model."""

    def __init__(self, patience: int = 3, min_delta: float = 0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = float("inf")
        self.best_epoch = -1
        self._epoch = -1
        self._bad = 0
        self._best_model = None

    def step(self, loss: float, model: torch.nn.Module) -> bool:
        self._epoch += 1
        finite = torch.isfinite(torch.tensor(loss)).item()
        if finite and loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch = loss, self._epoch
            self._best_model = deepcopy(model)
            self._bad = 0
        else:
            self._bad = self._bad + 1
        return self._bad >= self.patience

    def restore(self, model: torch.nn.Module) -> None:
        if self._best_model:
            model.load_state_dict(self._best_model.state_dict())
