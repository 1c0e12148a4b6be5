# Clamps the logits so that exp() stays finite: beyond the bound all are alike.
# fails: large
import torch


def solve(x, w):
    return torch.softmax((x @ w).clamp(-80, 80), dim=1)
