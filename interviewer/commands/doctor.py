"""``interviewer doctor``: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from interviewer import __version__
from interviewer.compose import build_catalog, build_runner, exercise_python, home, read_settings
from interviewer.core.ports import StoreError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    name: str
    ok: bool
    says: str
    advice: str = ""


def doctor(*, python: str | None, as_json: bool, profile: str | None = None) -> int:
    """Exit 0: what was asked was to look, and that was done."""
    findings = list(look(python) if profile is None else look_at_model(profile))
    if as_json:
        print(json.dumps([asdict(f) for f in findings], ensure_ascii=False))
        return 0
    for finding in findings:
        print(f"{'✓' if finding.ok else '✗'} {finding.name}: {finding.says}")
        if finding.advice:
            print(f"    {finding.advice}")
    return 0


def look(python: str | None) -> Iterator[Finding]:
    """Everything, by trying it."""
    yield Finding("interviewer", True, f"{__version__}, on Python {sys.version.split()[0]}")
    yield _store()
    yield _packs()
    yield _grader()
    yield _vectors()
    yield from _exercises(python)
    yield from _models()
    yield _editor()
    yield _terminal()


def look_at_model(name: str) -> Iterator[Finding]:
    """One profile, by using it."""
    from interviewer.commands.examine import examine
    from interviewer.commands.start import model_profile

    yield from (Finding(*row) for row in examine(model_profile(name)))  # type: ignore[arg-type]


def _models() -> Iterator[Finding]:
    """The profile in use, and local servers that could be: they are offered, not taken."""
    from interviewer.core.settings import OFFLINE
    from interviewer.llm import profiles

    try:
        settings = profiles.load(home())
    except profiles.ProfileError as error:
        yield Finding("model", False, str(error))
        return
    used = read_settings()[0].profile or settings.default
    used = "" if used == OFFLINE else used
    says = f"{used}; `interviewer doctor --profile {used}` tries it" if used else "none: all is offline"
    yield Finding("model", True, says, "" if used else f"profiles go in {profiles.path(home())}")
    for found in profiles.listening():
        advice = f"to converse with it: interviewer start --profile {found.name}:MODEL"
        yield Finding(
            "local server", True, f"something listens at {found.where}, where {found.name} would", advice
        )


def _store() -> Finding:
    from interviewer.store import Store

    try:
        store = Store(home())
    except StoreError as error:
        return Finding("sessions", False, str(error))
    count = len(store.sessions())
    store.close()
    return Finding("sessions", True, f"{count} kept in {store.folder}", store.notice or "")


def _packs() -> Finding:
    catalog = build_catalog()
    entries, problems = catalog.index(), catalog.problems()
    questions = sum(e.kind == "question" for e in entries.values())
    says = f"{questions} questions, {len(entries) - questions} exercises, {len(catalog.plans())} plans"
    advice = f"{len(problems)} problems; `interviewer check` shows them" if problems else ""
    return Finding("packs", not problems, says, advice)


def _grader() -> Finding:
    from interviewer.grading import RubricGrader

    catalog = build_catalog()
    question = next(catalog.question(e.id) for e in catalog.index().values() if e.kind == "question")
    grade = RubricGrader().grade(question, question.model_answer)
    score = 100 * (grade.score or 0)
    says = f"{grade.grader} gives the model answer to {question.id} {score:.0f}% in {grade.ms:.1f} ms"
    return Finding("offline grader", (grade.score or 0) > 0.8, says)


def _vectors() -> Finding:
    from interviewer.grading import vectors

    if vectors.load():
        return Finding("word vectors", True, "used where a rubric says each point in one way only")
    advice = "`make interview` installs them; VECTORS=none leaves them out"
    return Finding("word vectors", False, "none: the offline grader goes by words alone", advice)


def _exercises(python: str | None) -> Iterator[Finding]:
    import asyncio

    interpreter = exercise_python(python)
    runner = build_runner(python)
    if why := runner.unavailable():
        yield Finding("exercises", False, why, "`make interview` installs torch; TORCH=none leaves it out")
        return
    catalog = build_catalog()
    exercise = next((catalog.exercise(e.id) for e in catalog.index().values() if e.kind == "exercise"), None)
    if exercise is None:
        yield Finding("exercises", False, "there are no exercises")
        return

    async def try_it():
        try:
            return await runner.run(exercise, exercise.reference), await runner.prove()
        finally:
            await runner.close()

    result, proved = asyncio.run(try_it())
    says = f"{interpreter} judges {exercise.id} in {result.ms / 1000:.1f} s: {result.verdict}"
    yield Finding("exercises", result.passed, says, "" if result.passed else result.message)
    yield from _sandbox(proved)


_KEPT = {
    "files": ("it reads and writes nothing but its own folder", "it reads and writes what you can"),
    "network": ("it connects nowhere", "it connects wherever you can"),
    "processes": ("it sees, signals and traces no other process", "it reaches your other processes"),
    "memory": ("it is stopped at its limit", "nothing stops it at its limit"),
}


def _sandbox(proved: dict[str, Any]) -> Iterator[Finding]:
    """What a submission can do here, attempted just now; then the layers, and how to get the others."""
    from interviewer.runner.sandbox.layers import LAYERS

    if "error" in proved:
        yield Finding("sandbox", False, proved["error"])
        return
    for promise, (kept, not_kept) in _KEPT.items():
        holds = bool(proved[promise])
        yield Finding(f"sandbox, {promise}", holds, f"attempted: {kept if holds else not_kept}")
    held, why = proved["layers"], proved["why"]
    for layer in LAYERS:
        on = layer.name in held
        says = f"against {layer.stops}" if on else why.get(layer.name, "not there")
        yield Finding(f"layer, {layer.name}", on, says, "" if on else f"to have it: {layer.get}")
    for name in held:
        if name not in {layer.name for layer in LAYERS}:
            yield Finding(f"layer, {name}", True, "the system's own")


def _editor() -> Finding:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    editor = (named or "vi").split()[0]
    found = shutil.which(editor) is not None
    return Finding(
        "$EDITOR",
        found,
        named or f"{editor} (EDITOR is not set)",
        "" if found else "set EDITOR to your editor",
    )


def _terminal() -> Finding:
    size = shutil.get_terminal_size()
    return Finding("terminal", True, f"{os.environ.get('TERM', 'none')}, {size.columns} by {size.lines}")
