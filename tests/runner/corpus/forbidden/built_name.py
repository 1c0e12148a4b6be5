# Builds the forbidden name at run time.
# exercise: swish
# expect: FORBIDDEN
# says: Line 9 uses torch.nn.functional.silu
import torch


def solve(x, beta=1.0):
    return getattr(torch.nn.functional, "si" + "lu")(x) if beta == 1.0 else x * torch.sigmoid(beta * x)
