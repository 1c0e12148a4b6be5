# Takes every input for contiguous.
# exercise: softmax
# expect: WRONG_ANSWER
import torch


def solve(x, w):
    x = torch.as_strided(x, x.shape, (x.shape[1], 1))
    return torch.softmax(x @ torch.as_strided(w, w.shape, (w.shape[1], 1)), dim=-1)
