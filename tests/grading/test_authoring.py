"""``interviewer check`` on rubrics that can be used and do not grade well: warnings, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from interviewer.cli import main
from interviewer.grading.authoring import remarks
from interviewer.packs import check_paths

PACK = """\
questions:
  - id: why-dropout
    stage: basics
    kind: conceptual
    prompt: {prompt}
    points:
      - id: random-units
        text: Dropout blanks random units in each training step.
        weight: 2
      - id: no-co-adaptation
        text: The units cannot rely on each other, so features become redundant.
        weight: 1
      - id: off-at-test
        text: At test time dropout is switched off.
        weight: 1
    exemplars:
"""
RANDOM = "Dropout blanks random units in each training step."
RELY = "The units cannot rely on each other, so features become redundant."
OFF = "At test time dropout is switched off."


def pack(tmp_path: Path, *answers: str, prompt: str = "Why does dropout help?") -> Path:
    path = tmp_path / "dropout.yaml"
    rows = "".join(
        f"      - answer: {answer}\n        score: 0.5\n        kind: right\n" for answer in answers
    )
    path.write_text(PACK.format(prompt=prompt) + (rows or "      []\n"), encoding="utf-8")
    return path


def said(path: Path) -> list[str]:
    problems = check_paths([path], review=remarks)
    assert all(problem.severity == "warning" for problem in problems)
    return [f"{p.line}:{p.column}: {p.message}" for p in problems]


def test_a_rubric_that_its_exemplars_take_apart_is_clean(tmp_path):
    assert said(pack(tmp_path, RANDOM, RELY, OFF, f"{RANDOM} {OFF}", f"{RANDOM} {RELY}")) == []


def test_a_point_that_no_exemplar_meets(tmp_path):
    path = pack(tmp_path, RANDOM, RELY, f"{RANDOM} {RELY}", "It has to do with the weather.")
    assert said(path) == ["13:13: point `off-at-test`: no exemplar meets it; add one that does"]


def test_points_that_the_exemplars_cannot_tell_apart(tmp_path):
    path = pack(tmp_path, RANDOM, f"{RELY} {OFF}", f"{RANDOM} {RELY} {OFF}", "It has to do with the weather.")
    assert said(path) == [
        "13:13: point `off-at-test`: the exemplars cannot tell it from `no-co-adaptation`; "
        "add one that makes one of the two"
    ]


def test_a_point_that_the_question_gives_away(tmp_path):
    asked = "At test time dropout is switched off, and at training time on. Why does it help?"
    (line,) = said(pack(tmp_path, RANDOM, RELY, OFF, f"{RANDOM} {OFF}", prompt=f'"{asked}"'))
    assert line.startswith(
        "13:13: point `off-at-test`: the question's own words already meet it (“At test time"
    )


def test_without_exemplars_there_is_nothing_to_say(tmp_path):
    assert said(pack(tmp_path)) == []


def test_the_command_warns_and_is_content(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pack(tmp_path, RANDOM, RELY, f"{RANDOM} {RELY}", "It has to do with the weather.")
    done = CliRunner().invoke(main, ["check", "--static", "dropout.yaml"])
    assert done.exit_code == 0, done.output
    assert "dropout.yaml:13:13: warning: point `off-at-test`: no exemplar meets it" in done.output


@pytest.mark.parametrize("broken", ["weight: 2", "prompt: {prompt}"])
def test_a_question_that_cannot_be_used_is_not_reviewed(tmp_path, broken):
    path = tmp_path / "broken.yaml"
    path.write_text(PACK.replace(broken, "") + "      []\n", encoding="utf-8")
    problems = check_paths([path], review=remarks)
    assert problems and all(problem.severity == "error" for problem in problems)
