"""Each topic over time, the weakest first; Enter practises it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from interviewer.conductor import Desk
from interviewer.core.inert import inert
from interviewer.core.planning import ad_hoc_plan
from interviewer.core.ports import StoreError
from interviewer.core.report import LOW, PRACTISE_BELOW
from interviewer.core.trends import Trend, sparkline, trends
from interviewer.core.wording import percent
from interviewer.tui.screens.base import BaseScreen

PRACTISED = 3  # questions of a topic in one sitting
TOPIC = 26  # cells of a topic's name at most


class TrendsScreen(BaseScreen):
    """A line a topic: its scores as a line of bars, how it stands, and how that changed."""

    HEADING = "Topics over time"
    CSS_PATH = "trends.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "app.pop_screen", "Back", id="trends.back")]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._trends: list[Trend] = []

    def content(self) -> Iterable[Widget]:
        yield Static("Reading …", id="said")
        yield OptionList(id="topics", compact=True)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(OptionList))
        self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        try:
            outcomes = await asyncio.to_thread(self._desk.store.trend)
        except StoreError as error:
            self.query_one("#said", Static).update(Content(str(error)))
            return
        index = await asyncio.to_thread(self._desk.catalog.index)
        self._trends = trends(outcomes, {id: entry.topics for id, entry in index.items()})
        self._fill()

    def on_resize(self, event) -> None:  # type: ignore[no-untyped-def]
        super().on_resize(event)
        self._fill()

    def _fill(self) -> None:
        topics = self.query_one(OptionList)
        kept = topics.highlighted or 0
        topics.clear_options()
        width = min(TOPIC, max((len(trend.topic) for trend in self._trends), default=0))
        room = max(8, min(60, self.size.width - width - 30))
        topics.add_options(Option(line(trend, width, room), id=trend.topic) for trend in self._trends)
        if self._trends:
            topics.highlighted = kept
            says = "From the oldest to the newest answers, the weakest topic first. Enter practises one."
        else:
            says = "Nothing was graded yet: a topic shows here from its first grade on."
        self.query_one("#said", Static).update(says)

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Sit a few questions of the topic, those that went worst first."""
        index = await asyncio.to_thread(self._desk.catalog.index)
        past = await asyncio.to_thread(self._desk.store.past, self._desk.clock.now())
        ids = [id for id, entry in index.items() if event.option_id in entry.topics]
        ids.sort(key=lambda id: (past[id].score if id in past else 0.0) or 0.0)
        how = {"plan": ad_hoc_plan(ids[:PRACTISED], index), "mode": "practice"}
        self.app.call_later(self.app.leave_for, **how, seed=secrets.randbelow(2**31))  # type: ignore[attr-defined]


def line(trend: Trend, width: int, room: int) -> Content:
    """One topic. The bars say the same as the number, and the sign of the change is written."""
    now, change = trend.now, trend.change
    tone = "$text-success" if now >= PRACTISE_BELOW else "$text-error" if now < LOW else "$text-warning"
    bars = sparkline([score for _, score in trend.points], room)
    changed = "" if change is None else f"{100 * change:+.0f}"
    return Content.assemble(
        f"{inert(trend.topic)[:width]:<{width}}  ",
        (f"{bars:<{room}}", tone),
        (f"  {percent(now):>4}", "bold"),
        f"  {changed:>4}",
        (f"  {trend.times} answer{'s' * (trend.times != 1)}", "dim"),
    )
