"""A performance report as text: bars, a roofline plot, and the figures in words.

The report itself is plain data (DESIGN's ``performance``), measured by the runner.
"""

from __future__ import annotations

import math
from typing import Any

LABEL = 11  # width of the bars' names
_EIGHTHS = " ▏▎▍▌▋▊▉"

_BOUND = {
    "memory": "bound by memory",
    "compute": "bound by arithmetic",
    "launch": "bound by launching kernels",
}
_TRUST = {
    "judge": "timed by the judge",
    "consistent": "timed by the judge, and the device's events agree",
    "self_reported": "as the code itself reported",
}


def headline(report: dict[str, Any]) -> str:
    """One line: how fast, and against what."""
    if report.get("rejected"):
        return "Speed: the time was rejected."
    if report.get("median_ms") is None:
        return "Speed: not timed."
    said, speedup = f"Speed: {duration(report['median_ms'])}", report.get("speedup")
    if not speedup:
        return said
    times = "" if 0.95 <= speedup < 1.05 else f"{speedup:.2g} times "
    return f"{said}, {times}as fast as the reference"


def lines(report: dict[str, Any], width: int = 72) -> list[str]:
    """The whole report for a terminal without graphics: a headline, bars, figures, warnings."""
    told = [headline(report), *bars(report, width), *facts(report)]
    told += [f"⚠ {warning}" for warning in report.get("warnings", ())]
    return told


def bars(report: dict[str, Any], width: int = 72) -> list[str]:
    """Times as bars, from the shortest that is possible here to the reference's; shorter is better."""
    compiled = report.get("compiled") or {}
    entries = [
        ("at best", _at_best(report)),
        ("yours", report.get("median_ms")),
        ("reference", report.get("baseline_ms")),
        ("compiled", compiled.get("ms")),
    ]
    known = [(name, ms) for name, ms in entries if ms]
    if not report.get("median_ms") or report.get("rejected"):
        return []
    longest, room = max(ms for _, ms in known), max(width - LABEL - 10, 8)
    return [f"{name:<{LABEL}}{_bar(ms / longest * room)} {duration(ms)}" for name, ms in known]


def _at_best(report: dict[str, Any]) -> float | None:
    """What the roofline allows, in milliseconds."""
    share, median = report.get("roofline"), report.get("median_ms")
    return share * median if share and median else None


def _bar(cells: float) -> str:
    whole = int(cells)
    return ("█" * whole + _EIGHTHS[int((cells - whole) * 8)].strip()) or "▏"


def facts(report: dict[str, Any]) -> list[str]:
    """The figures in words, a line for each kind."""
    told = []
    ceilings = report.get("ceilings") or {}
    if report.get("roofline") is not None:
        told.append(
            f"{report['roofline']:.0%} of what this device can do, {_BOUND.get(report['bound'], '')}: "
            f"{rate(report['tflop_per_s'])} of {rate(ceilings['tflop_per_s'])}, "
            f"{report['gb_per_s']:.3g} of {ceilings['gb_per_s']:.3g} GB/s"
        )
    if report.get("median_ms") is not None:
        cold = f"with cold caches {duration(report['cold_ms'])}; " if report.get("cold_ms") else ""
        told.append(
            f"{report['n']} runs, half of them within {duration(report['iqr_ms'])}; {cold}"
            f"an empty call, {duration(report['null_ms'])}, is taken off"
        )
    if report.get("peak_bytes"):
        beside = report.get("baseline_peak_bytes")
        told.append(
            f"memory {size(report['peak_bytes'])}" + (f", the reference {size(beside)}" if beside else "")
        )
    if report.get("launches"):
        told.append(f"{report['launches']} kernels launched")
    compiled = report.get("compiled") or {}
    if "ms" in compiled:
        told.append(
            f"torch.compile of the reference: {duration(compiled['ms'])}, "
            f"after {compiled['compile_s']:.3g} s of compiling"
        )
    elif compiled.get("reason"):
        told.append(f"not compared with torch.compile: {compiled['reason']}")
    told.append(f"{report['device']}, {_threads(report)}{_TRUST.get(report['trust'], report['trust'])}")
    if report.get("note"):
        told.append(report["note"])
    return told


