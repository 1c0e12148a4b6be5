# Multiplies in bfloat16: quick, and right to two digits only.
# fails: values, causal, shapes, strided, extremes
import torch


def attention(q, k, v):
    scores = (q.bfloat16() @ k.bfloat16().mT).float() / q.shape[-1] ** 0.5
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return (scores.masked_fill(later, -torch.inf).softmax(-1).bfloat16() @ v.bfloat16()).float()
