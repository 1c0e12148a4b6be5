# Subtracts the maximum of the whole matrix: rows far below it underflow to 0 / 0.
# fails: large
def solve(x, w):
    z = x @ w
    e = (z - z.max()).exp()
    return e / e.sum(dim=1, keepdim=True)
