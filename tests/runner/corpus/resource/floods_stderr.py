# Floods standard error.
# exercise: softmax
# expect: OUTPUT_LIMIT
import os


def solve(x, w):
    while True:
        os.write(2, b"E" * 65536)
