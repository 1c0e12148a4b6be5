"""A history of 10,000 interviews, a million events: ``python -m benchmarks.history [--home DIR]``.

The interviews are made of the shipped questions and their exemplars, graded by the real grader: 200 different
ones go through the real store, and are then repeated on other days, row by row, until there are enough. They
are kept in ``--home`` for the next run. Measured are the store's queries, the history screen from the key to
the rows, and the app's first paint beside one on an empty home.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "tui")]

SESSIONS = 10_000
DIFFERENT = 200
LIGHT = {"exemplars": (), "misconceptions": (), "model_answer": "", "explanation": "", "sources": ()}
ITEMS = 16  # with six or seven events each: about a hundred events a session
LIMIT_MS = 100.0
FIRST = datetime(2020, 1, 1, 9, 0, tzinfo=UTC)

#: What a person looks for: a rare word, a common one, two words, the beginning of one, a stop word.
WORDS = ("zigzag", "gradient", "learning rate", "grad", "the")
#: And conditions, alone and with words.
SEARCHES = (
    *WORDS,
    "score<40",
    "plan:theory after:2024-01-01",
    "attention score>70",
    "the score>70",
    "grader:nobody the",
    "topic:optimization",
    "grader:rubric",
)


@cache
def questions() -> list[tuple[Any, Any]]:
    """The shipped questions, each whole and as light as a session keeps it here."""
    from benchmarks.grading.questions import shipped

    def light(question: Any) -> Any:
        points = tuple(replace(p, accept=(), terms=(), code=(), hints=()) for p in question.points)
        return replace(question, **LIGHT, points=points)

    return [(question, light(question)) for question in shipped() if len(question.exemplars) > 1]


@cache
def grader() -> Any:
    from interviewer.grading import RubricGrader

    return RubricGrader()


def sessions(count: int, seed: int = 0) -> Iterator[tuple[str, list[Any]]]:
    """So many finished interviews, the same in every run for the same seed."""
    from interviewer.core import events as ev
    from interviewer.core.model import Item, Plan

    rng, known = random.Random(seed), questions()
    plans = [Plan(id, title, 45, ()) for id, title in (("full", "Full interview"), ("theory", "Theory"))]
    for number in range(count):
        chosen = rng.sample(known, min(ITEMS, len(known)))
        items = tuple(Item(q.id, q.stage, "question", q.minutes) for q, _ in chosen)
        mode = rng.choice(("mock", "practice"))
        bodies: list[Any] = [ev.Started(plans[number % 2], items, mode, number, "rubric@1", "0.1.0")]
        for whole, question in chosen:
            first, more = (exemplar.answer for exemplar in rng.sample(whole.exemplars, 2))
            grade, better = grader().grade(whole, first), grader().grade(whole, more)
            bodies += [
                ev.Asked(question.id, question),
                ev.Answered(question.id, question.id, first),
                ev.Graded(question.id, question.id, grade),
                ev.Hinted(question.id, question.id, question.points[0].id, 1, "Think of the update rule."),
                ev.Answered(question.id, question.id, more),
                ev.Graded(question.id, question.id, better),
                ev.ItemClosed(question.id),
            ]
        bodies.append(ev.Ended("completed"))
        began = FIRST + timedelta(hours=6 * number)
        yield (
            f"s{number:06d}",
            [
                ev.Event(n, began + timedelta(seconds=20 * n), 20.0 * n, b)
                for n, b in enumerate(bodies, start=1)
            ],
        )


def generate(home: Path, count: int, different: int = DIFFERENT) -> None:
    """Put ``count`` into a store, unless they are there; ``different`` of them are."""
    from interviewer.store import Store

    store = Store(home)
    there = len(store.sessions())
    if there < count:
        for session, events in sessions(min(count, different)):
            if not store.events(session):
                store.append(session, events)
        repeat(store, max(there, different), count, different)
    store.close()


def repeat(store: Any, first: int, count: int, different: int) -> None:
    """The first sessions again, with other ids and later times, in every table."""
    later = "strftime('%Y-%m-%dT%H:%M:%f+00:00', {0}, ?)"
    for number in range(first, count):
        old, new = f"s{number % different:06d}", f"s{number:06d}"
        hours = f"+{6 * (number - number % different)} hours"
        with store._transaction("OFF") as db:
            db.execute(
                f"INSERT INTO events SELECT ?, seq, {later.format('at')}, active_s, kind, version, data "
                "FROM events WHERE session = ?", (new, hours, old),
            )  # fmt: skip
            db.execute(
                f"INSERT INTO sessions SELECT ?, plan, title, mode, {later.format('started_at')}, "
                f"{later.format('last_at')}, active_s, ended, answered, items, score, graders, ? "
                "FROM sessions WHERE id = ?",
                (new, hours, hours, number + 1, old),
            )
            db.execute(
                f"INSERT INTO outcomes SELECT ?, item, {later.format('at')}, score "
                "FROM outcomes WHERE session = ?",
                (new, hours, old),
            )
            db.executemany("INSERT INTO said (rowid, text) VALUES (?, ?)", said(store, old, number + 1))


_EVENTS: dict[str, list[Any]] = {}


def said(store: Any, session: str, number: int) -> Iterator[tuple[int, str]]:
    """What was said in a session, as another one's."""
    from interviewer.store import projections

    if session not in _EVENTS:
        _EVENTS[session] = store.events(session)
    return projections.said(number, _EVENTS[session])


