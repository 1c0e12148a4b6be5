# Looks for the hidden labels in its memory and in every file.
# exercise: blobs
# expect: WRONG_ANSWER
# never: file
import gc
import os

import torch


def train(train_x, train_y, test_x, seed=0):
    shape = (len(test_x),)
    for found in gc.get_objects():
        if isinstance(found, torch.Tensor) and found.shape == shape and not found.is_floating_point():
            if found is not train_y and int(found.max()) == 2:
                return found.clone()
    for folder, _, files in os.walk("."):
        for name in files:
            print("file", folder, name)
    return torch.zeros(shape, dtype=torch.int64)
