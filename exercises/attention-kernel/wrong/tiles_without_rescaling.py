# Online softmax in tiles of 16 keys; the accumulators are not rescaled when the maximum rises.
# fails: values, causal, shapes, strided, extremes
import torch


def attention(q, k, v):
    t, tile = q.shape[2], 16
    rows = torch.arange(t, device=q.device)[:, None]
    top = q.new_full((*q.shape[:3], 1), -torch.inf)
    total, out = q.new_zeros(*q.shape[:3], 1), q.new_zeros(*q.shape[:3], v.shape[-1])
    for start in range(0, t, tile):
        part = slice(start, min(start + tile, t))
        z = q @ k[:, :, part].mT / q.shape[-1] ** 0.5
        z = z.masked_fill(rows < torch.arange(t, device=q.device)[part], -torch.inf)
        top = torch.maximum(top, z.max(-1, keepdim=True).values)
        p = (z - top).exp()
        total, out = total + p.sum(-1, keepdim=True), out + p @ v[:, :, part]
    return out / total
