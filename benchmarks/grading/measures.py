"""Agreement between two lists of grades, and how sure one can be of it."""

from __future__ import annotations

import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Sequence

Measure = Callable[[Sequence[float], Sequence[float]], float]


def pearson(a: Sequence[float], b: Sequence[float]) -> float:
    """Linear correlation; 0 where one list is constant."""
    if len(set(a)) < 2 or len(set(b)) < 2:
        return 0.0
    return statistics.correlation(a, b)


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Correlation of ranks, ties sharing the mean of theirs."""
    return pearson(ranks(a), ranks(b))


def ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value, counted from 0."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    at = 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for i in order[at : end + 1]:
            found[i] = (at + end) / 2
        at = end + 1
    return found


def rmse(a: Sequence[float], b: Sequence[float]) -> float:
    """Root of the mean squared difference."""
    return statistics.fmean((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5


def qwk(a: Sequence[int], b: Sequence[int]) -> float:
    """Quadratic weighted kappa of two lists of classes (Cohen 1968)."""
    n = len(a)
    apart = sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) / n
    mean_a, mean_b = sum(a) / n, sum(b) / n
    square_a, square_b = sum(x * x for x in a) / n, sum(y * y for y in b) / n
    by_chance = square_a + square_b - 2 * mean_a * mean_b
    return 1 - apart / by_chance if by_chance else 0.0


def cuts(scores: Sequence[float], levels: Sequence[int], steps: int = 24) -> list[float]:
    """Where to cut scores into classes 0, 1, … so that QWK with ``levels`` is highest (one cut at a time,
    over ``steps`` quantiles); ties are never parted."""
    most = max(levels)
    ordered = sorted(scores)
    edges = sorted({ordered[i * (len(ordered) - 1) // steps] for i in range(1, steps + 1)})
    counts = [
        [0] * (most + 1) for _ in range(len(edges) + 1)
    ]  # per bin between edges, how many of each level
    for score, level in zip(scores, levels, strict=True):
        counts[bisect_right(edges, score)][level] += 1
    at = [round((k + 1) * len(edges) / (most + 1)) for k in range(most)]
    for _ in range(3):
        for k in range(most):
            low, high = (at[k - 1] if k else 0), (at[k + 1] if k + 1 < most else len(edges))
            at[k] = max(range(low, high + 1), key=lambda edge: _binned(counts, [*at[:k], edge, *at[k + 1 :]]))
    return [edges[i - 1] if i else float("-inf") for i in at]


def _binned(counts: Sequence[Sequence[int]], at: Sequence[int]) -> float:
    """QWK of binned scores, cut before the bins ``at``."""
    n = apart = a1 = a2 = b1 = b2 = 0
    for bin_, row in enumerate(counts):
        given = sum(bin_ >= edge for edge in at)
        for level, count in enumerate(row):
            n += count
            apart += count * (given - level) ** 2
            a1, a2 = a1 + count * given, a2 + count * given * given
            b1, b2 = b1 + count * level, b2 + count * level * level
    by_chance = a2 / n + b2 / n - 2 * (a1 / n) * (b1 / n)
    return 1 - apart / n / by_chance if by_chance else 0.0


def line(scores: Sequence[float], grades: Sequence[float]) -> tuple[float, float]:
    """Offset and slope of the least-squares line from scores to grades."""
    if len(set(scores)) < 2:
        return statistics.fmean(grades), 0.0
    slope, offset = statistics.linear_regression(scores, grades)
    return offset, slope


def interval(rows: Sequence[tuple], measure: Callable[[Sequence[tuple]], float], times: int = 400):
    """The middle 95 % of a measure over resampled rows."""
    chosen = random.Random(0)
    found = sorted(measure(chosen.choices(rows, k=len(rows))) for _ in range(times))
    return found[int(0.025 * times)], found[int(0.975 * times)]
