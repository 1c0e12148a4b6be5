"""Two interviews side by side, the older first: what both were asked, and what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interviewer.core.report import ItemReport, Mean, PartReport, Report
from interviewer.core.wording import GLYPHS


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports and what they have in common."""

    before: Report
    after: Report
    stages: tuple[tuple[str, Mean, Mean], ...]
    topics: tuple[tuple[str, Mean, Mean], ...]
    items: tuple[tuple[ItemReport, ItemReport], ...]  # what was asked in both


def pair(one: Report, other: Report) -> Pair:
    """Put two reports side by side."""
    before, after = sorted((one, other), key=lambda report: report.started_at)
    later = {item.id: item for item in after.items}
    return Pair(
        before,
        after,
        tuple((s, m, after.stages[s]) for s, m in before.stages.items() if s in after.stages),
        tuple((t, m, after.topics[t]) for t, m in before.topics.items() if t in after.topics),
        tuple((item, later[item.id]) for item in before.items if item.id in later),
    )


def change(before: float | None, after: float | None) -> int | None:
    """The difference of two scores as they are shown, in percent; None where one is missing."""
    return None if before is None or after is None else round(100 * after) - round(100 * before)


def verdict_changes(before: PartReport, after: PartReport) -> Iterator[str]:
    """A line for each rubric point that both answers were held against: what it was, and what it is."""
    then = {line.verdict.id: line.verdict.status for line in before.lines}
    for line in after.lines:
        old, new = then.get(line.verdict.id), line.verdict.status
        if old is not None:
            same = "  " if old == new else f"{GLYPHS[old]} → "
            yield f"{same}{GLYPHS[new]} {new}: {line.text}"
