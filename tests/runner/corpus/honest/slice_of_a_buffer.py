# Returns a strided slice of a larger buffer.
# exercise: softmax
# expect: PASS
import torch


def solve(x, w):
    buffer = torch.full((2 * x.shape[0], 3 * w.shape[1]), float("nan"))
    buffer[::2, ::3] = torch.softmax(x @ w, dim=-1)
    return buffer[::2, ::3]
