"""How a rubric grades, for its author: ``python -m benchmarks.grading.authoring rubrics/basics/gradient-descent.yaml``.

Prints the score of every exemplar beside the intended one with each point's verdict, the points of
the model answer that are not met, and the highest scores of other questions' model answers.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.grading.questions import load, shipped
from interviewer.core.grading import Grade
from interviewer.core.model import Question
from interviewer.grading import RubricGrader

_MARK = {"met": "+", "partial": "½", "missed": "·", "contradicted": "−", "unverified": "?"}


def verdicts(grade: Grade) -> str:
    return " ".join(f"{_MARK[v.status]}{v.id}" for v in grade.points if v.status != "missed")


def report(question: Question, others: list[Question], grader: RubricGrader) -> None:
    print(f"\n{question.id}")
    for exemplar in question.exemplars:
        grade = grader.grade(question, exemplar.answer)
        off = abs((grade.score or 0) - exemplar.score)
        print(f"  {'!!' if off > 0.3 else '! ' if off > 0.2 else '  '} {exemplar.kind:<10} {_number(grade.score)}"
              f"  intended {exemplar.score:.2f}  {verdicts(grade)}"
              f" {[f.id for f in grade.flags] or ''} {[m.id for m in grade.misconceptions] or ''}")  # fmt: skip
    grade = grader.grade(question, question.model_answer)
    print(f"  model answer {_number(grade.score)}; held against it: {[m.id for m in grade.misconceptions]}")
    for verdict in grade.points:
        if verdict.status != "met":
            print(f"     {verdict.status} {verdict.id}: {verdict.why}\n        quote: {verdict.quote}")
    near = {question.id, *question.overlaps} | {o.id for o in others if question.id in o.overlaps}
    cross = sorted(
        ((grader.grade(question, o.model_answer).score or 0.0, o.id) for o in others if o.id not in near),
        reverse=True,
    )
    print("  other model answers:", ", ".join(f"{id_} {value:.2f}" for value, id_ in cross[:5]))


def _number(score: float | None) -> str:
    return "none" if score is None else f"{score:.2f}"


def main(paths: list[str]) -> None:
    others = shipped()
    chosen = [question for path in paths for question in load(Path(path))] or others
    grader = RubricGrader()
    for question in chosen:
        report(question, others, grader)


if __name__ == "__main__":
    main(sys.argv[1:])
