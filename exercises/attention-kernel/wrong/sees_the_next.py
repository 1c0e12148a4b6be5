# The mask begins one position too late: each position sees the next one as well.
# fails: values, causal, shapes, strided, extremes
import torch


def attention(q, k, v):
    scores = q @ k.mT / q.shape[-1] ** 0.5
    later = torch.ones_like(scores, dtype=torch.bool).triu(2)
    return scores.masked_fill(later, -torch.inf).softmax(-1) @ v
