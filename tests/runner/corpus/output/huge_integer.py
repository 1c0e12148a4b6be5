# An integer of four hundred digits.
# exercise: softmax
# expect: INVALID_OUTPUT
# says: an int
import torch


def solve(x, w):
    return 10**400
