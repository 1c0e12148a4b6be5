# Makes every comparison of torch true.
# exercise: softmax
# expect: WRONG_ANSWER
import torch

for name in ("equal", "allclose", "isclose", "eq"):
    setattr(torch, name, lambda *a, **k: True)
torch.Tensor.__eq__ = torch.Tensor.equal = torch.Tensor.allclose = lambda *a, **k: True
torch.testing.assert_close = lambda *a, **k: None
torch.Tensor.clone = torch.Tensor.contiguous = torch.Tensor.detach = lambda self, *a, **k: self


def solve(x, w):
    return torch.zeros(x.shape[0], w.shape[1])
