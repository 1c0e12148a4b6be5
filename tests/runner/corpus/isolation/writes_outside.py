# Writes wherever there is a folder.
# exercise: softmax
# expect: PASS
# never: wrote in
import os
import sys

import torch

places = [
    "/",
    "/etc",
    "/usr",
    "/var/tmp",
    "/home",
    "/root",
    "/proc",
    "/dev",
    "/run",
    sys.prefix,
    torch.__path__[0],
]
for place in [*places, *sys.path, os.path.dirname(os.getcwd())]:
    if os.path.isdir(place) and os.stat(place).st_dev == os.stat("/tmp").st_dev != os.stat("/").st_dev:
        continue  # the private /tmp itself, where a checkout may lie: what is written there is nobody else's
    try:
        open(os.path.join(place, "interviewer_corpus_canary"), "w").close()
        print("wrote in", place)
    except OSError:
        pass
for path in (torch.__file__, os.__file__, sys.executable):
    try:
        os.open(path, os.O_RDWR)
        print("wrote in", path)
    except OSError:
        pass


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
