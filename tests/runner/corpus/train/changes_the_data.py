# Normalises the caller's tensor in place.
# exercise: blobs
# expect: INPUT_MUTATED
# says: changed in place
import torch


def train(train_x, train_y, test_x, seed=0):
    train_x -= 1
    test_x -= 1
    centres = torch.stack([train_x[train_y == k].mean(dim=0) for k in range(3)])
    return torch.cdist(test_x, centres).argmin(dim=1)
