# Leaves a daemon behind that writes wherever it can, for as long as it can.
# exercise: softmax
# expect: PASS
import os
import time

import torch

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 64)
        end = time.monotonic() + 600
        while time.monotonic() < end:
            for folder in ("/tmp", "/dev/shm", "/var/tmp", "."):
                try:
                    open(os.path.join(folder, "interviewer_corpus_canary"), "w").close()
                except OSError:
                    pass
            time.sleep(0.001)
    os._exit(0)


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
