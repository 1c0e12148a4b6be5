"""Where a person waits, in figures: ``python -m benchmarks`` (or ``make benchmarks``).

Each figure of ours stands next to one that cannot be beaten by much: a bare ``python``, a bare
Textual app, a cold ``import torch``. CPU times are the smallest of several runs, wall times medians.
``--json FILE`` keeps them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRADED = "gradient-descent"
ONE_GRADE = f"""
import sys
from interviewer.cli import main
sys.stdin = open({str(ROOT / "README.md")!r})
main(["grade", {GRADED!r}, "--json"])
"""


def process_ms(arguments: Sequence[str], runs: int = 5) -> dict:
    """CPU (minimum) and wall (median) milliseconds of one whole process."""
    environment = {**os.environ, "INTERVIEWER_HOME": tempfile.mkdtemp()}
    cpu, wall = [], []
    for _ in range(runs):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall.append((time.perf_counter() - started) * 1e3)
        cpu.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3)
    return {"cpu_ms": round(min(cpu), 1), "wall_ms": round(statistics.median(wall), 1)}


def start_up() -> dict:
    """Whole processes, from nothing to their end."""
    return {
        "python -c pass": process_ms(["-c", "pass"], 9),
        "import click": process_ms(["-c", "import click"], 9),
        "interviewer --version": process_ms(["-m", "interviewer", "--version"], 9),
        "interviewer sessions list": process_ms(["-m", "interviewer", "sessions", "list"]),
        "import textual.app": process_ms(["-c", "import textual.app"]),
        "import torch": process_ms(["-c", "import torch"], 3),
    }


def grading() -> dict:
    """Milliseconds for one answer, over all shipped exemplars; and for the first one of a process."""
    from benchmarks.grading.questions import shipped
    from interviewer.grading import RubricGrader

    grader, each = RubricGrader(), []
    questions = shipped()
    for question in questions:
        grader.grade(question, "warm")
        for exemplar in question.exemplars:
            started = time.perf_counter()
            grader.grade(question, exemplar.answer)
            each.append((time.perf_counter() - started) * 1e3)
    first = subprocess.run(
        [sys.executable, "-m", "interviewer", "grade", GRADED, "--json"],
        input=questions[0].model_answer or "",
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    each.sort()
    return {
        "answers": len(each),
        "median_ms": round(statistics.median(each), 2),
        "p95_ms": round(each[int(0.95 * len(each))], 2),
        "first_grade_inside_ms": json.loads(first.stdout)["ms"],
        "interviewer grade (whole process)": process_ms(["-c", ONE_GRADE], 3),
    }  # fmt: skip


def figures() -> dict:
    from benchmarks.runner import code_turnaround
    from benchmarks.tui import first_paint

    out: dict = {"machine": {"cores": os.cpu_count(), "python": platform.python_version()}}
    for name, measure in (
        ("start-up", start_up),
        ("first paint", first_paint),
        ("grading", grading),
        ("code turnaround", code_turnaround),
    ):
        print(f"{name} …", file=sys.stderr, flush=True)
        out[name] = measure()
    return out


def lines(data: dict, indent: int = 0) -> list[str]:
    """Nested figures as lines for people."""
    out = []
    for key, value in data.items():
        if isinstance(value, dict) and not all(isinstance(v, int | float) for v in value.values()):
            out += [f"{' ' * indent}{key}", *lines(value, indent + 2)]
        elif isinstance(value, dict):
            figures_ = "   ".join(f"{k} {v:,}" for k, v in value.items())
            out.append(f"{' ' * indent}{key:36} {figures_}")
        else:
            out.append(f"{' ' * indent}{key:36} {value}")
    return out


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, help="keep the figures in this file too")
    arguments = parser.parse_args()
    data = figures()
    print("\n".join(lines(data)))
    if arguments.json:
        arguments.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
