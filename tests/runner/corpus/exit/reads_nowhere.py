# Reads address zero.
# exercise: softmax
# expect: CRASHED
# says: SIGSEGV
import ctypes


def solve(x, w):
    ctypes.string_at(0)
