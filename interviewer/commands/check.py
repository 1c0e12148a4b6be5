"""``interviewer check``: packs validated, exercises proved by running what they ship."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from interviewer.commands.run import agree_to
from interviewer.compose import build_catalog, build_runner, home
from interviewer.core.model import Exercise
from interviewer.core.ports import Runner
from interviewer.core.running import RunResult
from interviewer.packs import Problem, Wrong, check_paths, load_exercise, shipped_root, wrong_solutions
from interviewer.packs.contents import shown

#: How often a solution is run that may come out otherwise the next time, and one that should not.
TIMES, AGAIN = 20, 2
#: Ways for a starter to fail that a candidate can read; anything else is a broken starter.
CLEAN = {"WRONG_ANSWER", "RUNTIME_ERROR", "INVALID_OUTPUT", "INPUT_MUTATED"}


@dataclass(frozen=True, slots=True)
class Claim:
    """What one shipped solution must do."""

    path: Path
    file: str  # as shown: wrong/never_eval.py
    must: str
    holds: Callable[[RunResult], bool]
    line: int = 1  # where the file says so
    once: bool = False  # it raises before anything can vary


@dataclass(frozen=True, slots=True)
class Proof:
    """One shipped solution, run: what it must do, and what it did."""

    exercise: str
    file: str
    line: int
    must: str
    did: str
    ok: bool
    times: int  # it was run, up to the first failure
    ms: float  # of the slowest run


def check(
    *, paths: tuple[str, ...], static: bool, quick: bool, yes: bool, python: str | None, as_json: bool
) -> int:
    """Exit 0 when everything holds, 1 when something does not, 2 when exercises cannot be run."""
    from interviewer.grading.authoring import remarks

    problems = check_paths([Path(p) for p in paths], home=home(), review=remarks)
    for problem in problems if not as_json else ():
        print(problem)
    broken = any(p.severity == "error" for p in problems)
    proofs: list[Proof] = []
    runner = build_runner(python)
    exercises = [] if static or broken else list(find_exercises(paths))
    cannot = runner.unavailable() if exercises else None
    if exercises and cannot is None:
        for exercise in exercises:
            agree_to(exercise, yes)
        proofs = asyncio.run(prove_all(runner, exercises, quick, None if as_json else sys.stdout))
    if as_json:
        rows = {
            "problems": [asdict(p) for p in problems],
            "proofs": [asdict(p) for p in proofs],
            "cannot_run": cannot,
        }
        print(json.dumps(rows, ensure_ascii=False))
    failed = sum(not p.ok for p in proofs)
    errors = sum(p.severity == "error" for p in problems)
    told = f"{errors} error{'s' * (errors != 1)}, {len(problems) - errors} warnings"
    told += f", {len(proofs)} solutions run, {failed} not as declared" if proofs else ""
    print(told + (f"; exercises were not run: {cannot}" if cannot else ""), file=sys.stderr)
    if broken or failed:
        return 1
    return 2 if cannot else 0


def find_exercises(paths: tuple[str, ...]) -> Iterator[Exercise]:
    """The exercises at or below the paths; without paths, all there are."""
    if not paths:
        catalog = build_catalog()
        yield from (catalog.exercise(e.id) for e in catalog.index().values() if e.kind == "exercise")
        return
    for path in map(Path, paths):
        folder = path if path.is_dir() else path.parent
        files = (
            [folder / "exercise.yaml"]
            if (folder / "exercise.yaml").is_file()
            else sorted(folder.rglob("exercise.yaml"))
        )
        for file in files if path.is_dir() or path.name == "exercise.yaml" else ():
            shipped = file.resolve().is_relative_to(shipped_root())
            exercise, _ = load_exercise(file.parent, shipped=shipped, name=str(file.parent))
            if exercise:
                yield exercise


async def prove_all(runner: Runner, exercises: list[Exercise], quick: bool, out) -> list[Proof]:
    """Run every shipped solution of these exercises; proofs are printed to ``out`` as they come."""
    proofs = []
    try:
        for exercise in exercises:
            async for proof in prove(runner, exercise, 1 if quick else TIMES):
                proofs.append(proof)
                if out:
                    print(said(proof, exercise.path), file=out, flush=True)
    finally:
        await runner.close()
    return proofs


def said(proof: Proof, folder: str) -> str:
    """A proof as a line; a failed one like any other problem, with its place."""
    if proof.ok:
        return f"✓ {proof.exercise}/{proof.file}: {proof.must}"
    place = f"{shown(Path(folder))}/{proof.file}:{proof.line}:1"
    return f"✗ {place}: should be one that {proof.must}; run, it is {proof.did}"


async def prove(runner: Runner, exercise: Exercise, times: int) -> AsyncIterator[Proof]:
    """The reference passes, the starter fails cleanly, each wrong solution does what it declares.

    Where the exercise itself cannot be judged, nothing after the reference is run.
    """
    for claim in claims(exercise):
        source = claim.path.read_text(encoding="utf-8")
        results = [await runner.run(exercise, source, file=claim.file)]
        enough = 1 if claim.once else min(times, _enough(exercise, results[0]))
        while len(results) < enough and claim.holds(results[-1]):
            results.append(await runner.run(exercise, source, file=claim.file))
        last, slowest = results[-1], max(result.ms for result in results)
        if last.verdict == "UNAVAILABLE":
            file, line = _place_in(last.message)
            yield Proof(exercise.id, file, line, "can be used", last.message, False, len(results), slowest)
            return
        ok = claim.holds(last)
        yield Proof(exercise.id, claim.file, claim.line, claim.must, did(last), ok, len(results), slowest)


def _enough(exercise: Exercise, first: RunResult) -> int:
    """Inputs are drawn anew for every run; the data of a training are not: it varies if nothing seeds it."""
    unseeded = any(finding.id == "no-seed" for finding in first.review)
    return TIMES if exercise.kind != "train" or unseeded else AGAIN


def _place_in(message: str) -> tuple[str, int]:
    """The file of the pack that the judge stumbled over, and the line."""
    found = re.search(r"\b((?:cases|reference)\.py)(?::(\d+))?", message)
    return (found[1], int(found[2] or 1)) if found else ("exercise.yaml", 1)


def claims(exercise: Exercise) -> Iterator[Claim]:
    """What the solutions that ship with an exercise must do."""
    folder = Path(exercise.path)
    yield Claim(folder / "reference.py", "reference.py", "passes, with nothing to review", _passes)
    yield Claim(folder / "starter.py", "starter.py", "fails cleanly", _fails_cleanly, once=True)
    for wrong in wrong_solutions(exercise):
        yield Claim(wrong.path, f"wrong/{wrong.path.name}", declared(wrong), _does(wrong), wrong.line)


def _passes(result: RunResult) -> bool:
    return result.passed and not result.review


def _fails_cleanly(result: RunResult) -> bool:
    return result.verdict in CLEAN


def failed_checks(result: RunResult) -> set[str]:
    return {c.id for c in result.checks if c.status == "failed"}


def declared(wrong: Wrong) -> str:
    """What a wrong solution's header says."""
    parts = [f"fails {', '.join(wrong.fails)}"] if wrong.fails else []
    parts += [f"is {wrong.verdict}"] if wrong.verdict else []
    parts += [f"raises {', '.join(wrong.review)}"] if wrong.review else []
    return " and ".join(parts)


def _does(wrong: Wrong) -> Callable[[RunResult], bool]:
    def holds(result: RunResult) -> bool:
        raised = {f.id for f in result.review}
        right = failed_checks(result) == set(wrong.fails) if wrong.fails else wrong.verdict or result.passed
        return bool(right) and set(wrong.review) <= raised and wrong.verdict in (None, result.verdict)

    return holds


def did(result: RunResult) -> str:
    """What a run came to, in a line."""
    failed = ", ".join(sorted(failed_checks(result)))
    raised = ", ".join(sorted({f.id for f in result.review}))
    return "; ".join(
        filter(
            None,
            [
                f"{result.verdict} ({result.message})",
                f"failed {failed}" * bool(failed),
                f"raised {raised}" * bool(raised),
            ],
        )
    )


__all__ = ["Problem", "Proof", "check"]
