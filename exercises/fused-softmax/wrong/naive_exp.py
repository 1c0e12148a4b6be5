# The definition, written down: exp() of large logits is infinite, and their quotient NaN.
# fails: large
def solve(x, w):
    e = (x @ w).exp()
    return e / e.sum(dim=1, keepdim=True)
