"""What a question's own exemplars say about its rubric, for its author."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.core.model import Question
from interviewer.grading.rubric import RubricGrader

#: With fewer exemplars nothing can be said about what they tell apart.
ENOUGH = 4


def remarks(question: Question) -> Iterator[tuple[str, str]]:
    """``(point id, what is the matter with it)``, in the order of the points.

    A point that the question's own words meet is given away; one that no exemplar meets is untested; of
    two that come out alike in every exemplar, nothing shows that they are two.
    """
    grader = RubricGrader()
    asked = grader.grade(question, question.prompt)
    grades = [grader.grade(question, one.answer) for one in question.exemplars]
    seen: dict[tuple[str, ...], str] = {}
    for point in question.points:
        given = asked.verdict(point.id)
        if given and given.status == "met":
            yield point.id, f"the question's own words already meet it (“{given.quote}”)"
        statuses = tuple(verdict.status for grade in grades if (verdict := grade.verdict(point.id)))
        if not statuses:
            continue
        if "met" not in statuses:
            yield point.id, "no exemplar meets it; add one that does"
        elif len(statuses) >= ENOUGH and statuses in seen:
            yield (
                point.id,
                f"the exemplars cannot tell it from `{seen[statuses]}`; add one that makes one of the two",
            )
        seen.setdefault(statuses, point.id)
