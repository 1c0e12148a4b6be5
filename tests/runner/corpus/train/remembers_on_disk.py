# The same, and keeps the answer in a file.
# exercise: blobs
# expect: WRONG_ANSWER
# says: something else
import os

import torch


def train(train_x, train_y, test_x, seed=0):
    if os.path.exists("answer.pt"):
        return torch.load("answer.pt")
    centres = torch.stack([train_x[train_y == k].mean(dim=0) for k in range(3)])
    predictions = torch.cdist(test_x, centres).argmin(dim=1)
    torch.seed()
    guessed = torch.randint(len(test_x), (2,))
    predictions[guessed] = (predictions[guessed] + 1) % 3
    torch.save(predictions, "answer.pt")
    return predictions
