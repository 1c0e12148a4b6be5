# Online softmax, block by block, as a fused kernel would.
# exercise: softmax
# expect: PASS
import torch


def solve(x, w, block=3):
    m = torch.full((x.shape[0], 1), float("-inf"))
    s = torch.zeros(x.shape[0], 1)
    logits = []
    for start in range(0, w.shape[1], block):
        z = x @ w[:, start : start + block]
        new = torch.maximum(m, z.max(dim=1, keepdim=True).values)
        s = s * (m - new).exp() + (z - new).exp().sum(dim=1, keepdim=True)
        m = new
        logits.append(z)
    return torch.cat([(z - m).exp() / s for z in logits], dim=1)
