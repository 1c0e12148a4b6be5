# Always the most frequent class.
# exercise: blobs
# expect: WRONG_ANSWER
# says: accuracy on unseen points
import torch


def train(train_x, train_y, test_x, seed=0):
    return train_y.mode().values.expand(len(test_x)).clone()
