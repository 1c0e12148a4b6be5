# Prints, warns and logs a little on every call.
# exercise: softmax
# expect: PASS
# printed: to stderr
import logging
import sys
import warnings

import torch

logging.basicConfig(level=logging.DEBUG)


def solve(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    print("x", tuple(x.shape), "w", tuple(w.shape))
    print("to stderr", file=sys.stderr)
    warnings.warn("are you sure?", stacklevel=1)
    logging.info("multiplying")
    return torch.softmax(x @ w, dim=-1)


if __name__ == "__main__":
    raise SystemExit("not reached: the file is imported")
