"""How the numbers of interviewer/grading/calibration.py were fitted: ``python -m benchmarks.grading.fit [DATA_FOLDER]``.

One constant at a time is moved to either side; what is printed is how much the loss changes. The loss is
the mean distance of the shipped exemplars' scores from the intended ones, plus what model answers fall
short of .85, plus what they earn above .20 on other questions; for the constants of points that are said in one way
only (_TERSE, _ONE_WAY), 1 − Pearson on the two graded exams of the data folder. Nothing is written: a person takes
over what is worth it, rounded.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.grading.exams import Exam, data_structures, neural_networks
from benchmarks.grading.measures import pearson
from benchmarks.grading.questions import shipped
from interviewer.core.model import Question
from interviewer.grading import RubricGrader
from interviewer.grading import calibration as cal

STEPS = (0.8, 0.9, 1.1, 1.25)  # times the constant
ONE_WAY = ("_TERSE", "_ONE_WAY")
BY_VECTORS = ("UNLIKE_ONE_WAY", "ALIKE_ONE_WAY")


def constants(terse: bool) -> list[str]:
    """The fitted numbers, by name; ``terse``: those of points that are said in one way only."""
    return [
        name
        for name, value in vars(cal).items()
        if name.isupper() and isinstance(value, float) and name.endswith(ONE_WAY) == terse
    ]


def loss_of_rubrics(questions: list[Question]) -> float:
    """How far the shipped rubrics grade from what their author means."""
    grader = RubricGrader()

    def score(question: Question, answer: str) -> float:
        return grader.grade(question, answer).score or 0.0

    off = [abs(score(q, e.answer) - e.score) for q in questions for e in q.exemplars]
    short = [max(0.0, 0.85 - score(q, q.model_answer)) for q in questions]
    over = [max(0.0, score(q, other.model_answer) - 0.2) for q, other in _strangers(questions)]
    return statistics.fmean(off) + statistics.fmean(short) + 10 * statistics.fmean(over)


def _strangers(questions: list[Question]) -> Iterator[tuple[Question, Question]]:
    """Pairs of questions that do not overlap, a third of them."""
    pairs = [
        (one, other)
        for one in questions
        for other in questions
        if one.id != other.id and other.id not in one.overlaps and one.id not in other.overlaps
    ]
    return iter(pairs[::3])


def loss_of_exams(exams: list[Exam], vectors: bool) -> float:
    """1 − Pearson with the human grades, the mean over exams."""
    grader = RubricGrader(vectors=vectors)
    found = []
    for exam in exams:
        given = [(grader.grade(exam.questions[a.question], a.text).score, a.grade) for a in exam.answers]
        rows = [(score, grade) for score, grade in given if score is not None]
        found.append(1 - pearson([score for score, _ in rows], [grade for _, grade in rows]))
    return statistics.fmean(found)


def moved(names: list[str], loss: Callable[[], float]) -> None:
    """Print the loss for each constant moved by each step; the rest stays as it is."""
    now = loss()
    print(f"\nloss now {now:.4f}; the change with each constant times " + ", ".join(f"{s:g}" for s in STEPS))
    for name in names:
        value = getattr(cal, name)
        row = []
        for step in STEPS:
            setattr(cal, name, value * step)
            row.append(loss() - now)
        setattr(cal, name, value)
        print(f"  {name:16}{value:7.2f}  " + "  ".join(f"{change:+.4f}" for change in row), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading.fit", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="folder of the graded exams")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="these constants")
    asked = parser.parse_args()
    questions = shipped()

    def chosen(terse: bool) -> list[str]:
        return [name for name in constants(terse) if not asked.only or name in asked.only]

    if chosen(terse=False):
        moved(chosen(terse=False), lambda: loss_of_rubrics(questions))
    if asked.data and chosen(terse=True):
        exams = [neural_networks(asked.data), data_structures(asked.data)]
        for vectors in (False, True):
            names = [name for name in chosen(terse=True) if (name in BY_VECTORS) == vectors]
            if names:
                moved(names, lambda vectors=vectors: loss_of_exams(exams, vectors))


if __name__ == "__main__":
    main()
