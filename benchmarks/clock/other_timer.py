"""Time the same work as everybody does it: ``python other_timer.py DEVICE``, then a number of steps a line.

On the CPU by torch.utils.benchmark, on a GPU by triton.testing.do_bench. Answers each line with the
median and the shortest time, in milliseconds.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]


def main(device: str) -> None:
    import torch
    from cases import inputs
    from reference import work

    torch.set_num_threads(1)
    torch.backends.cuda.matmul.allow_tf32 = False
    for line in sys.stdin:
        x, steps = inputs(torch.Generator().manual_seed(1), device, int(line))
        times = (on_gpu if device == "cuda" else on_cpu)(work, x.to(device), steps)
        print(*(f"{ms:.6g}" for ms in times), flush=True)


def on_cpu(work, x, steps: int) -> tuple[float, float]:
    from torch.utils.benchmark import Timer

    timer = Timer("work(x, steps)", globals={"work": work, "x": x, "steps": steps}, num_threads=1)
    measured = timer.blocked_autorange(min_run_time=0.5)
    return measured.median * 1e3, min(measured.times) * 1e3


def on_gpu(work, x, steps: int) -> tuple[float, float]:
    from triton.testing import do_bench

    times = do_bench(lambda: work(x, steps), warmup=200, rep=1000, return_mode="all")
    return sorted(times)[len(times) // 2], min(times)


if __name__ == "__main__":
    main(sys.argv[1])
