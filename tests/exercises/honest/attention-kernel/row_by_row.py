import torch


def attention(q, k, v):
    out = torch.empty(*q.shape[:-1], v.shape[-1], device=q.device)
    for t in range(q.shape[-2]):
        scores = (k[:, :, : t + 1] @ q[:, :, t].unsqueeze(-1)).squeeze(-1) * q.shape[-1] ** -0.5
        p = torch.softmax(scores, dim=-1)
        out[:, :, t] = (p.unsqueeze(-2) @ v[:, :, : t + 1]).squeeze(-2)
    return out
