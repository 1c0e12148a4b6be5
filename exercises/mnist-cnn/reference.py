"""A small CNN: two convolutions with batch norm, one pooling, dropout before the classifier."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def network() -> nn.Module:
    """Logits (N, 10) of images (N, 1, 8, 8)."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.25),
        nn.Linear(32 * 4 * 4, 10),
    )


def train_and_predict(x_train: Tensor, y_train: Tensor, x_eval: Tensor) -> Tensor:
    torch.manual_seed(0)  # weights, order of the batches and dropout all follow from this
    model = network().to(x_train.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)

    model.train()
    for _ in range(12):
        for rows in torch.randperm(len(x_train)).split(64):
            loss = F.cross_entropy(model(x_train[rows]), y_train[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    model.eval()  # dropout off, batch norm by its running statistics
    with torch.inference_mode():
        return model(x_eval).argmax(dim=1)
