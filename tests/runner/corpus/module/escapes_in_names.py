# Names a parameter with escape sequences.
# exercise: block
# expect: WRONG_ANSWER
# says: unexpected
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.norm = nn.BatchNorm1d(hidden)
        self.register_parameter("\x1b]0;owned\x07\u202e", nn.Parameter(torch.zeros(1)))
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.fc2(torch.relu(self.norm(self.fc1(x))))
