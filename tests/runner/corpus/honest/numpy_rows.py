# numpy, row by row.
# exercise: softmax
# expect: PASS
import numpy as np
import torch


def solve(x, w):
    rows = []
    for row in x.numpy().astype(np.float64):
        z = row @ w.numpy().astype(np.float64)
        e = np.exp(z - z.max())
        rows.append(e / e.sum())
    return torch.from_numpy(np.stack(rows).astype(np.float32))
