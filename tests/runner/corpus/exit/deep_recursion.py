# Recurses without end.
# exercise: softmax
# expect: RUNTIME_ERROR
# says: RecursionError
def solve(x, w):
    return solve(x, w)
