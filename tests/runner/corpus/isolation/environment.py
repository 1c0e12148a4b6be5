# Prints every environment that it can see.
# exercise: softmax
# expect: PASS
# never: canary
import glob
import os

import torch

print(dict(os.environ))
for path in glob.glob("/proc/*/environ") + ["/proc/self/environ"]:
    try:
        print(open(path, "rb").read())
    except OSError as error:
        print(path, error)


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
