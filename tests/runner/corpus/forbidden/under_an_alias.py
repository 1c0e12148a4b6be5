# Imports it under another name.
# exercise: swish
# expect: FORBIDDEN
# says: Line 5 uses
from torch.nn.functional import silu as gate


def solve(x, beta=1.0):
    return gate(beta * x) / beta
