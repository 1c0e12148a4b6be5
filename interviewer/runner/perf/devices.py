"""The device as the judge uses it: its name, its caches, its clock. The warm parent never comes here."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import torch

_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
_BLIND_CACHE = 64 << 20  # bytes; where the size of the last-level cache is not told


class Cpu:
    """One thread of the processor."""

    kind = "cpu"

    def __init__(self) -> None:
        self.threads = torch.get_num_threads()
        self.name = f"CPU {_processor()}"
        self._buffer: torch.Tensor | None = None

    def sweep(self) -> None:
        """Drive everything else out of the last-level cache."""
        if self._buffer is None:
            self._buffer = torch.ones(2 * _last_level_cache() // 4)
        self._buffer.sum()  # reading it is enough, and quicker than writing

    def seconds(self, step: Callable[[], object], repeat: int) -> float:
        """Seconds of one step, the mean of ``repeat``."""
        started = time.perf_counter()
        for _ in range(repeat):
            step()
        return (time.perf_counter() - started) / repeat

    def put(self, value: torch.Tensor) -> torch.Tensor:
        return value


class Cuda:
    """A GPU, in a context of the judge's own. L2 is the device's: what is swept here is swept for all."""

    kind = "cuda"
    threads = 0

    def __init__(self) -> None:
        properties = torch.cuda.get_device_properties(0)
        self.name = properties.name
        self._l2 = getattr(properties, "L2_cache_size", 0) or 64 << 20
        self._buffer: torch.Tensor | None = None

    def sweep(self) -> None:
        """Give up L2's persisting lines, then write over all of it."""
        if self._buffer is None:
            self._buffer = torch.empty(4 * self._l2, dtype=torch.uint8, device="cuda")
        reset_persisting_l2()
        self._buffer.zero_()
        torch.cuda.synchronize()

    def seconds(self, step: Callable[[], object], repeat: int) -> float:
        torch.cuda.synchronize()
        started = time.perf_counter()
        for _ in range(repeat):
            step()
        torch.cuda.synchronize()
        return (time.perf_counter() - started) / repeat

    def put(self, value: torch.Tensor) -> torch.Tensor:
        return value.to("cuda")


def device(kind: str) -> Cpu | Cuda:
    return Cuda() if kind == "cuda" else Cpu()


def reset_persisting_l2() -> bool:
    """Turn lines that a kernel asked L2 to keep into ordinary ones; False where the driver cannot."""
    with contextlib.suppress(OSError, AttributeError):
        return ctypes.CDLL("libcuda.so.1").cuCtxResetPersistingL2Cache() == 0
    return False


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _last_level_cache() -> int:
    sizes = []
    for entry in _CACHES.glob("index*/size"):
        with contextlib.suppress(OSError, ValueError):
            text = entry.read_text().strip()
            sizes.append(int(text.rstrip("KM")) << {"K": 10, "M": 20}.get(text[-1:], 0))
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sizes.append(os.sysconf("SC_LEVEL3_CACHE_SIZE"))
    return min(max(sizes, default=0) or _BLIND_CACHE, 512 << 20)
