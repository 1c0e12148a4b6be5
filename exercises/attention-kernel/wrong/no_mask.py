# No mask: every position sees the whole sequence.
# fails: values, causal, shapes, strided, extremes
def attention(q, k, v):
    return (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1) @ v
