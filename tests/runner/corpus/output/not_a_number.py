# NaN everywhere: every comparison with it is false.
# exercise: softmax
# expect: WRONG_ANSWER
# says: nan
import torch


def solve(x, w):
    return torch.full((x.shape[0], w.shape[1]), float("nan"))
