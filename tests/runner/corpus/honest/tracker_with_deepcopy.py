# Keeps a deep copy; best is a property.
# exercise: tracker
# expect: PASS
import copy
import math


class Tracker:
    __slots__ = ("_best", "_left", "_state", "min_delta", "patience")

    def __init__(self, patience=2, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self._best, self._left, self._state = math.inf, patience, None

    @property
    def best(self):
        return self._best

    def step(self, loss, model):
        if loss < self._best - self.min_delta:
            self._best, self._left = loss, self.patience
            self._state = copy.deepcopy(model.state_dict())
        else:
            self._left -= 1
        return self._left <= 0

    def restore(self, model):
        model.load_state_dict(self._state)
