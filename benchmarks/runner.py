"""How fast the judge answers, and how right its times are: ``python -m benchmarks.runner``.

Ratios of things measured by turns in one run, so that the machine and its mood are the same for both:
submit-to-verdict of a warm judge against a cold ``python``; the sandbox's layers on against off; the
judge's time of a 1, 10 and 100 ms call against another timer's (torch.utils.benchmark, on a GPU
triton.testing.do_bench). With it, the performance reports of solutions to ``attention-kernel``. Needs
torch and PyYAML, on a GPU also Triton.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import importlib.util
import itertools
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from interviewer.core.model import Check, Exercise, Limits
from interviewer.core.performance import lines, plot
from interviewer.packs.exercises import load_exercise
from interviewer.runner.local import LocalRunner
from interviewer.runner.sandbox import layers as sandbox

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent
COLD, CLOCK, SOLUTIONS = HERE / "cold_run.py", HERE / "clock", HERE / "solutions"
TARGETS_MS = (1, 10, 100)


def exercise(name: str) -> Exercise:
    """A shipped exercise."""
    found, problems = load_exercise(ROOT / "exercises" / name, shipped=True)
    if found is None:
        raise SystemExit("\n".join(map(str, problems)))
    return found


# -- from submitting to the verdict ---------------------------------------------------------------


def code_turnaround(name: str = "fused-softmax", warm_runs: int = 12, cold_runs: int = 3) -> dict[str, Any]:
    """From submitting a right solution to its verdict, in milliseconds, all layers on.

    ``warm_ms``: through a judge that is ready, as after the first minute of any interview. ``cold_ms``:
    a fresh ``python`` that imports torch and makes the same checks, without any sandbox. Medians of runs
    by turns.
    """
    return asyncio.run(_turnaround(exercise(name), warm_runs, cold_runs))


async def _turnaround(task: Exercise, warm_runs: int, cold_runs: int) -> dict[str, Any]:
    warm, cold = [], []
    async with _Warm() as judge:
        await judge.settle(task)
        for _ in range(cold_runs):
            cold.append(_cold_ms(task))
            warm += [await judge.milliseconds(task) for _ in range(warm_runs // cold_runs)]
    warm_ms, cold_ms = statistics.median(warm), statistics.median(cold)
    return {
        "exercise": task.id,
        "warm_ms": round(warm_ms, 1),
        "cold_ms": round(cold_ms, 1),
        "ratio": round(cold_ms / warm_ms, 1),
    }


class _Warm:
    """A runner as the app has it, closed when done."""

    def __init__(self, **how: Any):
        self.runner = LocalRunner(**how)

    async def __aenter__(self) -> _Warm:
        await self.runner.warm()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.runner.close()

    async def settle(self, task: Exercise) -> None:
        """What happens once: the judge's own first steps, and its slow imports at leisure."""
        for _ in range(3):
            await self.milliseconds(task)
            await asyncio.sleep(0.6)

    async def milliseconds(self, task: Exercise) -> float:
        """From submitting the reference to its verdict."""
        await asyncio.sleep(0.1)  # a person reads; the next worker is made ready meanwhile
        started = time.perf_counter()
        result = await self.runner.run(task, task.reference)
        spent = (time.perf_counter() - started) * 1e3
        if not result.passed:
            raise SystemExit(f"the reference did not pass: {result.verdict} {result.message}")
        return spent


def _cold_ms(task: Exercise) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "solution.py")
        file.write_text(task.reference)
        started = time.perf_counter()
        _python(COLD, task.path, str(file), task.entry)
        return (time.perf_counter() - started) * 1e3


def _python(*arguments: object) -> str:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=_one_thread()).stdout


def _one_thread() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def layers(name: str = "fused-softmax", runs: int = 12) -> dict[str, Any]:
    """Submit to verdict with every layer on and with none, by turns."""
    return asyncio.run(_layers(exercise(name), runs))


async def _layers(task: Exercise, runs: int) -> dict[str, Any]:
    on, off = [], []
    async with _Warm() as kept, _Warm(unsandboxed=True, off=sandbox.NAMES) as bare:
        for judge in (kept, bare):
            await judge.settle(task)
        for _ in range(runs):
            on.append(await kept.milliseconds(task))
            off.append(await bare.milliseconds(task))
    on_ms, off_ms = statistics.median(on), statistics.median(off)
    return {"on_ms": round(on_ms, 1), "off_ms": round(off_ms, 1), "ratio": round(on_ms / off_ms, 2)}


# -- how right its times are ----------------------------------------------------------------------


