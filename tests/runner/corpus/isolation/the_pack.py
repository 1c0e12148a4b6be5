# Looks for the hidden cases, the reference and the judge.
# exercise: softmax
# expect: PASS
# never: found
import os
import sys

import torch

skip = {"usr", "lib", "lib64", "proc", "sys", "site-packages", "dist-packages", "bin", "sbin", "etc"}
for folder, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if f not in skip and not f.startswith("python")]
    for name in files:
        if name in ("cases.py", "judge.py", "kinds.py", "exercise.yaml", "statement.md"):
            print("found", folder, name)
for name in ("judge", "kinds", "compare", "session", "pack", "local"):
    try:
        __import__(f"interviewer.runner.{name}")
        print("found", name)
    except (ImportError, OSError) as error:
        print(name, error)
held = [n for n in sys.modules if n.startswith("interviewer") and n.endswith(("judge", "kinds", "compare"))]
if held:
    print("found", held)


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
