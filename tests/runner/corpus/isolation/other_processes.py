# Looks at every process it can see.
# exercise: softmax
# expect: PASS
# never: saw
import os

import torch

try:
    seen = [p for p in os.listdir("/proc") if p.isdigit()]
except OSError:
    seen = []
for pid in seen:
    if int(pid) not in (1, os.getpid()):
        print("saw", pid)
    for name in ("mem", "environ", "maps", "cwd", "root", "fd/3"):
        try:
            os.open(f"/proc/{pid}/{name}", os.O_RDONLY)
            if int(pid) != os.getpid():
                print("saw", pid, name)
        except OSError:
            pass


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
