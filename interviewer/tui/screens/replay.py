"""A past interview turn by turn, its pauses left out: grades appear where they were given."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from interviewer.conductor import Desk
from interviewer.core import events as ev
from interviewer.core.transcript import Teller, Turn
from interviewer.core.wording import minutes
from interviewer.tui.screens.base import BaseScreen
from interviewer.tui.widgets.conversation import Conversation


class ReplayScreen(BaseScreen):
    """Space shows the next turn; all of them at once with ``a``."""

    HEADING = "Transcript"
    CSS_PATH = "interview.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right,enter", "step", "Next turn", id="replay.next"),
        Binding("left,backspace", "back", "Turn before", id="replay.back_one"),
        Binding("a", "all", "All", id="replay.all"),
        Binding("0,r", "restart", "From the start", id="replay.restart"),
        Binding("escape,q", "app.pop_screen", "Back", id="replay.back"),
    ]

    def __init__(self, desk: Desk, session: str) -> None:
        super().__init__()
        self._desk, self._session = desk, session
        self._turns: list[tuple[float, Turn]] = []  # the interview's clock, and what was said
        self._shown = 0
        self._busy = asyncio.Lock()

    def content(self) -> Iterable[Widget]:
        yield Conversation(id="talk")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Conversation))
        self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        try:
            events = await asyncio.to_thread(self._desk.store.events, self._session)
        except Exception as error:  # whatever was stored, it must become a sentence
            self.notify(f"This interview cannot be read: {error}", severity="error")
            return
        self._turns = timed_turns(events)
        await self.action_step()

    async def _show(self, upto: int) -> None:
        """Show the first ``upto`` turns."""
        async with self._busy:
            upto = max(0, min(upto, len(self._turns)))
            talk = self.query_one(Conversation)
            if upto < self._shown:
                await talk.clear()
                self._shown = 0
            await talk.add(*(turn for _, turn in self._turns[self._shown : upto]))
            self._shown = upto
            at = self._turns[upto - 1][0] if upto else 0.0
            self.bar.say("Transcript", f"turn {upto} of {len(self._turns)} · {minutes(at)}")

    async def action_step(self) -> None:
        await self._show(self._shown + 1)

    async def action_back(self) -> None:
        await self._show(self._shown - 1)

    async def action_all(self) -> None:
        await self._show(len(self._turns))

    async def action_restart(self) -> None:
        await self._show(1)


def timed_turns(events: list[ev.Event]) -> list[tuple[float, Turn]]:
    """Every turn with the interview's clock. Grades are shown as they were given, in a mock interview too."""
    teller = Teller()
    told: list[tuple[float, Turn]] = []
    for event in events:
        told += [(event.active_s, turn) for turn in teller.tell(event)]
        teller.practice = True
    return told
