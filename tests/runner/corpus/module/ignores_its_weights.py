# Computes with weights of its own, kept where load_state_dict does not reach.
# exercise: block
# expect: WRONG_ANSWER
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.norm = nn.BatchNorm1d(hidden)
        self.fc2 = nn.Linear(hidden, width)
        self.own = [nn.Linear(width, hidden), nn.Linear(hidden, width)]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.own[1](torch.relu(self.norm(self.own[0](x))))
