# Calls the attention that it was asked to write.
# verdict: FORBIDDEN
import torch.nn.functional as F


def attention(q, k, v):
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)
