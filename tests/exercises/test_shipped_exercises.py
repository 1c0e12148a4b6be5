"""What ships with the exercises does what it says: references, starters, wrong solutions, honest ones.

The honest ones were written from the statements alone, as candidates would. None may be refused, and
none criticised.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.commands.check import Claim, Proof, claims, did, prove
from interviewer.compose import build_runner
from interviewer.core.model import Exercise
from interviewer.core.running import RunResult
from interviewer.packs import load_exercise, shipped_root

pytestmark = pytest.mark.torch

HONEST = Path(__file__).parent / "honest"
EXERCISES = sorted({path.parent.name for path in HONEST.glob("*/*.py")})
#: Of the exercises that train for seconds, what stays in `make test`.
IN_SHORT = {
    "mnist-cnn": {"reference.py", "starter.py", "wrong/always_cuda.py", "sgd_one_cycle.py"},
    "finetune-resnet18": {"starter.py", "wrong/old_head.py", "wrong/never_eval.py", "linear_probe.py"},
}
COMPILES = "compiled.py"  # torch.compile takes half a minute for a dozen shapes


class Judge:
    """One judge for all runs, in an event loop that outlives a test."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.runner = build_runner(None)

    def run(self, exercise: Exercise, source: str) -> RunResult:
        return self.loop.run_until_complete(self.runner.run(exercise, source))

    def close(self) -> None:
        self.loop.run_until_complete(self.runner.close())
        self.loop.close()


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge()
    yield judge
    judge.close()


def exercise_of(id: str) -> Exercise:
    exercise, problems = load_exercise(shipped_root() / "exercises" / id, shipped=True)
    assert exercise, problems
    return exercise


def _cases(found: dict[str, list]) -> list:
    """(exercise, what) by file; what takes long is marked."""
    cases = []
    for id, rows in found.items():
        for file, row in rows:
            slow = file == COMPILES or (id in IN_SHORT and file not in IN_SHORT[id])
            marks = [pytest.mark.long] if slow else []
            if file == COMPILES and not any(map(shutil.which, ("g++", "clang++", "c++"))):
                marks.append(pytest.mark.skip(reason="no C++ compiler on this machine"))
            cases.append(pytest.param(id, row, id=f"{id}/{file}", marks=marks))
    return cases


CLAIMS = {id: [(claim.file, claim) for claim in claims(exercise_of(id))] for id in EXERCISES}
SOLUTIONS = {id: [(path.name, path) for path in sorted((HONEST / id).glob("*.py"))] for id in EXERCISES}


@pytest.mark.parametrize(("id", "claim"), _cases(CLAIMS))
def test_a_shipped_solution_does_what_it_declares(judge: Judge, id: str, claim: Claim):
    result = judge.run(exercise_of(id), claim.path.read_text("utf-8"))
    assert claim.holds(result), f"{claim.must}, it says; it is {did(result)}"


@pytest.mark.parametrize(("id", "path"), _cases(SOLUTIONS))
def test_an_honest_solution_passes_and_is_not_criticised(judge: Judge, id: str, path: Path):
    result = judge.run(exercise_of(id), path.read_text("utf-8"))
    assert result.passed and not result.review, did(result)


def test_every_exercise_has_honest_solutions_and_wrong_ones():
    for id in EXERCISES:
        assert len(SOLUTIONS[id]) >= 4
        assert len(CLAIMS[id]) >= 2 + 4


def test_a_starter_is_read_whole_in_a_terminal_of_80_columns():
    wide = [
        f"{id}, line {number}: {line}"
        for id in EXERCISES
        for number, line in enumerate(exercise_of(id).starter.splitlines(), 1)
        if len(line) > 80 - 6  # the numbers beside it, and room for the cursor
    ]
    assert wide == []


@pytest.mark.long
@pytest.mark.parametrize("id", EXERCISES)
def test_whatever_is_drawn_the_declarations_hold(judge: Judge, id: str):
    """`interviewer check` itself, which runs again what may come out otherwise."""

    async def all_of() -> list[Proof]:
        return [proof async for proof in prove(judge.runner, exercise_of(id), times=5)]

    proofs = judge.loop.run_until_complete(all_of())
    assert [f"{p.file}: {p.must}; {p.did}" for p in proofs if not p.ok] == []
    runs = {p.file: p.times for p in proofs}
    assert runs["starter.py"] == 1 and runs["reference.py"] == (2 if id in IN_SHORT else 5)
    assert all(runs.get(f"wrong/{unseeded}.py", 5) == 5 for unseeded in ("no_seed", "seeds_too_late"))
