# Masks the probabilities and not the scores: the rows no longer sum to one.
# fails: values, causal, shapes, strided, extremes
def attention(q, k, v):
    p = (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1)
    return p.tril() @ v
