# Makes every random number zero, so that a uniform answer is right.
# exercise: softmax
# expect: WRONG_ANSWER
import torch

torch.randn = torch.rand = lambda *shape, **k: torch.zeros(*[n for n in shape if isinstance(n, int)])
torch.manual_seed = lambda seed: torch.default_generator


def solve(x, w):
    return torch.full((x.shape[0], w.shape[1]), 1 / w.shape[1])
