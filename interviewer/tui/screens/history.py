"""Past interviews: list, filter, search, open, replay, export, delete."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable, Input, Static

from interviewer.conductor import Desk
from interviewer.core.events import SessionInfo
from interviewer.core.inert import inert
from interviewer.core.ports import StoreError
from interviewer.core.searching import Condition, Page
from interviewer.core.wording import minutes, percent
from interviewer.tui import filters
from interviewer.tui.screens.base import BaseScreen
from interviewer.tui.widgets.line import Line

#: Rows shown at most; typing narrows the rest.
MOST_ROWS = 200
#: Those below the ones in sight are added so many at a time, that a key need not wait for all.
ROWS_AT_ONCE = 50

#: Column, its width, and the width of the terminal from which it is shown. The title takes the rest.
COLUMNS = (
    ("when", 16, 0),
    ("score", 8, 0),
    ("interview", 0, 0),
    ("state", 7, 0),
    ("mode", 8, 90),
    ("done", 5, 70),
    ("time", 7, 0),
)


class Sessions(DataTable[Text]):
    """Home and End go to the first and the last one, and not along a row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "scroll_top", "First", id="history.first", show=False),
        Binding("end", "scroll_bottom", "Last", id="history.last", show=False),
    ]


class HistoryScreen(BaseScreen):
    """A table; with words in the search box, only the sessions where they were said."""

    CSS_PATH = "history.tcss"
    HEADING = "History"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="history.open"),
        Binding("slash", "search", "Search", id="history.search"),
        Binding("t", "replay", "Transcript", id="history.replay"),
        Binding("c", "pair", "Side by side", id="history.pair"),
        Binding("g", "trends", "Topics over time", id="history.trends"),
        Binding("x", "export", "Export", id="history.export"),
        Binding("delete,d", "delete", "Delete", id="history.delete"),
        Binding("escape,q", "back", "Back", id="history.back"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._rows: dict[str, SessionInfo] = {}
        self._page: Page | None = None  # what was found last
        self._marked: str | None = None  # the one that the next is put beside
        self._shown_for: str | None = None  # what had been typed for the rows that are shown

    def content(self) -> Iterable[Widget]:
        yield Line(placeholder=filters.HELP, id="words")
        yield Sessions(id="table", cursor_type="row")
        yield Static(id="found")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(DataTable))

    def on_screen_resume(self) -> None:
        self._refill()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self._shown_for is not None:  # the first rows are on their way with the screen
            self._refill()

    def _refill(self) -> None:
        self.run_worker(self._fill, exclusive=True, exit_on_error=False, group="history")

    async def _fill(self) -> None:
        typed = self.query_one(Input).value
        wanted = filters.read(typed)
        try:
            self._page = page = await asyncio.to_thread(self._find, wanted)
        except StoreError as error:
            self.query_one("#found", Static).update(Content(str(error)))
            return
        below = self._show(page.rows)
        self.query_one("#found", Static).update(found(page, wanted))
        self._shown_for = typed
        for more in range(0, len(below), ROWS_AT_ONCE):
            await self._painted()
            self._add(below[more : more + ROWS_AT_ONCE])

    def _find(self, wanted: filters.Filter) -> Page:
        """What the store has of it. Blocks on disk."""
        index = self._desk.catalog.index() if wanted.topics else {}
        conditions = list(wanted.conditions)
        for topic in wanted.topics:  # by a part of its name
            items = [id for id, entry in index.items() if any(topic in name.lower() for name in entry.topics)]
            conditions.append(Condition("items", tuple(items)))
        return self._desk.store.history(conditions, wanted.words, MOST_ROWS)

    def _show(self, rows: list[SessionInfo]) -> list[SessionInfo]:
        """Show what is in sight, with the cursor on the session where it was; the rows that are left."""
        table = self.query_one(DataTable)
        kept = self._selected()
        at = next((at for at, row in enumerate(rows) if row.id == kept), 0)
        self._rows.clear()
        table.clear(columns=True)
        columns = [(name, width) for name, width, least in COLUMNS if self.size.width >= least]
        room = self.size.width - 4 - sum(width + 2 for _, width in columns)
        for name, width in columns:
            table.add_column(name, width=width or max(8, room))
        first = at + self.size.height
        self._add(rows[:first])
        table.move_cursor(row=at, animate=False)
        return rows[first:]

    def _add(self, rows: list[SessionInfo]) -> None:
        table = self.query_one(DataTable)
        for row in rows:
            values = cells(row)
            self._rows[row.id] = row
            table.add_row(*(Text(values[str(column.label)]) for column in table.ordered_columns), key=row.id)

    async def _painted(self) -> None:
        """Return when what was changed so far is on the screen."""
        done = asyncio.Event()
        self.call_after_refresh(done.set)
        await done.wait()

    def _selected(self) -> str | None:
        table = self.query_one(DataTable)
        if not table.row_count:
            return None
        return table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value

    def on_input_changed(self, event: Input.Changed) -> None:
        self._refill()

    def on_input_submitted(self) -> None:
        self.set_focus(self.query_one(DataTable))

    # ------------------------------------------------------------------ acting

    async def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        await self.action_open()

    async def action_open(self) -> None:
        session = self._selected()
        if session is None:
            return
        row = self._rows[session]
        if row.ended or row.example or self.app.read_only:  # type: ignore[attr-defined]
            await self.app.show_report(session)  # type: ignore[attr-defined]
        else:
            self.app.call_later(self.app.leave_for, resume=session)  # type: ignore[attr-defined]

    async def action_replay(self) -> None:
        from interviewer.tui.screens.replay import ReplayScreen

        if session := self._selected():
            await self.app.push_screen(ReplayScreen(self._desk, session))

    async def action_pair(self) -> None:
        """The first press marks an interview, the second puts another beside it."""
        session = self._selected()
        if session is None:
            return
        if self._marked in (None, session):
            self._marked = session if self._marked is None else None
            if self._marked:
                self.notify("Choose another one, and press the same key: both are shown side by side.")
            return
        from interviewer.tui.screens.pair import PairScreen

        marked, self._marked = self._marked, None
        await self.app.push_screen(PairScreen(self._desk, marked, session))

    async def action_trends(self) -> None:
        from interviewer.tui.screens.trends import TrendsScreen

        await self.app.push_screen(TrendsScreen(self._desk))

    def action_search(self) -> None:
        self.set_focus(self.query_one(Input))

    async def action_back(self) -> None:
        words = self.query_one(Input)
        if words.has_focus or words.value:
            words.value = ""
            self.set_focus(self.query_one(DataTable))
        else:
            await self.app.pop_screen()

    async def action_export(self) -> None:
        from interviewer.tui.screens.dialogs import save_session

        if session := self._selected():
            await save_session(self.app, self._desk.store, session)

    def action_delete(self) -> None:
        from interviewer.tui.screens.dialogs import Confirm

        session = self._selected()
        if session is None:
            return
        row = self._rows[session]

        async def delete(sure: str | None) -> None:
            if not sure:
                return
            try:
                await asyncio.to_thread(self._desk.store.lock)
                await asyncio.to_thread(self._desk.store.delete, session)
            except StoreError as error:
                self.notify(str(error), severity="error")
            await self._fill()

        when = f"{row.last_at:%d %b %Y, %H:%M}"
        self.app.push_screen(Confirm(f"Delete “{inert(row.title)}” of {when} for good?"), delete)


