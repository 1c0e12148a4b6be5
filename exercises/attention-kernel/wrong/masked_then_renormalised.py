# Masks the probabilities and divides by their sum: nothing is left where later scores are much larger.
# fails: extremes
def attention(q, k, v):
    p = (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1).tril()
    return p / p.sum(-1, keepdim=True) @ v
