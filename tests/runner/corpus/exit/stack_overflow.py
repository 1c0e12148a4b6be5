# Overflows the C stack.
# exercise: softmax
# expect: CRASHED|RUNTIME_ERROR|MEMORY_LIMIT
import ctypes
import sys

sys.setrecursionlimit(1 << 30)


@ctypes.CFUNCTYPE(None)
def again():
    again()


def solve(x, w):
    again()
