# Closes every descriptor.
# exercise: softmax
# expect: PROTOCOL_ERROR|EXITED
import os
import time


def solve(x, w):
    os.closerange(0, 256)
    time.sleep(3)
