# Copies parameters in place; returns what it decides early.
# exercise: tracker
# expect: PASS
import torch


class Tracker:
    def __init__(self, patience=2, *, min_delta=0.0, **_):
        self.losses, self.patience, self.min_delta = [], patience, min_delta
        self.best, self.kept, self.bad = float("inf"), {}, 0

    @torch.no_grad()
    def step(self, loss, model):
        self.losses.append(float(loss))
        if self.best - loss > self.min_delta:
            self.best, self.bad = self.losses[-1], 0
            self.kept = {n: p.clone() for n, p in model.named_parameters()}
            return self.patience == 0
        self.bad += 1
        return self.bad >= self.patience

    @torch.no_grad()
    def restore(self, model):
        for name, parameter in model.named_parameters():
            parameter.copy_(self.kept[name])
