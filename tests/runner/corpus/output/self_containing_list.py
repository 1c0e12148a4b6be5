# A list that contains itself.
# exercise: softmax
# expect: RUNTIME_ERROR|INVALID_OUTPUT
import torch


def solve(x, w):
    result = []
    result.append(result)
    return result
