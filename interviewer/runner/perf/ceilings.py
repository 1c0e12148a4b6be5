"""What this device can do at most: measured once, in the judge, and remembered.

Bandwidth is measured on a working set as large as the exercise's own: one that fits in a cache moves
faster than memory allows, and so may the solution.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch

from interviewer.runner.perf.devices import Cpu, Cuda
from interviewer.runner.perf.roofline import Ceilings

FILE = "ceilings.json"
_VERSION = 1  # of the way they are measured
_SIDES = {"cpu": (256, 512), "cuda": (4096, 8192)}  # of the products
_LOW_PRECISION_SIDE = {"cpu": 128, "cuda": 8192}
_SECONDS = 0.15  # for each; the best of many short runs, so that a busy machine matters little
_SIZES = (1 << 18, 1 << 30)  # the smallest and largest working set


def known(device: Cpu | Cuda, moved: float, folder: Path | None, *, again: bool = False) -> Ceilings:
    """The ceilings for a working set of ``moved`` bytes, from ``folder`` where they are remembered.

    ``again``: measure anew, and keep the better of both.
    """
    size = _bucket(moved)
    key = f"{_VERSION} {device.name} {device.threads} torch {torch.__version__} {size}"
    old = _read(folder).get(key)
    if old and not again:
        return old
    new = measure(device, size)
    new = new.at_least(old) if old else new
    _write(folder, key, new)
    return new


def measure(device: Cpu | Cuda, size: int) -> Ceilings:
    """Measure now; about half a second."""
    moved = _bandwidth(device, size)
    own = max(_matmul(device, n, torch.float32) for n in _SIDES[device.kind])
    other = _matmul(device, _LOW_PRECISION_SIDE[device.kind], torch.bfloat16)
    one = device.put(torch.zeros(1))
    launch = _best(device, lambda: one.add_(1.0), _SECONDS / 5)
    return Ceilings(
        device.name, device.threads, moved / 1e9, own / 1e12, max(own, other) / 1e12, launch * 1e6
    )


def _bandwidth(device: Cpu | Cuda, size: int) -> float:
    """Bytes per second, by copying or by reading only: whichever is faster."""
    source = device.put(torch.ones(size // 8))
    target = torch.empty_like(source)
    copied = 2 * source.nbytes / _best(device, lambda: target.copy_(source))
    read = 2 * source.nbytes / _best(device, lambda: torch.dot(source, target))
    return max(copied, read)


def _matmul(device: Cpu | Cuda, side: int, dtype: torch.dtype) -> float:
    """Floating-point operations per second of a square product."""
    a, b = (device.put(torch.randn(side, side)).to(dtype) for _ in range(2))
    out = torch.empty_like(a)
    return 2 * side**3 / _best(device, lambda: torch.mm(a, b, out=out))


def _best(device: Cpu | Cuda, step: Callable[[], object], seconds: float = _SECONDS) -> float:
    """Seconds of one step at best; the GPU's steps go out in batches, so that it never waits."""
    once = device.seconds(step, 1)
    once = min(once, device.seconds(step, 1))
    repeat = max(1, min(1000, math.ceil(2e-3 / max(once, 1e-7))))
    rounds = max(3, math.ceil(seconds / max(once * repeat, 1e-7)))
    return min(device.seconds(step, repeat) for _ in range(min(rounds, 200)))


def _bucket(moved: float) -> int:
    """The power of two nearest to a number of bytes."""
    low, high = _SIZES
    return 1 << round(math.log2(min(max(moved, low), high)))


def _read(folder: Path | None) -> dict[str, Ceilings]:
    """What is remembered; nothing where the file is none of ours."""
    if folder is not None:
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
            found = json.loads((folder / FILE).read_text(encoding="utf-8"))
            return {key: Ceilings(**each) for key, each in found.items()}
    return {}


def _write(folder: Path | None, key: str, ceilings: Ceilings) -> None:
    """Advice for the next run; where it cannot be kept, that one measures again."""
    if folder is None:
        return
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = folder / (FILE + ".new")
        every = {name: asdict(each) for name, each in (_read(folder) | {key: ceilings}).items()}
        fresh.write_text(json.dumps(every, indent=1), encoding="utf-8")
        fresh.replace(folder / FILE)
