# Works in tiles of 16 queries and leaves out the incomplete one at the end.
# fails: values, causal, shapes, strided, extremes
import torch


def attention(q, k, v):
    out = q.new_zeros(*q.shape[:3], v.shape[-1])
    for start in range(0, q.shape[2] - 15, 16):
        end = start + 16
        z = q[:, :, start:end] @ k[:, :, :end].mT / q.shape[-1] ** 0.5
        later = torch.ones(16, end, dtype=torch.bool, device=q.device).triu(start + 1)
        out[:, :, start:end] = z.masked_fill(later, -torch.inf).softmax(-1) @ v[:, :, :end]
    return out
