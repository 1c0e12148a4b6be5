"""The arithmetic of the roofline (Williams, Waterman and Patterson 2009): no torch, no clock.

A call that must move B bytes and do F operations takes at least max(B / bandwidth, F / peak). Both
ceilings are measured on the device at hand.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

#: A time this far below the floor is no measurement: ceilings are themselves measured to some per cent.
MARGIN = 0.8
CLEAR = 4.0  # standard errors that a median must be away from nothing


@dataclass(frozen=True)
class Ceilings:
    """What one device can do at most, with so many threads, on a working set of this size."""

    device: str
    threads: int  # 0 on a GPU
    gb_per_s: float  # bytes moved (read and written) per second, in 10⁹
    tflop_per_s: float  # in the precision of the exercises, float32 without TF32
    fastest_tflop_per_s: float  # in whatever precision is fastest; no honest trick gets above it
    launch_us: float  # of the smallest operation there is

    def at_least(self, other: Ceilings) -> Ceilings:
        """The better of two measurements, part by part: noise only ever makes them worse."""
        return Ceilings(
            self.device,
            self.threads,
            max(self.gb_per_s, other.gb_per_s),
            max(self.tflop_per_s, other.tflop_per_s),
            max(self.fastest_tflop_per_s, other.fastest_tflop_per_s),
            min(self.launch_us, other.launch_us),
        )


@dataclass(frozen=True)
class Times:
    """Seconds of the same thing, many times over."""

    median: float
    iqr: float  # the middle half of them lies within this range
    n: int

    @property
    def spread(self) -> float:
        return self.iqr / self.median if self.median > 0 else float("inf")

    @property
    def error(self) -> float:
        """The median's standard error, by the range of the middle half: √(π/2) σ/√n, where σ = iqr/1.349."""
        return 0.929 * self.iqr / self.n**0.5

    @property
    def clear(self) -> bool:
        """Whether the median can be told from no time at all."""
        return self.median > CLEAR * self.error


def times(seconds: Sequence[float]) -> Times:
    """Median and interquartile range of at least two times."""
    low, middle, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return Times(middle, high - low, len(seconds))


def net(calls: Sequence[float], empty: Sequence[float]) -> Times:
    """Each call less the empty call of its own round, which met the same machine in the same mood."""
    return times([call - null for call, null in zip(calls, empty, strict=True)])


def attainable_s(moved: float, flops: float, ceilings: Ceilings, threads: int = 1) -> float:
    """The least time of a call on this roofline. More threads than the ceilings had scale its roof."""
    return max(_memory_s(moved, ceilings), flops / (ceilings.tflop_per_s * 1e12 * max(threads, 1)))


def floor_s(moved: float, flops: float, ceilings: Ceilings, threads: int = 1) -> float:
    """What no honest solution can be faster than: the fastest arithmetic, and every thread's own share
    of the bandwidth."""
    peak = max(ceilings.fastest_tflop_per_s, ceilings.tflop_per_s) * 1e12
    return max(_memory_s(moved, ceilings), flops / peak) / max(threads, 1)


def bound(moved: float, flops: float, ceilings: Ceilings, launches: int = 1) -> str:
    """What limits a call at best on this device: ``memory``, ``compute`` or ``launch``."""
    memory, compute = _memory_s(moved, ceilings), flops / (ceilings.tflop_per_s * 1e12)
    if launches * ceilings.launch_us * 1e-6 > max(memory, compute):
        return "launch"
    return "memory" if memory >= compute else "compute"


def impossible(measured: Times, floor: float) -> bool:
    """Below the physical floor by more than the margin and the measurement's own spread."""
    return measured.median + measured.iqr < MARGIN * floor


def _memory_s(moved: float, ceilings: Ceilings) -> float:
    return moved / (ceilings.gb_per_s * 1e9)
