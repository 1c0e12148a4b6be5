# Shuffled minibatches and SGD with momentum, seeded.
# exercise: blobs
# expect: PASS
import torch
from torch import nn


def train(train_x, train_y, test_x, seed=0):
    rng = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(15):
        for batch in torch.randperm(len(train_x), generator=rng).split(50):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(train_x[batch]), train_y[batch]).backward()
            optimizer.step()
    return model(test_x).argmax(dim=1).detach()
