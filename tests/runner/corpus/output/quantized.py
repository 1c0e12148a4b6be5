# A quantized tensor.
# exercise: softmax
# expect: INVALID_OUTPUT
import torch


def solve(x, w):
    return torch.quantize_per_tensor(torch.softmax(x @ w, dim=-1), 0.01, 0, torch.quint8)
