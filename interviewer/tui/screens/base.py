"""What all screens share: a bar on top, keys below, a sentence instead of a mess when there is no room."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from interviewer.core.inert import inert
from interviewer.tui.widgets.keys import KeyLine

SMALLEST = (50, 14)  # columns, rows
WIDE = 110  # columns from which two panes stand side by side


class Bar(Horizontal):
    """One line: what this is on the left, how it stands on the right."""

    def __init__(self, left: str = "", right: str = "") -> None:
        super().__init__(classes="bar")
        self._left = Static(Content(inert(left)), classes="left")
        self._right = Static(Content(inert(right)), classes="right")

    def compose(self) -> ComposeResult:
        yield self._left
        yield self._right

    def say(self, left: str, right: str = "", urgency: str = "") -> None:
        """Change both sides; ``urgency`` is "", "soon" or "over"."""
        self._left.update(Content(inert(left)))
        self._right.update(Content(inert(right)))
        for name in ("soon", "over"):
            self._right.set_class(name == urgency, name)


class BaseScreen(Screen[None]):
    """Subclasses give their content in ``content``, and what the bar says first in ``HEADING``."""

    HEADING = ""

    def content(self) -> Iterable[Widget]:
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        columns, rows = SMALLEST
        self._fit(self.app.size)  # now, while there is nothing to style anew
        yield Bar(self.HEADING)
        with Vertical(classes="body"):
            yield from self.content()
        yield Static(
            f"This terminal is too small.\nMake it at least {columns} by {rows}.\nNothing you typed is lost.",
            classes="too-small",
        )
        yield KeyLine()

    @property
    def bar(self) -> Bar:
        return self.query_one(Bar)

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size)

    def _fit(self, size: Size) -> None:
        self.set_class(size.width < SMALLEST[0] or size.height < SMALLEST[1], "-tiny")
        self.set_class(size.width >= WIDE, "-wide")
