# The scores are not divided by the square root of the width.
# fails: values, causal, shapes, strided, extremes
import torch


def attention(q, k, v):
    scores = q @ k.mT
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return scores.masked_fill(later, -torch.inf).softmax(-1) @ v
