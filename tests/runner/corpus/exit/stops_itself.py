# Sends itself SIGSTOP.
# exercise: softmax
# expect: TIMEOUT
import os
import signal


def solve(x, w):
    os.kill(os.getpid(), signal.SIGSTOP)
