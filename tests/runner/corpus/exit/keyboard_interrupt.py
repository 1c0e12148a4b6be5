# Pretends that somebody pressed Ctrl-C.
# exercise: softmax
# expect: RUNTIME_ERROR
def solve(x, w):
    raise KeyboardInterrupt
