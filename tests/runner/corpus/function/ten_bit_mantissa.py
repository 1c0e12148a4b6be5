# Rounds the inputs to ten bits, as TF32 does.
# exercise: softmax
# expect: WRONG_ANSWER
import torch


def cut(t):
    return (t.contiguous().view(torch.int32) & ~0x1FFF).view(torch.float32)


def solve(x, w):
    return torch.softmax(cut(x) @ cut(w), dim=-1)
