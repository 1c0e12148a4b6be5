"""Grading: the offline rubric grader. Importing the package costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interviewer.grading.rubric import RubricGrader

__all__ = ["RubricGrader"]


def __getattr__(name: str) -> Any:
    if name == "RubricGrader":
        from interviewer.grading.rubric import RubricGrader

        return RubricGrader
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
