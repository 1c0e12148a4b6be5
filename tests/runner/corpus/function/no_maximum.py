# Overflows for large logits.
# exercise: softmax
# expect: WRONG_ANSWER
# says: logits in the thousands
def solve(x, w):
    e = (x @ w).exp()
    return e / e.sum(dim=-1, keepdim=True)
