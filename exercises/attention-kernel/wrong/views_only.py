# view() wants memory that is laid out in one piece.
# fails: strided
# verdict: RUNTIME_ERROR
import torch


def attention(q, k, v):
    b, h, t, d = q.shape
    q, k, v = (x.view(b * h, t, -1) for x in (q, k, v))
    scores = q @ k.mT / d**0.5
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return (scores.masked_fill(later, -torch.inf).softmax(-1) @ v).view(b, h, t, -1)
