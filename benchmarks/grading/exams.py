"""The two real exams of a data folder (its README says what they are) as questions and graded answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from interviewer.core.model import Question, RubricPoint
from interviewer.grading.text import split


class Answer(NamedTuple):
    """One student's answer with the human grade, 0..1."""

    question: str
    text: str
    grade: float


class Exam(NamedTuple):
    """Questions by id, and the answers that are not empty."""

    name: str
    questions: dict[str, Question]
    answers: list[Answer]


def neural_networks(folder: Path) -> Exam:
    """663 answers to 17 questions, graded 0, ½ or 1, with a rubric of keyword groups."""
    rubric = json.loads((folder / "neural_networks_exam_rubric.json").read_text(encoding="utf-8"))
    questions = {str(entry["qid"]): _question(str(entry["qid"]), entry) for entry in rubric}
    answers = [
        Answer(str(row["qid"]), row["answer"], row["grade"])
        for row in _rows(folder / "neural_networks_exam.jsonl")
    ]
    return Exam("neural networks", questions, [a for a in answers if _said(a.text)])


def data_structures(folder: Path) -> Exam:
    """2,273 answers with one reference each, the mean of two grades; points are the reference's sentences."""
    questions: dict[str, Question] = {}
    answers = []
    for row in _rows(folder / "data_structures_exam.jsonl"):
        if row["qid"] not in questions:
            reference = row["reference"].strip()
            points = [reference[s.start : s.end] for s in split(reference)]
            entry = {"question": row["question"], "points": [{"text": p, "weight": 1} for p in points]}
            questions[row["qid"]] = _question(row["qid"], entry | {"reference": reference})
        answers.append(Answer(row["qid"], row["answer"], row["grade"]))
    return Exam("data structures", questions, [a for a in answers if _said(a.text)])


def _question(id: str, entry: dict) -> Question:
    points = tuple(
        RubricPoint(
            f"p{i}",
            point["text"],
            point["weight"],
            terms=tuple(tuple(group) for group in point.get("keywords", ())),
        )
        for i, point in enumerate(entry["points"])
    )
    return Question(
        f"exam-{id}", "basics", "conceptual", entry["question"], points, model_answer=entry["reference"]
    )


def _said(text: str) -> bool:
    return bool(text.strip()) and text.strip().lower() != "empty"


def _rows(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
