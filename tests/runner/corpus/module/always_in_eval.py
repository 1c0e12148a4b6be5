# Never updates its running statistics.
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

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.norm.eval()
        return x + self.fc2(torch.relu(self.norm(self.fc1(x))))
