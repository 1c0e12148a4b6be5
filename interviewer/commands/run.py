"""``interviewer run``: files against an exercise's hidden checks."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from interviewer.commands import CommandError
from interviewer.compose import Trust, build_catalog, build_runner, home
from interviewer.core.inert import inert
from interviewer.core.model import Exercise
from interviewer.core.ports import Runner
from interviewer.core.running import CheckResult, RunResult
from interviewer.core.transcript import check_lines, run_text

MOST_READ = 16 << 20  # bytes; a submission is accepted up to a sixteenth of that


def run(
    *,
    exercise: str,
    files: tuple[str, ...],
    device: str,
    no_perf: bool,
    compiled: bool,
    unsandboxed: bool,
    yes: bool,
    python: str | None,
    as_json: bool,
) -> int:
    """Exit 0 when every file passed, 1 when one did not, 2 when nothing could be judged."""
    found = find_exercise(exercise)
    agree_to(found, yes)
    asks = sys.stdin.isatty() and not yes
    runner = build_runner(python, unsandboxed=unsandboxed, ask=_confirmed if asks else None)
    sources = [(file, read_source(file)) for file in files]
    how = {"device": device, "perf": not no_perf, "compiled": compiled}
    verdicts = asyncio.run(_run(runner, found, sources, as_json=as_json, **how))
    if "UNAVAILABLE" in verdicts:
        return 2
    return 0 if set(verdicts) == {"PASS"} else 1


def find_exercise(name: str) -> Exercise:
    """By id, or by the folder of a pack. Raises CommandError."""
    folder = Path(name)
    if (folder / "exercise.yaml").is_file():
        from interviewer.packs import load_exercise, shipped_root

        shipped = folder.resolve().is_relative_to(shipped_root())
        exercise, problems = load_exercise(folder, shipped=shipped, name=name)
        if exercise is None:
            raise CommandError("\n".join(str(problem) for problem in problems))
        return exercise
    try:
        return build_catalog().exercise(name)
    except LookupError as error:
        raise CommandError(str(error)) from None


def agree_to(exercise: Exercise, yes: bool) -> None:
    """Ask once before a foreign pack's own code runs; remember the answer by the pack's hash."""
    trust = Trust(home())
    if trust.knows(exercise):
        return
    question = f"{exercise.id} is not one of our packs; its cases.py would run with your rights. Run it?"
    if not yes:
        if not sys.stdin.isatty():
            raise CommandError(f"{question} Read {exercise.path}/cases.py, then give --yes")
        if not click.confirm(question, err=True):
            raise CommandError("nothing was run")
    trust.remember(exercise)


def _confirmed(question: str) -> bool:
    return click.confirm(question, default=False, err=True)


def read_source(file: str) -> str:
    """A submission as text; what is not UTF-8 is kept as lone surrogates, and of what is too large no more
    than shows that it is, for the runner to reject."""
    try:
        with open(file, "rb") as source:
            return source.read(MOST_READ).decode("utf-8", "surrogateescape")
    except OSError as error:
        raise CommandError(f"cannot read {file} ({error.strerror})") from None


async def _run(
    runner: Runner,
    exercise: Exercise,
    sources: list[tuple[str, str]],
    *,
    as_json: bool,
    **how: Any,
) -> list[str]:
    verdicts = []
    try:
        for file, source in sources:
            on_check = None if as_json else _narrator()
            if not as_json:
                print(f"{inert(file)}: running …", file=sys.stderr, flush=True)
            result = await runner.run(exercise, source, file=file, on_check=on_check, **how)
            print(as_contract(result) if as_json else inert(f"{file}: {run_text(result)}"), flush=True)
            verdicts.append(result.verdict)
    finally:
        await runner.close()
    return verdicts


def _narrator() -> Callable[[CheckResult], None]:
    """Tells each check of one run as it finishes."""
    finished: list[CheckResult] = []

    def narrate(check: CheckResult) -> None:
        finished.append(check)
        print(inert(check_lines(finished)[-1]), file=sys.stderr, flush=True)

    return narrate


def as_contract(result: RunResult) -> str:
    """The object that ``run --json`` prints, in the order of its contract."""
    return json.dumps({**result.to_dict(), "ms": round(result.ms, 1)}, ensure_ascii=False)
