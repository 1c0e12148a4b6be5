# Functional batch norm and matrix products; the names are the asked ones.
# exercise: block
# expect: PASS
import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.norm = nn.BatchNorm1d(hidden)
        self.fc2 = nn.Linear(hidden, width)
        self.fc1 = nn.Linear(width, hidden)

    def forward(self, x):
        h = x @ self.fc1.weight.T + self.fc1.bias
        if self.training:
            self.norm.num_batches_tracked += 1
        n = self.norm
        h = F.batch_norm(h, n.running_mean, n.running_var, n.weight, n.bias, self.training, n.momentum, n.eps)
        return torch.addmm(self.fc2.bias, h.clamp(min=0), self.fc2.weight.T) + x
