"""How far the grader agrees with human graders on two real exams, beside the simple methods.

No question was tuned for. What the grader refuses (another language) is left out everywhere. With
exemplars: six answers of each question are set aside, at random and five times over; the first k of them
calibrate the question; figures are over the rest, the same for every k.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from benchmarks.grading import vectors
from benchmarks.grading.exams import Answer, Exam, data_structures, neural_networks
from benchmarks.grading.measures import cuts, interval, line, pearson, qwk, rmse, spearman
from benchmarks.grading.simple import methods
from interviewer.core.model import Exemplar
from interviewer.grading import RubricGrader

#: From the data folder's table, (method, Pearson, QWK, whether it had six exemplars): measured there with
#: models or with length, which are not rebuilt here.
QUOTED = {
    "neural networks": [
        ("MiniLM similarity per point", 0.38, 0.36, False),
        ("keyword groups + points hit + MiniLM", 0.52, 0.48, False),
        ("ridge over those and length", 0.52, 0.50, False),
        ("a 1.5-billion-parameter model", 0.54, 0.50, False),
        ("ridge with six exemplars", 0.60, 0.54, True),
    ],
    "data structures": [
        ("MiniLM similarity per point", 0.53, None, False),
        ("static word vectors per point", 0.53, None, False),
        ("ridge over all and length", 0.585, None, False),
        ("the two humans with each other", 0.60, 0.49, False),
    ],
}
SET_ASIDE, DRAWS, FEW = 6, 5, (0, 3, 6)


class Row(NamedTuple):
    """One graded answer: its question, the human grade, and what a method gave."""

    question: str
    grade: float
    given: float


def report(folder: Path) -> None:
    """Print the tables of both exams."""
    for exam, levels in ((neural_networks(folder), 2), (data_structures(folder), 5)):
        _exam(exam, levels)


def _exam(exam: Exam, levels: int) -> None:
    grader = RubricGrader()
    given = [grader.grade(exam.questions[a.question], a.text).score for a in exam.answers]
    answers = [a for a, score in zip(exam.answers, given, strict=True) if score is not None]
    ours = [Row(a.question, a.grade, s) for a, s in zip(exam.answers, given, strict=True) if s is not None]
    print(f"\n{exam.name}: {len(ours)} answers to {len(exam.questions)} questions")
    print(f"  {'':42}{'Pearson':>8}{'95 %':>14}{'Spearman':>10}{'QWK':>7}{'RMSE':>7}")
    _line("rubric grader", ours, levels)
    taught = {k: _taught(exam, answers, ours, k) for k in FEW}
    for k, rows in taught.items():
        _line(f"rubric grader, {k} exemplars, the rest", rows, levels)
    for name, method in methods(exam).items():
        theirs = [Row(a.question, a.grade, method(exam.questions[a.question], a.text)) for a in answers]
        _line(name, theirs, levels)
        print(f"  {'':42}{_ahead(ours, theirs)}")
    for name, theirs in vectors.rows(exam, answers, ours).items():
        _line(name, [row._replace(given=value) for row, value in zip(ours, theirs, strict=True)], levels)
    for name, r, kappa, examples in QUOTED[exam.name]:
        print(f"  {name + ' (quoted)':42}{r:8.2f}{'':24}{'' if kappa is None else f'{kappa:7.2f}'}")
        above = _above(taught[6] if examples else ours, r)
        print(f"  {'':42}the grader{', six exemplars,' * examples} is above it in {above:.1%} of resamples")


def _above(rows: Sequence[Row], figure: float) -> float:
    """How often the Pearson of resampled answers is above a figure that was measured elsewhere."""
    chosen = random.Random(0)
    return statistics.fmean(_pearson(chosen.choices(rows, k=len(rows))) > figure for _ in range(400))


def _line(name: str, rows: Sequence[Row], levels: int) -> None:
    low, high = interval(rows, _pearson)
    print(
        f"  {name:42}{_pearson(rows):8.3f}   [{low:.2f}, {high:.2f}]{_spearman(rows):9.3f}"
        f"{_kappa(rows, levels):8.2f}{_rmse(rows):7.2f}"
    )


def _pearson(rows: Sequence[Row]) -> float:
    return pearson([row.given for row in rows], [row.grade for row in rows])


def _spearman(rows: Sequence[Row]) -> float:
    return spearman([row.given for row in rows], [row.grade for row in rows])


def _left_out(rows: Sequence[Row]) -> Iterator[tuple[list[Row], list[Row]]]:
    """For each question, its rows and all others."""
    for question in dict.fromkeys(row.question for row in rows):
        yield (
            [row for row in rows if row.question == question],
            [row for row in rows if row.question != question],
        )


def _kappa(rows: Sequence[Row], levels: int) -> float:
    """QWK with the cuts between classes fitted on all other questions."""
    given: list[int] = []
    wanted: list[int] = []
    for here, others in _left_out(rows):
        edges = cuts([row.given for row in others], [_level(row.grade, levels) for row in others])
        given += [sum(row.given >= edge for edge in edges) for row in here]
        wanted += [_level(row.grade, levels) for row in here]
    return qwk(given, wanted)


def _rmse(rows: Sequence[Row]) -> float:
    """RMSE after the straight line that fits all other questions best."""
    given: list[float] = []
    grades: list[float] = []
    for here, others in _left_out(rows):
        offset, slope = line([row.given for row in others], [row.grade for row in others])
        given += [offset + slope * row.given for row in here]
        grades += [row.grade for row in here]
    return rmse(given, grades)


def _level(grade: float, levels: int) -> int:
    return int(grade * levels + 0.5)


def _ahead(ours: Sequence[Row], theirs: Sequence[Row]) -> str:
    """How often the grader's Pearson is the higher one, over the same resampled answers."""
    pairs = list(zip(ours, theirs, strict=True))
    chosen = random.Random(0)
    gains = []
    for _ in range(400):
        sample = chosen.choices(pairs, k=len(pairs))
        gains.append(_pearson([a for a, _ in sample]) - _pearson([b for _, b in sample]))
    ahead = statistics.fmean(gain > 0 for gain in gains)
    return f"the grader is ahead in {ahead:.1%} of resamples, by {statistics.fmean(gains):+.3f}"


def _taught(exam: Exam, answers: Sequence[Answer], rows: Sequence[Row], k: int) -> list[Row]:
    """The grader's scores of the answers that were not set aside, each question given k that were."""
    found = []
    for draw in range(DRAWS):
        chosen = random.Random(draw)
        for id, question in exam.questions.items():
            own = [pair for pair in zip(answers, rows, strict=True) if pair[0].question == id]
            chosen.shuffle(own)
            if not k:
                found += [row for _, row in own[SET_ASIDE:]]
                continue
            exemplars = tuple(Exemplar(answer.text, answer.grade, "real") for answer, _ in own[:k])
            taught, grader = replace(question, exemplars=exemplars), RubricGrader()
            found += [
                row._replace(given=grader.grade(taught, answer.text).score or 0.0)
                for answer, row in own[SET_ASIDE:]
            ]
    return found
