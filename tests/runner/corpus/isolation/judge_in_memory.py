# Looks in its own memory for anything of the exercise.
# exercise: softmax
# expect: PASS
# never: held
import gc

import torch

for found in gc.get_objects():
    if (
        isinstance(found, dict)
        and ("cases" in found or "expected" in found)
        and "interviewer" in str(found)[:5000]
    ):
        print("held", str(found)[:200])
    elif type(found).__name__ in ("Case", "Expected") or "cases.py" in str(type(found).__module__):
        print("held", found)


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
