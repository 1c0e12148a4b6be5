# exp() without the row's maximum taken off: infinite for large scores.
# fails: extremes
def attention(q, k, v):
    e = (q @ k.mT / q.shape[-1] ** 0.5).exp().tril()
    return e @ v / e.sum(-1, keepdim=True)
