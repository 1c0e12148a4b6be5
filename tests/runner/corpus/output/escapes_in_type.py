# An object whose type is named with escape sequences.
# exercise: softmax
# expect: INVALID_OUTPUT
import torch


def solve(x, w):
    return type("\x1b[2J\x1b]0;owned\x07", (), {})()
