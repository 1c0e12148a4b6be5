"""The grader on answers that the rubrics' authors never saw (tests/grading_unseen, five of them): figures by
kind only."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

from benchmarks.grading.measures import pearson, spearman
from benchmarks.grading.questions import shipped, thin
from interviewer.grading import RubricGrader, vectors

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "grading_unseen"
ANSWERS = FOLDER / "answers.jsonl"
WORTHLESS = {"negated", "reversed", "wrong", "off_topic", "gaming", "term_list", "echo"}


class Graded(NamedTuple):
    """One answer: its question, its kind, the score intended by its author and the one given."""

    question: str
    kind: str
    intended: float
    given: float


@cache
def graded(path: Path = ANSWERS, once: bool = False, by_vectors: bool = False) -> list[Graded]:
    """All answers of a file of ``question``, ``kind``, ``score``, ``answer``; unscored counts as 0.

    ``once``: by rubrics cut down to saying each point once.
    """
    questions = {question.id: thin(question) if once else question for question in shipped()}
    grader = RubricGrader(vectors=by_vectors)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Graded(
            row["question"],
            row["kind"],
            row["score"],
            grader.grade(questions[row["question"]], row["answer"]).score or 0.0,
        )
        for row in rows
    ]


def means(rows: list[Graded]) -> dict[str, float]:
    """The mean score of each kind."""
    by_kind: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row.given)
    return {kind: statistics.fmean(given) for kind, given in sorted(by_kind.items())}


def outranked(rows: list[Graded]) -> float:
    """In what share of pairs a right answer scores above a worthless one to the same question."""
    won = [
        right.given > wrong.given
        for right in rows
        if right.intended >= 0.7 and right.kind not in WORTHLESS
        for wrong in rows
        if wrong.question == right.question and wrong.kind in WORTHLESS
    ]
    return statistics.fmean(won)


def report(path: Path) -> None:
    """Print Show 2 of the grader's issue."""
    rows = graded(path)
    given, intended = [row.given for row in rows], [row.intended for row in rows]
    print(f"\n{path.name}: {len(rows)} unseen answers to {len({row.question for row in rows})} questions")
    print(f"  Spearman {spearman(given, intended):.3f}, Pearson {pearson(given, intended):.3f}, ", end="")
    print(f"a right one outranks a wrong one in {outranked(rows):.1%}")
    for kind, mean in means(rows).items():
        wanted = statistics.fmean(row.intended for row in rows if row.kind == kind)
        print(f"  {kind:10} {mean:.2f}  (intended {wanted:.2f})")


def report_thin(paths: list[Path]) -> None:
    """Print what becomes of the figures where the rubrics say each point once: what such a rubric cannot see."""
    for by_vectors in (False, True) if vectors.load() else (False,):
        rows = [row for path in paths for row in graded(path, True, by_vectors)]
        given, intended = [row.given for row in rows], [row.intended for row in rows]
        print(
            f"\nrubrics that say each point once, {'with vectors' if by_vectors else 'words alone'}:", end=" "
        )
        print(
            f"Spearman {spearman(given, intended):.3f}, a right one outranks a wrong one in {outranked(rows):.1%}"
        )
        print("  " + ", ".join(f"{kind} {mean:.2f}" for kind, mean in means(rows).items()))
