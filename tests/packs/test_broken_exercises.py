"""Broken exercises, each in one way: found by reading where it can be, else by running what they ship."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.commands.check import check, prove_all, said
from interviewer.compose import exercise_python
from interviewer.packs import check_paths, load_exercise
from interviewer.runner.local import LocalRunner

BROKEN = Path(__file__).parent / "broken_exercises"

#: All that is said of each without running anything.
READ = {
    "asset-altered": ["exercise.yaml:10:13: `rows.txt` has another sha256: "],
    "cases-not-python": ["cases.py:5:20: is not Python: '(' was never closed"],
    "check-twice": ["exercise.yaml:7:10: the id `values` is given twice (first in line 6)"],
    "kind-unknown": [
        "exercise.yaml:3:7: `kind` cannot be `script`; it is one of function, class, module, train"
    ],
    "no-statement": ["statement.md:1:1: is missing; every exercise has one"],
    "unknown-check": ["wrong/zero.py:2:10: `negativ` is not a check of this exercise"],
    "unknown-finding": ["wrong/zero.py:2:11: `no-sead` is not a finding of the code review"],
    "wrong-declares-nothing": [
        "wrong/zero.py:1:1: does not say what must come of it: begin with `# fails: ids` or `# review: ids`"
    ],
}
#: What comes out when the solutions are run: the places, and words of what is said of them.
RUN = {
    "cases-check-undeclared": {"cases.py:1": "uses checks that exercise.yaml does not declare: negatives"},
    "cases-raise": {"cases.py:7": "raised AttributeError: 'Context' object has no attribute 'seed'"},
    "check-without-case": {"exercise.yaml:1": "no case decides negative"},
    "finding-not-raised": {"wrong/zero.py:2": "raises device-placement; run, it is PASS"},
    "reference-fails": {
        "reference.py:1": "passes, with nothing to review; run, it is INVALID_OUTPUT",
        "wrong/columns.py:2": "fails values, negative; run, it is INVALID_OUTPUT",
        "wrong/zero.py:2": "fails negative; run, it is INVALID_OUTPUT",
    },
    "starter-not-clean": {"starter.py:1": "fails cleanly; run, it is LOAD_ERROR (Line 1: ModuleNotFound"},
    "starter-passes": {"starter.py:1": "fails cleanly; run, it is PASS"},
    "verdict-otherwise": {"wrong/zero.py:2": "fails negative and is TIMEOUT; run, it is WRONG_ANSWER"},
    "wrong-fails-otherwise": {"wrong/zero.py:2": "fails values; run, it is WRONG_ANSWER"},
    "wrong-passes": {"wrong/zero.py:2": "fails negative; run, it is PASS"},
}


def test_every_broken_exercise_is_expected_to_be_one():
    assert sorted([*READ, *RUN]) == sorted(path.name for path in BROKEN.iterdir())


@pytest.mark.parametrize("id", READ)
def test_what_reading_finds_is_said_with_line_and_column(id, monkeypatch):
    monkeypatch.chdir(BROKEN)
    found = [str(problem) for problem in check_paths([Path(id)])]
    assert len(found) == len(READ[id])
    for line, expected in zip(found, READ[id], strict=True):
        assert line.startswith(f"{id}/{expected}")


@pytest.mark.parametrize("id", RUN)
def test_what_only_running_finds_is_not_found_by_reading(id):
    assert check_paths([BROKEN / id]) == []


@pytest.fixture(scope="module")
def lines() -> Iterator[dict[str, list[str]]]:
    """What is said of each exercise when its solutions are run, by one judge."""
    exercises = [load_exercise(BROKEN / id, shipped=False)[0] for id in RUN]
    proofs = asyncio.run(prove_all(LocalRunner(exercise_python()), exercises, quick=True, out=None))
    return {id: [said(p, str(BROKEN / id)) for p in proofs if p.exercise == id and not p.ok] for id in RUN}


@pytest.mark.torch
@pytest.mark.parametrize("id", RUN)
def test_what_running_finds_is_said_with_its_line(id, lines):
    assert len(lines[id]) == len(RUN[id])
    for line, (place, words) in zip(lines[id], RUN[id].items(), strict=True):
        assert f"{id}/{place}:1: " in line and words in line


@pytest.mark.torch
def test_the_command_says_so_and_exits_with_one(capsys, monkeypatch):
    monkeypatch.chdir(BROKEN)
    given = {"static": False, "quick": True, "python": None, "as_json": False}
    assert check(paths=("wrong-passes",), yes=True, **given) == 1
    printed = capsys.readouterr()
    assert (
        "✗ wrong-passes/wrong/zero.py:2:1: should be one that fails negative; run, it is PASS" in printed.out
    )
    assert printed.err.endswith("0 errors, 0 warnings, 4 solutions run, 1 not as declared\n")
    assert check(paths=("kind-unknown",), yes=True, **given) == 1
    assert "kind-unknown/exercise.yaml:3:7: " in capsys.readouterr().out
