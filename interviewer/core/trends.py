"""How it went with each topic over time: a function of the outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from interviewer.core.planning import Outcome

#: Days at the end of a trend that count as now.
NOW = 3
SPARKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Trend:
    """One topic: its mean score (0..1) on each day that it was asked, oldest first."""

    topic: str
    points: tuple[tuple[date, float], ...]
    times: int  # answers in all

    @property
    def now(self) -> float:
        """The mean of the last few days."""
        last = [score for _, score in self.points[-NOW:]]
        return sum(last) / len(last)

    @property
    def change(self) -> float | None:
        """Now against all the days before; None where there are none."""
        before = [score for _, score in self.points[:-NOW]]
        if not before:  # few days yet: the last against the first
            return self.points[-1][1] - self.points[0][1] if len(self.points) > 1 else None
        return self.now - sum(before) / len(before)


def trends(outcomes: Iterable[Outcome], topics: Mapping[str, Sequence[str]]) -> list[Trend]:
    """The topics of the items in ``topics`` (by id), the weakest first."""
    sums: dict[str, dict[date, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for outcome in outcomes:
        for topic in topics.get(outcome.item, ()):
            day = sums[topic][outcome.day]
            day[0] += outcome.score * outcome.times
            day[1] += outcome.times
    found = [
        Trend(
            topic,
            tuple((day, total / times) for day, (total, times) in sorted(days.items())),
            round(sum(times for _, times in days.values())),
        )
        for topic, days in sums.items()
    ]
    return sorted(found, key=lambda trend: (trend.now, trend.topic))


def sparkline(scores: Sequence[float], width: int) -> str:
    """Scores (0..1) as bars of one cell, the older ones drawn together where there are too many."""
    if len(scores) > width:
        edges = [round(n * len(scores) / width) for n in range(width + 1)]
        scores = [sum(scores[a:b]) / (b - a) for a, b in pairwise(edges)]
    return "".join(SPARKS[min(len(SPARKS) - 1, int(max(0.0, score) * len(SPARKS)))] for score in scores)
