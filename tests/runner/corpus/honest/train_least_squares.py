# Least squares on one-hot labels, in numpy.
# exercise: blobs
# expect: PASS
import numpy as np
import torch


def train(train_x, train_y, test_x, seed=0):
    ones = np.ones((len(train_x), 1))
    target = np.eye(3)[train_y.numpy()]
    weights, *_ = np.linalg.lstsq(np.hstack([train_x.numpy(), ones]), target, rcond=None)
    scores = np.hstack([test_x.numpy(), np.ones((len(test_x), 1))]) @ weights
    return torch.from_numpy(scores.argmax(axis=1))
