"""The questions that ship, for the benchmark and the authors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from interviewer.core.model import Question, RubricPoint
from interviewer.packs.questions import load_questions

RUBRICS = Path(__file__).resolve().parents[2] / "rubrics"


def load(path: Path) -> list[Question]:
    """The questions of one file."""
    return load_questions(path, shipped=True)[1]


def shipped() -> list[Question]:
    """All questions of rubrics/, by stage and id."""
    return [question for path in sorted(RUBRICS.glob("*/*.yaml")) for question in load(path)]


def thin(question: Question) -> Question:
    """A question of which its author says no more than each point once."""
    points = tuple(RubricPoint(point.id, point.text, point.weight) for point in question.points)
    return replace(question, points=points, misconceptions=(), exemplars=(), model_answer="")
