# A line that never ends, full of escape sequences.
# exercise: softmax
# expect: OUTPUT_LIMIT
import sys


def solve(x, w):
    while True:
        sys.stdout.write("\x1b[1A\x1b]0;t\x07" * 512)
