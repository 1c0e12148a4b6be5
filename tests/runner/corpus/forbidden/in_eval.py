# Hides it in a string.
# exercise: swish
# expect: FORBIDDEN
import torch


def solve(x, beta=1.0):
    return eval("torch.nn.functional." + "silu(beta * x) / beta")
