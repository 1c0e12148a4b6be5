# Scales the caller's queries in place.
# fails: values, causal, shapes, strided, extremes
# verdict: INPUT_MUTATED
import torch


def attention(q, k, v):
    q /= q.shape[-1] ** 0.5
    scores = q @ k.mT
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return scores.masked_fill(later, -torch.inf).softmax(-1) @ v
