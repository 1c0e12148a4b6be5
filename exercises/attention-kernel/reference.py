"""Causal attention, written down: the whole matrix of scores, masked before the softmax."""

import math

import torch
from torch import Tensor


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).triu(1)
    # Before the softmax: a masked score then takes no part in the maximum nor in the sum.
    return scores.masked_fill(later, -torch.inf).softmax(dim=-1) @ v
