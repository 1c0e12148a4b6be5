"""The simple methods of the data folder's table that need no model, to stand beside the grader.

Each takes a question and an answer and returns a number that should rise with the grade.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable

from benchmarks.grading.exams import Exam
from interviewer.core.model import Question
from interviewer.grading.lexicon import STOP
from interviewer.grading.stem import stem
from interviewer.grading.text import words

Method = Callable[[Question, str], float]


def methods(exam: Exam) -> dict[str, Method]:
    """By name; inverse document frequencies are the exam's own."""
    found: dict[str, Method] = {
        "answer length": lambda _, answer: math.log1p(len(answer)),
        "TF-IDF cosine to a reference": _tf_idf(exam),
        "stem recall per point": stem_recall,
    }
    if any(point.terms for question in exam.questions.values() for point in question.points):
        found["keyword groups"] = keyword_groups
    return found


def stems(text: str) -> list[str]:
    """The stems of the words of a text that carry content."""
    return [stem(word.text) for word in words(text, 0, len(text)) if word.text not in STOP]


def stem_recall(question: Question, answer: str) -> float:
    """The share of each point's stems that the answer has, weighted."""
    said = set(stems(answer))
    total = sum(point.weight for point in question.points)
    return sum(point.weight * _share(set(stems(point.text)), said) for point in question.points) / total


def keyword_groups(question: Question, answer: str) -> float:
    """The share of each point's groups that any of their stems hits, weighted."""
    low = answer.lower()
    total = sum(point.weight for point in question.points)
    return (
        sum(p.weight * _mean(any(t in low for t in group) for group in p.terms) for p in question.points)
        / total
    )


def _tf_idf(exam: Exam) -> Method:
    texts = [answer.text for answer in exam.answers]
    spread = Counter(key for text in texts for key in set(stems(text)))

    def weigh(text: str) -> dict[str, float]:
        counts = Counter(stems(text))
        weight = {key: n * math.log((len(texts) + 1) / (spread[key] + 1)) for key, n in counts.items()}
        length = math.sqrt(sum(w * w for w in weight.values())) or 1.0
        return {key: w / length for key, w in weight.items()}

    references = {question.id: weigh(question.model_answer) for question in exam.questions.values()}

    def cosine(question: Question, answer: str) -> float:
        reference = references[question.id]
        return sum(w * reference.get(key, 0.0) for key, w in weigh(answer).items())

    return cosine


def _share(wanted: set[str], said: set[str]) -> float:
    return len(wanted & said) / len(wanted) if wanted else 0.0


def _mean(values: Iterable[float]) -> float:
    rows = list(values)
    return sum(rows) / len(rows) if rows else 0.0
