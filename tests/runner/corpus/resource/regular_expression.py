# One C call that takes for ever and hears no signal of Python.
# exercise: softmax
# expect: TIMEOUT
import re


def solve(x, w):
    re.match(r"(a+)+$", "a" * 64 + "b")