class Took:
    """Milliseconds of this process, and of the clock on the wall; the first hold still on a busy machine."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def ms(self) -> tuple[float, float]:
        return (time.process_time() - self._cpu) * 1e3, (time.perf_counter() - self._wall) * 1e3


def figure(took: list[tuple[float, float]]) -> dict[str, float]:
    """The medians of some runs."""
    cpu, wall = (sorted(each)[len(took) // 2] for each in zip(*took, strict=True))
    return {"cpu_ms": round(cpu, 1), "wall_ms": round(wall, 1)}


def timed(act: Any, runs: int = 5) -> dict[str, float]:
    """How long something takes that blocks."""
    found = []
    for _ in range(runs):
        took = Took()
        act()
        found.append(took.ms())
    return figure(found)


def queries(home: Path) -> dict[str, dict[str, float]]:
    """What the store takes for each thing that history and home ask of it."""
    from interviewer.core.searching import Condition
    from interviewer.store import Store
    from interviewer.tui import filters

    def sessions_anew() -> list[Any]:
        store._listed = (None, [])
        return store.sessions()

    figures = {"open": timed(lambda: Store(home).close())}
    store = Store(home)
    figures["sessions"] = timed(sessions_anew)
    figures["sessions, again"] = timed(store.sessions)
    figures["past"] = timed(lambda: store.past(datetime.now(UTC)))
    figures["trend"] = timed(store.trend)
    for text in SEARCHES:
        wanted = filters.read(text)
        items = [Condition("items", ("gradient-descent", "optimizers"))] if wanted.topics else []
        conditions = [*wanted.conditions, *items]
        figures[text] = timed(lambda: store.history(conditions, wanted.words, 200))  # noqa: B023 – at once
    figures["one session's events"] = timed(lambda: store.events("s000000"))
    store.close()
    return figures


async def screen(home: Path, runs: int = 3) -> dict[str, dict[str, float]]:
    """From the key to the rows: opening, and each search, typed at once."""
    from support import small_desk
    from tui_driving import sitting, until

    from interviewer.compose import SystemClock
    from interviewer.tui.screens.history import HistoryScreen

    figures, clock = {}, SystemClock()
    async with sitting(home, clock, open_desk=lambda: small_desk(home, clock)) as (pilot, app):

        async def shown(act: Any, done: Any) -> tuple[float, float]:
            gc.collect()
            gc.disable()  # as timeit does: a whole collection takes longer than anything here
            took = Took()
            act()
            while not done():
                await asyncio.sleep(0.001)
            gc.enable()
            return took.ms()

        def opened() -> bool:
            return isinstance(app.screen, HistoryScreen) and app.screen._shown_for == ""

        def ask() -> None:
            app.run_worker(app.screen.action_history(), exit_on_error=False)

        took = []
        for _ in range(runs + 1):  # the first time imports the screen
            took.append(await shown(ask, opened))
            if len(took) <= runs:
                await pilot.press("escape")
                await until(pilot, lambda: not isinstance(app.screen, HistoryScreen))
        figures["open, the first time"], figures["open"] = figure(took[:1]), figure(took[1:])

        async def search(text: str) -> tuple[float, float]:
            box = app.screen.query_one("#words")
            box.value = ""
            await until(pilot, lambda: app.screen._shown_for == "")
            return await shown(lambda: setattr(box, "value", text), lambda: app.screen._shown_for == text)

        for text in SEARCHES:
            figures[text] = figure([await search(text) for _ in range(runs)])
    return figures


def start_up(home: Path) -> dict[str, Any]:
    """First paint on this home and on an empty one, in turns."""
    from benchmarks.tui import OURS, in_a_terminal

    rows: dict[str, list[dict]] = {"many sessions": [], "empty home": []}
    for _ in range(4):
        rows["many sessions"].append(in_a_terminal(OURS, home=home))
        rows["empty home"].append(in_a_terminal(OURS))
    return {name: {k: round(min(r[k] for r in found), 1) for k in found[0]} for name, found in rows.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=SESSIONS)
    options.add_argument("--home", type=Path)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    home = chosen.home or Path(tempfile.mkdtemp())
    began = time.perf_counter()
    generate(home, chosen.sessions)
    events = chosen.sessions * (2 + 7 * ITEMS)
    print(f"{chosen.sessions:,} sessions, {events:,} events, in {home} ({time.perf_counter() - began:.0f} s)")
    figures = {"store": queries(home), "screen": asyncio.run(screen(home)), "first paint": start_up(home)}
    for name, rows in figures.items():
        print(name)
        for what, row in rows.items():
            over = "  over the limit" if name == "screen" and row["cpu_ms"] > LIMIT_MS else ""
            print(f"  {what:<32} " + "  ".join(f"{k} {v:>7}" for k, v in row.items()) + over)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
