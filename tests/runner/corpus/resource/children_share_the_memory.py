# Each child stays below the limit, together they do not.
# exercise: softmax
# expect: MEMORY_LIMIT|CRASHED
import os
import time


def solve(x, w):
    for _ in range(6):
        if os.fork() == 0:
            held = bytearray(b"x") * (80 << 20)
            time.sleep(30)
    time.sleep(30)
