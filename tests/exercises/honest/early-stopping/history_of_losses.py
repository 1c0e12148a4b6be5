import math

import torch


class EarlyStopping:
    def __init__(self, patience=3, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.losses = []
        self.best_loss, self.best_epoch = math.inf, -1
        self._tensors = None

    def step(self, loss, model):
        loss = float(loss)
        self.losses.append(loss)
        if math.isnan(loss) or math.isinf(loss):
            pass
        elif self.best_epoch < 0 or loss < self.best_loss - self.min_delta:
            self.best_loss = loss
            self.best_epoch = len(self.losses) - 1
            self._tensors = [t.clone() for t in self._all(model)]
        since = len(self.losses) - 1 - self.best_epoch
        return since >= self.patience

    @torch.no_grad()
    def restore(self, model):
        if self._tensors is None:
            return
        for target, saved in zip(self._all(model), self._tensors):
            target.copy_(saved)

    @staticmethod
    def _all(model):
        """Parameters and buffers, detached from the graph."""
        return [t.detach() for t in [*model.parameters(), *model.buffers()]]
