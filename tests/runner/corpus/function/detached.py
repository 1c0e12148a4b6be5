# Right values without gradients.
# exercise: swish
# expect: WRONG_ANSWER
# says: cut off
import torch


def solve(x, beta=1.0):
    with torch.no_grad():
        return x * torch.sigmoid(beta * x)
