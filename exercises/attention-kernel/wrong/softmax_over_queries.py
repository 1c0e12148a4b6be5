# The softmax runs over the queries: the weights of a key sum to one, not those of a position.
# fails: values, causal, shapes, strided, extremes
import torch


def attention(q, k, v):
    scores = q @ k.mT / q.shape[-1] ** 0.5
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return scores.masked_fill(later, -torch.inf).softmax(-2) @ v
