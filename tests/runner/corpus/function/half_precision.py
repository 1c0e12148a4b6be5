# float16 inside.
# exercise: softmax
# expect: WRONG_ANSWER
import torch


def solve(x, w):
    return torch.softmax((x.half() @ w.half()).float(), dim=-1)
