"""What the worker itself can tell of a GPU call: its events, its memory, its kernels.

It shares a process with the candidate's code, so all of this is advice that the judge compares with its
own clock, and never the time that counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from interviewer.runner.perf.devices import reset_persisting_l2


class Events:
    """Device events around one call."""

    def __init__(self) -> None:
        reset_persisting_l2()
        torch.cuda.reset_peak_memory_stats()
        self.first, self.last = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        self.first.record()

    def stop(self) -> None:
        self.last.record()

    def told(self) -> dict[str, Any]:
        self.last.synchronize()
        return {
            "device_ms": self.first.elapsed_time(self.last),
            "peak_bytes": torch.cuda.max_memory_allocated(),
        }


def launches(call: Callable[[], Any]) -> int | None:
    """How many kernels one call launches; None where the profiler does not work."""
    try:
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profile:
            call()
            torch.cuda.synchronize()
        on_device = [e for e in profile.events() if e.device_type == torch.autograd.DeviceType.CUDA]
        return sum(not event.name.startswith(("Memcpy", "Memset")) for event in on_device)
    except Exception:
        return None
