"""The performance report: DESIGN's ``performance``, and every figure behind it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from interviewer.runner.cases import Case, Context, Performance
from interviewer.runner.perf import ceilings, roofline
from interviewer.runner.perf.devices import Cpu, Cuda, device
from interviewer.runner.perf.gate import Contestant
from interviewer.runner.perf.race import Organizer, Race, Untimed
from interviewer.runner.perf.roofline import Ceilings, Times
from interviewer.runner.session import BrokenPack, Session

MOST_SPREAD = 0.10  # of the median, between the quartiles
PLAUSIBLE = 10.0  # times faster than the eager reference
AGREEMENT = 0.10  # between the judge's clock and the device's events


def measure(
    enter: Callable[[str], Session],
    source: str,
    exercise: dict,
    context: Context,
    spec: Performance,
    small: Case,
    *,
    folder: Path | None = None,
    compiled: bool = False,
) -> dict[str, Any]:
    """Time a solution that has passed.

    ``enter`` gives a fresh worker that has loaded a source. ``small`` is a case that it got right already.
    ``folder`` is where the device's ceilings
    are remembered. Raises Fault when a timed answer is wrong and Stopped when the run is over.
    """
    where = device(context.device)
    reference = getattr(context.reference, exercise["entry"])
    limits = exercise["limits"]
    organizer = Organizer(
        enter, spec, small, context, where, exercise["entry"], list(inspect.signature(reference).parameters),
        limits["call_s"], limits["load_s"],
    )  # fmt: skip
    try:
        eager = (context.folder / "reference.py").read_text(encoding="utf-8")
        race = organizer.hold(source, eager, compiled)
    except Untimed as untimed:
        return blank(where) | {"warnings": [f"Not timed: {untimed}"]}
    known = ceilings.known(where, spec.bytes, folder)
    report = figures(race, spec, known, where)
    if report["rejected"]:  # before anybody is accused, the ceilings are measured again
        report = figures(race, spec, ceilings.known(where, spec.bytes, folder, again=True), where)
    return report


def spec_of(module: Any, context: Context, exercise: dict) -> Performance | None:
    """What ``performance(ctx)`` of cases.py returns; None where it is not defined. Raises BrokenPack."""
    if not hasattr(module, "performance"):
        return None
    try:
        spec = module.performance(context)
    except Exception as error:
        raise BrokenPack(f"performance() raised {type(error).__name__}: {error}") from error
    if not isinstance(spec, Performance) or not (spec.bytes > 0 and spec.flops > 0):
        raise BrokenPack("performance() must return a Performance with bytes and flops above zero")
    if exercise["kind"] != "function":
        raise BrokenPack("performance() is for functions alone")
    if spec.check and spec.check not in [check["id"] for check in exercise["checks"]]:
        raise BrokenPack(f"performance() names the check {spec.check}, which exercise.yaml does not declare")
    return spec


def blank(where: Cpu | Cuda) -> dict[str, Any]:
    """A report without times."""
    return {
        "device": where.name, "threads": where.threads, "n": 0, "median_ms": None, "iqr_ms": None,
        "baseline_ms": None, "speedup": None, "gb_per_s": None, "tflop_per_s": None, "roofline": None,
        "bound": None, "peak_bytes": None, "trust": "judge", "warnings": [],
        "rejected": False, "best_ms": None, "cold_ms": None, "null_ms": None, "baseline_iqr_ms": None,
        "baseline_cold_ms": None, "baseline_peak_bytes": None, "compiled": None, "launches": None,
        "device_ms": None, "floor_ms": None, "bytes": None, "flops": None, "ceilings": None,
        "note": _note(where),
    }  # fmt: skip


def figures(race: Race, spec: Performance, known: Ceilings, where: Cpu | Cuda) -> dict[str, Any]:
    """Everything that follows from the times; nothing is measured here."""
    both = race.candidate, race.reference
    empty = roofline.times(race.candidate.null)
    own, eager = map(_warm, both)
    own_cold, eager_cold = (roofline.net(c.cold, race.null_cold) for c in both)
    threads = race.candidate.threads if where.kind == "cpu" else 1
    floor = roofline.floor_s(spec.bytes, spec.flops, known, threads)
    rejected = roofline.impossible(own, floor)
    if not (own.clear or rejected):
        return _unclear(race, empty, where)
    speedup = eager.median / own.median if eager.clear and not rejected else None
    trust, device_ms, disagreement = _trust(race, own, empty)
    report = blank(where) | {
        "threads": threads if where.kind == "cpu" else 0,
        "n": len(race.candidate.warm),
        "median_ms": _ms(max(own.median, 0.0)), "iqr_ms": _ms(own.iqr),
        "best_ms": _ms(max(min(race.candidate.warm) - min(race.candidate.null), 0.0)),
        "cold_ms": _clear_ms(own_cold), "null_ms": _ms(empty.median),
        "baseline_ms": _clear_ms(eager), "baseline_iqr_ms": _ms(eager.iqr),
        "baseline_cold_ms": _clear_ms(eager_cold),
        "speedup": _short(speedup),
        "peak_bytes": race.candidate.peak_bytes, "baseline_peak_bytes": race.reference.peak_bytes,
        "trust": trust, "device_ms": device_ms, "launches": race.launches,
        "compiled": _compiled(race, own),
        "bytes": spec.bytes, "flops": spec.flops, "floor_ms": _ms(floor), "rejected": rejected,
        "ceilings": {
            "gb_per_s": _short(known.gb_per_s), "tflop_per_s": _short(known.tflop_per_s),
            "launch_us": _short(known.launch_us),
        },
    }  # fmt: skip
    if not rejected:
        least = roofline.attainable_s(spec.bytes, spec.flops, known, threads)
        report |= {
            "gb_per_s": _short(spec.bytes / own.median / 1e9),
            "tflop_per_s": _short(spec.flops / own.median / 1e12),
            "roofline": _short(min(1.0, least / own.median)),
            "bound": roofline.bound(spec.bytes, spec.flops, known, race.launches or 1),
        }
    report["warnings"] = _warnings(own, eager, speedup, floor, rejected, threads) + disagreement
    return report


def _warnings(
    own: Times, eager: Times, speedup: float | None, floor: float, rejected: bool, threads: int
) -> list[str]:
    told = []
    if rejected:
        told.append(
            f"The time was rejected: {_ms(max(own.median, 0.0)):g} ms is less than the {_ms(floor):g} ms that this "
            "device's memory and arithmetic need at least."
        )
    elif own.spread > MOST_SPREAD:
        told.append(
            f"The times spread by {own.spread:.0%} of the median, which is known to about "
            f"{own.error / own.median:.0%}: something else keeps this machine busy, one call is short for "
            "the judge's clock, or the code does not always take as long."
        )
    if not eager.clear:
        told.append("The reference's time could not be told from that of an empty call: no speed-up.")
    elif eager.spread > MOST_SPREAD:
        told.append(f"The reference's times spread by {eager.spread:.0%}: take the speed-up as rough.")
    if speedup and speedup > PLAUSIBLE:
        told.append(f"{speedup:.0f} times as fast as the reference is implausible: look at why.")
    if threads > 1:
        told.append(f"It ran {threads} threads, the reference one.")
    return told


def _unclear(race: Race, empty: Times, where: Cpu | Cuda) -> dict[str, Any]:
    """A report without times, and why."""
    said = (
        f"Not timed: in {empty.n} calls the time could not be told from that of an empty call "
        f"({_ms(empty.median):g} ms, half of them within {_ms(empty.iqr):g} ms). "
        "Run it again when the machine is less busy."
    )
    return blank(where) | {"n": empty.n, "null_ms": _ms(empty.median), "warnings": [said]}


def _trust(race: Race, own: Times, empty: Times) -> tuple[str, float | None, list[str]]:
    """The label, the median by device events, and a warning where the two disagree."""
    if len(race.candidate.on_device) < 2:
        return "judge", None, []
    told = roofline.times(race.candidate.on_device).median
    room = max(AGREEMENT * own.median, empty.iqr, 50e-6)
    if abs(told - own.median) <= room:
        return "consistent", _ms(told), []
    said = f"The device's own events say {_ms(told):g} ms; the judge's clock is what counts."
    return "judge", _ms(told), [said]


def _compiled(race: Race, own: Times) -> dict[str, Any] | None:
    if race.no_compiled:
        return {"reason": race.no_compiled}
    if race.compiled is None:
        return None
    there = _warm(race.compiled)
    if not there.clear:
        return {"reason": "its time could not be told from that of an empty call."}
    return {
        "ms": _ms(there.median),
        "iqr_ms": _ms(there.iqr),
        "compile_s": _short(race.compile_s),
        "speedup": _short(there.median / own.median) if own.clear else None,
    }


def _note(where: Cpu | Cuda) -> str:
    if where.kind == "cuda":
        return "Measured one call at a time by the judge's clock, copies to and from the GPU taken off."
    return f"Measured on the CPU, with {where.threads} thread: it says nothing about a GPU."


def _warm(contestant: Contestant) -> Times:
    return roofline.net(contestant.warm, contestant.null)


def _clear_ms(times: Times) -> float | None:
    return _ms(times.median) if times.clear else None


def _ms(seconds: float) -> float:
    return _short(seconds * 1e3) or 0.0


def _short(value: float | None) -> float | None:
    """Four significant digits."""
    return float(f"{value:.4g}") if value is not None else None