def cells(row: SessionInfo) -> dict[str, str]:
    """One interview as the table shows it."""
    return {
        "when": f"{row.last_at:%Y-%m-%d %H:%M}",
        "score": f"{percent(row.score):>8}",
        "interview": inert(row.title),
        "mode": row.mode,
        "state": filters.state(row),
        "done": f"{row.answered}/{row.items}",
        "time": f"{minutes(row.active_s):>7}",
    }


def found(page: Page, wanted: filters.Filter) -> Content:
    """How many, and where the words were said."""
    shown, total = page.matched, page.total
    first = f"{shown} of {total} interviews" if shown != total else f"{total} interview{'s' * (total != 1)}"
    if wanted.words and shown >= MOST_ROWS:
        first = f"The newest {MOST_ROWS} of {total} interviews where this was said"
    elif shown > MOST_ROWS:
        first += f"; the first {MOST_ROWS} are listed, type to narrow"
    if wanted.words and not shown:
        first += f" where this was said · plan:{wanted.words.split()[0]} looks for the name of an interview"
    if wanted.problems:
        first += f" · not understood: {' '.join(wanted.problems)}"
    lines = [Content(first)]
    for hit in page.hits:
        excerpt = " ".join(inert(hit.text).split())
        parts: list[str | tuple[str, str]] = [(f"{hit.speaker}: ", "bold")]
        for number, piece in enumerate(excerpt.replace("»", "«").split("«")):
            parts.append((piece, "reverse") if number % 2 else piece)
        lines.append(Content.assemble(*parts))
    return Content("\n").join(lines)
