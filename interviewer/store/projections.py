"""What is kept beside the events, and can be rebuilt from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from interviewer.core.events import Ended, Event, Graded, ItemClosed, RunJudged, SessionInfo, Started
from interviewer.core.report import report
from interviewer.core.transcript import turns


def changes_history(event: Event) -> bool:
    """Whether a session's line in the history depends on this event."""
    body = event.body
    return isinstance(body, Started | ItemClosed | RunJudged | Ended) or later_reading(event)


def later_reading(event: Event) -> bool:
    """Whether an event grades again what may be over already."""
    return isinstance(event.body, Graded) and event.body.answers is not None


def info(session: str, events: list[Event], *, example: bool = False) -> SessionInfo:
    """A session's line in the history."""
    rep = report(events)
    started = next(e.body for e in events if isinstance(e.body, Started))
    return SessionInfo(
        id=session,
        plan=started.plan.id,
        title=rep.title,
        mode=rep.mode,
        started_at=events[0].at,
        last_at=events[-1].at,
        active_s=rep.active_s,
        ended=rep.ended is not None,
        answered=sum(i.status == "done" for i in rep.items),
        items=len(rep.items),
        score=rep.total.with_help,
        graders=" ".join(rep.graders) or started.grader,
        example=example,
    )


#: The columns of ``sessions`` that a line of the history is made of; ``number`` is the store's own.
COLUMNS = "id, plan, title, mode, started_at, last_at, active_s, ended, answered, items, score, graders"


def info_row(line: SessionInfo) -> tuple[Any, ...]:
    return (
        line.id,
        line.plan,
        line.title,
        line.mode,
        line.started_at.isoformat(),
        line.last_at.isoformat(),
        line.active_s,
        int(line.ended),
        line.answered,
        line.items,
        line.score,
        line.graders,
    )


def info_from_row(row: Sequence[Any], *, example: bool = False) -> SessionInfo:
    """The reverse of ``info_row``."""
    id, plan, title, mode, started, last, active_s, ended, *rest = row
    began, ceased = datetime.fromisoformat(started), datetime.fromisoformat(last)
    return SessionInfo(id, plan, title, mode, began, ceased, active_s, bool(ended), *rest, example)


def outcomes(session: str, events: list[Event], fresh: Iterable[Event]) -> Iterator[tuple[Any, ...]]:
    """(session, item, at, score) of the items that the fresh events closed, or graded again since then.

    ``at`` is when the item was closed; skipped ones are left out.
    """
    bodies = [e.body for e in fresh if isinstance(e.body, ItemClosed) or later_reading(e)]
    touched = {body.item for body in bodies}  # type: ignore[attr-defined]
    if not touched:
        return
    closed = {e.body.item: e.at for e in events if isinstance(e.body, ItemClosed)}
    for item in report(events).items:
        if item.id in touched and item.id in closed and item.status == "done":
            yield session, item.id, closed[item.id].isoformat(), item.with_help


def said(number: int, events: Iterable[Event]) -> Iterator[tuple[int, str]]:
    """(place, text) of everything said in the session of that number, for full-text search."""
    for turn in turns(events):
        if turn.speaker in ("interviewer", "candidate"):
            yield place(number, turn.seq, turn.speaker), turn.text


def place(number: int, seq: int, speaker: str) -> int:
    """Where something was said, as one number that grows with session and event: one event has at most one
    turn of each speaker."""
    return number << 20 | seq << 1 | (speaker == "interviewer")


def placed(place: int) -> tuple[int, int, str]:
    """The reverse of ``place``."""
    return place >> 20, (place & 0xFFFFF) >> 1, "interviewer" if place & 1 else "candidate"
