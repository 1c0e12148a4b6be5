# Right values with the gradient of the identity.
# exercise: swish
# expect: WRONG_ANSWER
# says: gradient
import torch


def solve(x, beta=1.0):
    return x + (x * torch.sigmoid(beta * x) - x).detach()
