import torch

TILE = 32


def attention(q, k, v):
    B, H, T, D = q.shape
    q = q * D**-0.5
    m = torch.full((B, H, T, 1), -torch.inf, device=q.device)
    total = torch.zeros(B, H, T, 1, device=q.device)
    acc = torch.zeros(B, H, T, v.shape[-1], device=q.device)
    position = torch.arange(T, device=q.device)
    for start in range(0, T, TILE):
        stop = min(start + TILE, T)
        s = q @ k[:, :, start:stop].mT
        s = torch.where(position[start:stop] <= position[:, None], s, -torch.inf)
        new = torch.maximum(m, s.amax(-1, keepdim=True))
        p = torch.exp(s - new)
        old = torch.exp(m - new)
        total = total * old + p.sum(-1, keepdim=True)
        acc = acc * old + p @ v[:, :, start:stop]
        m = new
    return acc / total
