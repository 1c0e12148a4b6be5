# The sigmoid through tanh, in place on a copy.
# exercise: swish
# expect: PASS
import torch


def solve(x, beta=1.0):
    half = (0.5 * beta * x).tanh()
    return 0.5 * x * (1 + half)
