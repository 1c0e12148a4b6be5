# Nearest centre: no gradient, no seed.
# exercise: blobs
# expect: PASS
import torch


def train(train_x, train_y, test_x, seed=0):
    centres = torch.stack([train_x[train_y == k].mean(dim=0) for k in range(3)])
    return torch.cdist(test_x, centres).argmin(dim=1)
