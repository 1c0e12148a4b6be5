# A future import, a dataclass and a recursive helper: the file is a real module.
# exercise: softmax
# expect: PASS
from __future__ import annotations

import pickle
from dataclasses import dataclass

import torch


@dataclass
class Solver:
    dim: int = -1

    def __call__(self, x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        return pickle.loads(pickle.dumps(torch.softmax(x @ w, dim=self.dim)))


solve = Solver()
