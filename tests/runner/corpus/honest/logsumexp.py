# Goes through logsumexp.
# exercise: softmax
# expect: PASS
import torch


def solve(x, w):
    z = torch.einsum("mk,kn->mn", x, w)
    return torch.exp(z - torch.logsumexp(z, dim=1, keepdim=True))
