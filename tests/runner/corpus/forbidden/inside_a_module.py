# Calls the module that calls the forbidden function.
# exercise: swish
# expect: FORBIDDEN
# says: Line 11 uses
import torch

activation = torch.nn.SiLU()


def solve(x, beta=1.0):
    return activation(beta * x) / beta
