# Signals everybody: the judge, its parent, all processes, its group.
# exercise: softmax
# expect: PASS|CRASHED
import os
import signal

import torch

for pid in {os.getppid(), 1, -1}:
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except OSError as error:
            print(pid, number, error.errno)


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