class OtherTimer:
    """The timer that everybody uses, in a process of its own that stays."""

    def __init__(self, device: str):
        self._process = subprocess.Popen(
            [sys.executable, str(CLOCK / "other_timer.py"), device], env=_one_thread(), text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> OtherTimer:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait()

    def time(self, steps: int) -> tuple[float, float]:
        """Median and shortest, in milliseconds."""
        print(steps, file=self._process.stdin, flush=True)
        median, best = self._process.stdout.readline().split()
        return float(median), float(best)


def clock(device: str = "cpu", turns: int = 15) -> list[dict[str, Any]]:
    """The judge's time beside another timer's, for calls of about 1, 10 and 100 ms, by turns.

    A shared machine runs the same work at several speeds, for seconds at a time, so each of the judge's
    times is set against those that the other took just before and just after it, and the figure is the
    median of these ratios, with the 95 % interval of that median over resampled turns: once of the medians
    of either timer, and once of its shortest times, which a neighbour's work disturbs least.
    """
    with OtherTimer(device) as other:
        per_step = min(other.time(50)[1] for _ in range(3)) / 50
        return [
            asyncio.run(_clock(device, target, max(1, round(target / per_step)), turns, other))
            for target in TARGETS_MS
        ]


async def _clock(device: str, target: int, steps: int, turns: int, other: OtherTimer) -> dict[str, Any]:
    judged, others = [], []
    with tempfile.TemporaryDirectory() as folder:
        pack = shutil.copytree(CLOCK, Path(folder, "pack"))
        (pack / "steps").write_text(str(steps))
        source = (pack / "reference.py").read_text()
        task = Exercise(
            id="clock", title="clock", kind="function", entry="work", statement="", starter="",
            reference=source, checks=(Check("values"),), path=str(pack),
            limits=Limits(call_s=20, total_s=120, memory_mb=8192),
        )  # fmt: skip
        async with _Warm(home=Path(folder)) as judge:
            others.append(other.time(steps))
            for _ in range(turns):
                found = await _report(judge.runner, task, source, device)
                judged.append((found["median_ms"], found["best_ms"], found["null_ms"]))
                others.append(other.time(steps))
    median, other_median = (statistics.median(each[0] for each in turn) for turn in (judged, others))
    ratios, of_shortest = _ratios(judged, others, 0), _ratios(judged, others, 1)
    best, other_best = (min(each[1] for each in turn) for turn in (judged, others))
    return {
        "target_ms": target,
        "judge_ms": round(median, 3),
        "other_ms": round(other_median, 3),
        "off_by": round(statistics.median(ratios) - 1, 4),
        "off_by_95": [round(edge - 1, 4) for edge in _interval(ratios)],
        "judge_best_ms": round(best, 3),
        "other_best_ms": round(other_best, 3),
        "best_off_by": round(statistics.median(of_shortest) - 1, 4),
        "best_off_by_95": [round(edge - 1, 4) for edge in _interval(of_shortest)],
        "null_ms": round(statistics.median(each[2] for each in judged), 3),
        "turns": {"judge": judged, "other": others},
    }


def _ratios(judged: list[tuple], others: list[tuple], which: int) -> list[float]:
    """Each of the judge's times over those of the other timer just before and just after."""
    return [
        own[which] / statistics.fmean((before[which], after[which]))
        for own, (before, after) in zip(judged, itertools.pairwise(others), strict=True)
    ]


def _interval(values: list[float]) -> tuple[float, float]:
    """Where the median of resampled values lies, 95 times of 100."""
    chosen = random.Random(0)
    medians = sorted(statistics.median(chosen.choices(values, k=len(values))) for _ in range(1000))
    return medians[25], medians[974]


async def _report(runner: LocalRunner, task: Exercise, source: str, device: str) -> dict[str, Any]:
    result = await runner.run(task, source, device=device, perf=True)
    if not result.passed or not result.performance or result.performance["median_ms"] is None:
        warned = (result.performance or {}).get("warnings")
        raise SystemExit(f"{task.id} was not timed: {result.verdict} {result.message} {warned or ''}")
    return result.performance


# -- the exercises whose point is speed -----------------------------------------------------------


def attention(device: str = "cpu") -> dict[str, Any]:
    """Performance reports of solutions to attention-kernel: the eager reference, plain PyTorch by tiles,
    and on a GPU a Triton kernel."""
    task = exercise("attention-kernel")
    task = replace(task, limits=replace(task.limits, memory_mb=16384, total_s=180, load_s=60))
    sources = {"eager": task.reference, "tiled": (SOLUTIONS / "attention_tiled.py").read_text()}
    if device == "cuda" and importlib.util.find_spec("triton"):
        sources["triton"] = (SOLUTIONS / "attention_triton.py").read_text()
    return asyncio.run(_attention(task, sources, device))


async def _attention(task: Exercise, sources: dict[str, str], device: str) -> dict[str, Any]:
    reports = {}
    with tempfile.TemporaryDirectory() as folder:
        async with _Warm(home=Path(folder)) as judge:
            for name, source in sources.items():
                result = await judge.runner.run(
                    task, source, device=device, perf=True, compiled=name == "eager" and device == "cuda"
                )
                reports[name] = {
                    "verdict": result.verdict,
                    "message": result.message,
                    **(result.performance or {}),
                }
    return reports


def attacks(folder: Path, device: str = "cpu") -> dict[str, Any]:
    """A corpus of submissions for fused-softmax (INDEX.tsv: file, expect) and honest ones, on a device."""
    with (folder / "INDEX.tsv").open(newline="") as file:
        expected = {
            row["file"]: set(row["expect"].split("|")) for row in csv.DictReader(file, delimiter="\t")
        }
    return asyncio.run(_attacks(exercise("fused-softmax"), folder, expected, device))


async def _attacks(
    task: Exercise, folder: Path, expected: dict[str, set[str]], device: str
) -> dict[str, Any]:
    told: dict[str, Any] = {"held": 0, "unexpected": {}, "false_pass": []}
    files = [(folder / f"{name}.py", verdicts) for name, verdicts in expected.items()]
    files += [(path, {"PASS"}) for path in sorted((folder / "honest").glob("*.py"))]
    task = replace(task, limits=replace(task.limits, load_s=10, total_s=30))
    async with _Warm(environment={"MI_ATTACK_ARMED": "1"}) as judge:
        for path, verdicts in files:
            if not path.is_file() or path.stem.startswith("gen_"):  # writes a submission, and is none
                continue
            result = await judge.runner.run(task, path.read_text("utf-8", "surrogateescape"), device=device)
            if result.verdict in verdicts:
                told["held"] += 1
            else:
                told["unexpected"][path.stem] = f"{result.verdict}: {result.message}"
            if result.passed and "PASS" not in verdicts:
                told["false_pass"].append(path.stem)
    return told


# -- the command ----------------------------------------------------------------------------------


def machine(device: str) -> dict[str, Any]:
    """What the figures were measured on."""
    import torch

    told = {"python": platform.python_version(), "torch": torch.__version__, "cores": os.cpu_count()}
    told["load"] = round(os.getloadavg()[0], 1)
    if device == "cuda":
        told["gpu"] = torch.cuda.get_device_name(0)
    return told


def results_folder() -> Path:
    """Beside this file, or where a borrowed machine wants its results ($OUT)."""
    return Path(os.environ["OUT"], "benchmarks") if os.environ.get("OUT") else HERE / "results"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.runner", description=__doc__.split("\n\n")[0])
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--attacks", type=Path, help="a corpus of submissions to run on this device as well")
    parser.add_argument("--only", help="some of turnaround,layers,clock,attention,attacks; the rest stays")
    asked = parser.parse_args()
    parts: dict[str, Callable[[], Any]] = {
        "turnaround": code_turnaround,
        "layers": layers,
        "clock": lambda: clock(asked.device),
        "attention": lambda: attention(asked.device),
    }
    if asked.attacks:
        parts["attacks"] = lambda: attacks(asked.attacks, asked.device)
    chosen = asked.only.split(",") if asked.only else list(parts)
    file = results_folder() / f"runner-{asked.device}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = json.loads(file.read_text("utf-8")) if asked.only and file.exists() else {}
    for name in chosen:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            found[name] = parts[name]()
        except (Exception, SystemExit) as error:  # the other parts are worth having all the same
            found[name] = {"failed": f"{type(error).__name__}: {error}"}
        found.setdefault("machine", {})[name] = machine(asked.device)
        file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join(summary(found, asked.device)))
    print(f"written to {file}", file=sys.stderr)


