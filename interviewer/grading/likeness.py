"""What a question's graded examples say beyond its rubric, where that says little.

A rubric of one reference sentence misses most of what good answers say; six graded answers show it. What
their authors gave beyond the arithmetic is spread to answers like them by a Gaussian process (Rasmussen and
Williams 2006, algorithm 2.1) whose kernel is the cosine of what they say: of their vectors, or of weighted
concepts. A rich rubric has said it all, and a score is then to depend on the points alone: the thinner the
rubric, the more likeness counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from interviewer.grading import calibration as cal
from interviewer.grading.prepared import commonness

if TYPE_CHECKING:
    from numpy import ndarray

Concepts = dict[str, float]  # of unit length


def concepts(keys: Iterable[str]) -> Concepts:
    """What an answer speaks of, rare concepts most."""
    weights = {key: commonness(key) for key in keys}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {key: weight / length for key, weight in weights.items()} if length else {}


class Likeness:
    """``examples``: what each says, as concepts or as a vector, and what its author gave beyond the arithmetic."""

    def __init__(self, examples: Sequence[tuple[Any, float]], richness: float) -> None:
        """``richness``: of the rubric, 0..1; at 1 likeness says nothing."""
        self._share = cal.LIKENESS * (1 - richness)
        self._examples = [said for said, _ in examples] if self._share else []
        covariance = [
            [self._share * _cosine(a, b) + (cal.LIKENESS_NOISE if a is b else 0.0) for b in self._examples]
            for a in self._examples
        ]
        self._weights = _solve(covariance, [beyond for _, beyond in examples]) if self._examples else []

    @property
    def has_a_say(self) -> bool:
        """Whether it can add anything."""
        return bool(self._weights)

    def __call__(self, said: Concepts | ndarray) -> float:
        """What to add to the score of an answer that says this."""
        return self._share * sum(
            weight * _cosine(said, one) for weight, one in zip(self._weights, self._examples, strict=True)
        )


def _cosine(a: Any, b: Any) -> float:
    """Of two of a kind, both of unit length; that of vectors, of which no two are wholly unlike, from UNLIKE on."""
    if isinstance(a, dict):
        return sum(weight * b[key] for key, weight in a.items() if key in b)
    return max(0.0, (float(a @ b) - cal.UNLIKE) / (1 - cal.UNLIKE))


def _solve(matrix: list[list[float]], right: Sequence[float]) -> list[float]:
    """x of matrix · x = right, by Gaussian elimination; the matrix is positive definite, so nothing is swapped."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for row in rows[i + 1 :]:
            factor = row[i] / pivot[i]
            for j in range(i, len(row)):
                row[j] -= factor * pivot[j]
    solved: list[float] = []
    for i in reversed(range(len(rows))):
        known = sum(a * b for a, b in zip(rows[i][i + 1 : -1], solved, strict=True))
        solved.insert(0, (rows[i][-1] - known) / rows[i][i])
    return solved
