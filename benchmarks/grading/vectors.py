"""The rows of the data folder's table that need an encoder, rebuilt so that the grader meets them answer by answer:
sentence similarity per point, the mean with keyword groups and points hit, a ridge over these and length that never
saw the question, and the same ridge with six graded examples of it.

The encoder is the grader's own (interviewer/grading/vectors.py); without it the rows stay away.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from benchmarks.grading.exams import Answer, Exam
from benchmarks.grading.simple import keyword_groups, stem_recall
from interviewer.core.model import Question
from interviewer.grading import vectors
from interviewer.grading.text import split

if TYPE_CHECKING:
    from numpy import ndarray

RIDGE = 10.0  # how much the ridge is drawn towards no effect, on standardised features
SHARP = 10.0  # how much more an example counts that is nearer by the cosine's whole range


class ReadExam:
    """The answers of an exam, read once."""

    def __init__(self, exam: Exam, answers: Sequence[Answer]) -> None:
        encoder = vectors.load()
        assert encoder is not None
        self._exam, self._answers = exam, answers
        texts = {text for question in exam.questions.values() for text in _texts(question)}
        texts |= {said for answer in answers for said in _said(answer.text)}
        self._mean = {text: encoder(text).mean for text in texts}

    def methods(self) -> dict[str, list[float]]:
        """By name, a number for each answer that should rise with its grade; none of them knows the grades."""
        per_point = [self._per_point(answer) for answer in self._answers]
        found = {"MiniLM similarity per point": per_point}
        if self._groups:
            rows = zip(self._words, self._hit, per_point, strict=True)
            found["keyword groups + points hit + MiniLM"] = [sum(row) / 3 for row in rows]
        return found

    def ridge(self) -> list[float]:
        """Over all of these and length, fitted on the other questions."""
        return _ridge(self._features(), self._grades, self._names, range(len(self._answers)))

    def taught(self, examples: dict[str, list[int]]) -> list[float]:
        """The same ridge, with what the nearest of a question's examples (rows of the answers) were given."""
        near = [
            [*row, self._nearest(i, examples[answer.question])]
            for i, (row, answer) in enumerate(zip(self._features(), self._answers, strict=True))
        ]
        used = {i for rows in examples.values() for i in rows}
        return _ridge(near, self._grades, self._names, [i for i in range(len(near)) if i not in used])

    @property
    def _groups(self) -> bool:
        return any(point.terms for question in self._exam.questions.values() for point in question.points)

    @property
    def _grades(self) -> list[float]:
        return [answer.grade for answer in self._answers]

    @property
    def _names(self) -> list[str]:
        return [answer.question for answer in self._answers]

    @property
    def _words(self) -> list[float]:
        method = keyword_groups if self._groups else stem_recall
        return [method(self._exam.questions[a.question], a.text) for a in self._answers]

    @property
    def _hit(self) -> list[float]:
        """The weighted share of points all of whose groups are hit."""
        return [_fully_hit(self._exam.questions[answer.question], answer.text) for answer in self._answers]

    def _features(self) -> list[list[float]]:
        length = [math.log1p(len(answer.text)) for answer in self._answers]
        per_point = [self._per_point(answer) for answer in self._answers]
        return [list(row) for row in zip(self._words, self._hit, per_point, length, strict=True)]

    def _per_point(self, answer: Answer) -> float:
        """The cosine of each point with the nearest statement, less that of the point with the question."""
        question = self._exam.questions[answer.question]
        total = sum(point.weight for point in question.points)
        asked, found = self._mean[question.prompt], 0.0
        for point in question.points:
            mean = self._mean[point.text]
            nearest = max(float(mean @ self._mean[said]) for said in _said(answer.text))
            found += point.weight * (nearest - float(mean @ asked))
        return found / total

    def _nearest(self, i: int, examples: list[int]) -> float:
        """The mean grade of a question's examples other than the answer itself, the nearer ones before."""
        mean = self._mean[self._answers[i].text]
        others = [j for j in examples if j != i]
        weights = [math.exp(SHARP * float(mean @ self._mean[self._answers[j].text])) for j in others]
        grades = [self._answers[j].grade for j in others]
        return sum(w * g for w, g in zip(weights, grades, strict=True)) / sum(weights)


def _texts(question: Question) -> Iterator[str]:
    yield question.prompt
    yield from (point.text for point in question.points)


def _said(text: str) -> list[str]:
    return [text, *(text[s.start : s.end] for s in split(text))]


def _fully_hit(question: Question, answer: str) -> float:
    low = answer.lower()
    total = sum(point.weight for point in question.points)
    hit = (p.weight for p in question.points if p.terms and all(any(t in low for t in g) for g in p.terms))
    return sum(hit) / total


def _ridge(
    features: Sequence[Sequence[float]], grades: Sequence[float], names: Sequence[str], wanted: Sequence[int]
) -> list[float]:
    """What a ridge gives to the wanted rows that was fitted on the wanted rows of all other questions."""
    import numpy

    x, y, of = numpy.array(features)[wanted], numpy.array(grades)[wanted], numpy.array(names)[wanted]
    x = numpy.c_[numpy.ones(len(x)), (x - x.mean(0)) / (x.std(0) + 1e-9)]
    drawn: ndarray = RIDGE * numpy.eye(x.shape[1])
    drawn[0, 0] = 0.0
    found = numpy.zeros(len(y))
    for name in dict.fromkeys(of.tolist()):
        rest = of != name
        found[~rest] = x[~rest] @ numpy.linalg.solve(x[rest].T @ x[rest] + drawn, x[rest].T @ y[rest])
    return found.tolist()
