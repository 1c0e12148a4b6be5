# Opens files until none is left.
# exercise: softmax
# expect: RUNTIME_ERROR
# says: OSError
def solve(x, w):
    return [open("/dev/null") for _ in range(100_000)]
