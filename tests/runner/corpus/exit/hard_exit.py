# Ends at once with status 0, in the middle of a call.
# exercise: softmax
# expect: EXITED
# says: status 0
import os


def solve(x, w):
    print("PASS", flush=True)
    os._exit(0)
