# Asks for four terabytes at once.
# exercise: softmax
# expect: MEMORY_LIMIT
# says: Line 9
import torch


def solve(x, w):
    return torch.zeros(1 << 40)
