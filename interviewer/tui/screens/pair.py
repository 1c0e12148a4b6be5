"""Two interviews side by side: scores, and what was said to the same questions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Collapsible, Static

from interviewer.conductor import Desk
from interviewer.core.inert import inert
from interviewer.core.model import STAGE_TITLES
from interviewer.core.report import ItemReport, report
from interviewer.core.report_pair import Pair, change, pair, verdict_changes
from interviewer.core.wording import percent
from interviewer.tui.screens.base import BaseScreen
from interviewer.tui.screens.report import said_views


class PairScreen(BaseScreen):
    """A summary, then a line for each question that both were asked; it opens to both answers."""

    CSS_PATH = "report.tcss"
    HEADING = "Side by side"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "expand", "Open/close all", id="pair.expand"),
        Binding("escape,q", "app.pop_screen", "Back", id="pair.back"),
    ]

    def __init__(self, desk: Desk, one: str, other: str) -> None:
        super().__init__()
        self._desk, self._sessions = desk, (one, other)
        self._pair: Pair | None = None

    def content(self) -> Iterable[Widget]:
        yield VerticalScroll(Static("Reading …", id="summary"), id="items")

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#items"))
        self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        try:
            both = await asyncio.to_thread(self._compared)
        except Exception as error:  # whatever was stored, it must become a sentence
            self.query_one("#summary", Static).update(Content(f"These cannot be read: {error}"))
            return
        self.query_one("#summary", Static).update(summary(both))
        await self.query_one("#items").mount_all(BothView(*items) for items in both.items)
        self._pair = both

    def _compared(self) -> Pair:
        """Blocks on disk, and on two reports being worked out."""
        return pair(*(report(self._desk.store.events(session)) for session in self._sessions))

    def action_expand(self) -> None:
        views = list(self.query(BothView))
        collapsed = any(view.collapsed for view in views)
        for view in views:
            view.collapsed = not collapsed


class BothView(Collapsible):
    """One question in both interviews; filled when it is first opened."""

    def __init__(self, before: ItemReport, after: ItemReport) -> None:
        scores = moved(before.with_help, after.with_help)
        super().__init__(title=Content(f"{scores}  {inert(after.title)}"), collapsed=True)
        self._items = before, after
        self._filled = False

    async def on_collapsible_expanded(self) -> None:
        if not self._filled:
            self._filled = True
            await self.query_one(Collapsible.Contents).mount_all(evidence(*self._items))


def evidence(before: ItemReport, after: ItemReport) -> Iterator[Widget]:
    """Both answers to each question that both were asked, and the points whose verdict changed."""
    earlier = {part.question.id: part for part in before.parts}
    for part in after.parts:
        old = earlier.get(part.question.id)
        if old is None:
            continue
        if part.part != "question":
            yield Static(Content(inert(part.question.prompt)), classes="heading")
        yield Horizontal(
            Vertical(Static("Before", classes="heading"), *said_views(old)),
            Vertical(Static("After", classes="heading"), *said_views(part)),
            classes="side-by-side",
        )
        if lines := list(verdict_changes(old, part)):
            yield Static(Content(inert("\n".join(lines))), classes="point")
    if before.attempts or after.attempts:
        told = " → ".join(
            item.attempts[-1][1].verdict if item.attempts and item.attempts[-1][1] else "not run"
            for item in (before, after)
        )
        yield Static(Content(inert(f"Code: {told}")), classes="heading")


def summary(both: Pair) -> Content:
    """Totals, stages and topics that both have: before, after, and the difference."""
    total = (both.before.total.with_help, both.after.total.with_help)
    rows = [("Total", *total)]
    rows += [(STAGE_TITLES.get(s, s), a.with_help, b.with_help) for s, a, b in both.stages]
    topics = [(topic, a.with_help, b.with_help) for topic, a, b in both.topics]
    width = max(len(name) for name, *_ in [*rows, *topics])
    lines = [
        Content(inert(f"Before  {both.before.started_at[:16].replace('T', ' ')}  {both.before.title}")),
        Content(inert(f"After   {both.after.started_at[:16].replace('T', ' ')}  {both.after.title}")),
        Content(),
        *(row(*r, width) for r in rows),
    ]
    if topics:
        lines += [Content(), Content.styled("Topics of both", "bold"), *(row(*r, width) for r in topics)]
    if both.items:
        lines += [Content(), Content.styled("Asked in both (Tab and Enter open one, e all of them)", "bold")]
    else:
        lines += [Content(), Content("No question was asked in both.")]
    return Content("\n").join(lines)


def row(name: str, before: float | None, after: float | None, width: int) -> Content:
    """A line: the sign of the change says the same as its colour."""
    by = change(before, after) or 0
    tone = "$text-success" if by > 0 else "$text-error" if by < 0 else "dim"
    return Content.assemble(f"{inert(name):<{width}}  ", (moved(before, after), tone))


def moved(before: float | None, after: float | None) -> str:
    """``40% →  75%  +35``"""
    by = change(before, after)
    return f"{percent(before):>8} → {percent(after):<8}  {'' if by is None else f'{by:+}':>4}"
