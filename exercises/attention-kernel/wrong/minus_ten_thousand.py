# Masks by adding -10 000, which is not small beside scores of -40 000.
# fails: extremes
import torch


def attention(q, k, v):
    scores = q @ k.mT / q.shape[-1] ** 0.5
    later = torch.ones_like(scores).triu(1)
    return (scores - 1e4 * later).softmax(-1) @ v