def summary(found: dict[str, Any], device: str) -> list[str]:
    """The figures as a person reads them."""
    told = [f"{name}: {_listed(where)}" for name, where in found.get("machine", {}).items()]
    failed = {name: part for name, part in found.items() if isinstance(part, dict) and "failed" in part}
    told += [f"{name} failed: {part['failed']}" for name, part in failed.items()]
    good = {name: part for name, part in found.items() if name not in failed}
    if turn := good.get("turnaround"):
        told.append(
            f"submit to verdict: warm {turn['warm_ms']:.0f} ms, cold {turn['cold_ms']:.0f} ms, "
            f"{turn['ratio']:.1f} times as fast"
        )
    if both := good.get("layers"):
        told.append(
            f"layers on {both['on_ms']:.0f} ms, off {both['off_ms']:.0f} ms, "
            f"{both['ratio']:.2f} times as long"
        )
    other = "do_bench" if device == "cuda" else "torch.utils.benchmark"
    for row in good.get("clock", ()):
        medians, shortest = (
            "{:+.1%} [{:+.1%}, {:+.1%}]".format(row[name], *row[f"{name}_95"])
            for name in ("off_by", "best_off_by")
        )
        told.append(
            f"{row['target_ms']:>3} ms: turn by turn, shortest {shortest}, medians {medians}; at best judge "
            f"{row['judge_best_ms']:.3f}, {other} {row['other_best_ms']:.3f} (empty call {row['null_ms']:.3f} ms)"
        )
    for name, report in good.get("attention", {}).items():
        told += ["", f"attention-kernel, {name}: {report['verdict']}"]
        told += lines(report) + plot(report) if report.get("device") else [report["message"]]
    if corpus := good.get("attacks"):
        told.append(f"\ncorpus: {corpus['held']} held, {len(corpus['false_pass'])} false PASS")
        told += [f"  {name}: {what}" for name, what in corpus["unexpected"].items()]
    return told


def _listed(values: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())


if __name__ == "__main__":
    main()
