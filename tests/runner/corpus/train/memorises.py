# Looks its training data up and knows nothing else.
# exercise: blobs
# expect: WRONG_ANSWER
# says: accuracy on unseen points
import torch


def train(train_x, train_y, test_x, seed=0):
    table = {tuple(x.tolist()): int(y) for x, y in zip(train_x, train_y)}
    return torch.tensor([table.get(tuple(x.tolist()), 0) for x in test_x])
