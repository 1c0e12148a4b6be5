"""The questions that ship, for the benchmark and the authors."""

from __future__ import annotations

from pathlib import Path

from interviewer.core.model import Question
from interviewer.packs.questions import load_questions

RUBRICS = Path(__file__).resolve().parents[2] / "rubrics"


def load(path: Path) -> list[Question]:
    """The questions of one file."""
    return load_questions(path, shipped=True)[1]


def shipped() -> list[Question]:
    """All questions of rubrics/, by stage and id."""
    return [question for path in sorted(RUBRICS.glob("*/*.yaml")) for question in load(path)]
