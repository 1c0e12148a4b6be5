# Trains on labels in the wrong order.
# exercise: blobs
# expect: WRONG_ANSWER
import torch
from torch import nn


def train(train_x: torch.Tensor, train_y: torch.Tensor, test_x: torch.Tensor, seed: int = 0) -> torch.Tensor:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(train_x.shape[1], 16), nn.ReLU(), nn.Linear(16, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(120):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(train_x), train_y.roll(1)).backward()
        optimizer.step()
    with torch.no_grad():
        return model(test_x).argmax(dim=1)