def _threads(report: dict[str, Any]) -> str:
    count = report.get("threads") or 0
    return f"{count} thread{'s' * (count != 1)}, " if count else ""


def plot(report: dict[str, Any], width: int = 56, height: int = 9) -> list[str]:
    """The roofline (both axes logarithmic): what the device allows at every arithmetic intensity, and
    where the solution (●) and the reference (○) are below it. Empty where nothing was timed."""
    if report.get("roofline") is None or not report.get("tflop_per_s"):
        return []
    ceilings = report["ceilings"]
    peak, slope = ceilings["tflop_per_s"] * 1e3, ceilings["gb_per_s"]  # GFLOP/s, GB/s
    intensity, own = report["flops"] / report["bytes"], report["tflop_per_s"] * 1e3
    points = {"●": own}
    if report.get("speedup"):
        points["○"] = own / report["speedup"]
    ridge = peak / slope
    field = _Field(
        width, height,
        (min(intensity, ridge) / 8, max(intensity, ridge) * 8),
        (min(*points.values(), peak) / 3, peak * 1.6),
    )  # fmt: skip
    field.roof(peak, slope)
    roof = min(peak, slope * intensity)
    field.drop(intensity, roof, min(points.values()))
    for glyph, value in reversed(points.items()):
        field.mark(intensity, value, glyph)
    key = "   ".join(
        f"{glyph} {name}" for glyph, name in zip(points, ("yours", "the reference"), strict=False)
    )
    return [
        f"{rate(peak / 1e3)} at most · {slope:.3g} GB/s",
        *field.rows(),
        f"{key}   {intensity:.3g} FLOP per byte",
    ]


class _Field:
    """A grid of characters with logarithmic axes."""

    def __init__(self, width: int, height: int, x: tuple[float, float], y: tuple[float, float]):
        self.width, self.height, self.x, self.y = width, height, x, y
        self.cells = [[" "] * width for _ in range(height)]

    def column(self, x: float) -> int:
        return self._place(x, self.x, self.width)

    def row(self, y: float) -> int:
        return self.height - 1 - self._place(y, self.y, self.height)

    def mark(self, x: float, y: float, glyph: str) -> None:
        self.cells[self.row(y)][self.column(x)] = glyph

    def roof(self, peak: float, slope: float) -> None:
        """``min(peak, slope · x)``, drawn from left to right without gaps."""
        low, high = (math.log(v) for v in self.x)
        before = None
        for column in range(self.width):
            x = math.exp(low + (high - low) * column / (self.width - 1))
            row = self.row(min(peak, slope * x))
            self.cells[row][column] = "━" if slope * x >= peak else "╱"
            for between in range(row + 1, before if before is not None else row):
                self.cells[between][column] = "╱"
            before = row

    def drop(self, x: float, top: float, bottom: float) -> None:
        """A dotted line: how far below the roof it is."""
        column = self.column(x)
        for row in range(self.row(top) + 1, self.row(bottom)):
            self.cells[row][column] = "┊"

    def rows(self) -> list[str]:
        return [*("│" + "".join(row).rstrip() for row in self.cells), "└" + "─" * self.width]

    def _place(self, value: float, ends: tuple[float, float], cells: int) -> int:
        low, high = (math.log(v) for v in ends)
        share = (math.log(max(value, ends[0])) - low) / (high - low)
        return min(cells - 1, max(0, round(share * (cells - 1))))


def duration(milliseconds: float) -> str:
    """1.23 s, 12.3 ms, 45.6 µs."""
    if milliseconds >= 1e3:
        return f"{milliseconds / 1e3:.3g} s"
    return f"{milliseconds:.3g} ms" if milliseconds >= 0.1 else f"{milliseconds * 1e3:.3g} µs"


def rate(tflop_per_s: float) -> str:
    """Arithmetic per second, in the unit that fits."""
    if tflop_per_s >= 1:
        return f"{tflop_per_s:.3g} TFLOP/s"
    return f"{tflop_per_s * 1e3:.3g} GFLOP/s"


def size(count: float) -> str:
    """Bytes as MB or GB (10⁶, 10⁹)."""
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
