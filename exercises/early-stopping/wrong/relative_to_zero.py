# Measures min_delta as a share of the best loss, which turns around for negative losses.
# fails: min-delta
import math


class EarlyStopping:
    def __init__(self, patience=3, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = math.inf
        self.best_epoch = -1
        self.epoch = -1
        self.bad = 0
        self.weights = None

    def step(self, loss, model):
        self.epoch += 1
        if math.isfinite(loss) and loss < self.best_loss * (1 - self.min_delta):
            self.best_loss = loss
            self.best_epoch = self.epoch
            self.bad = 0
            self.weights = {name: t.detach().clone() for name, t in model.state_dict().items()}
        else:
            self.bad += 1
        return self.bad >= self.patience

    def restore(self, model):
        if self.weights is not None:
            model.load_state_dict(self.weights)
