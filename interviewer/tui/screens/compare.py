"""The code against another version of it, and the way back to that one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from interviewer.core.inert import inert
from interviewer.tui.editing import difference
from interviewer.tui.screens.base import Bar
from interviewer.tui.widgets.keys import KeyLine

TONES = {"+": "$text-success", "-": "$text-error", "@": "$text-muted"}


class CompareScreen(ModalScreen[str | None]):
    """Dismisses with the code to go back to, or None."""

    CSS_PATH = "compare.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,right", "next", "Against another", id="compare.next"),
        Binding("r", "reset", "Go back to that one", id="compare.reset"),
        Binding("escape,q", "dismiss", "Back", id="compare.back"),
    ]

    def __init__(self, code: str, others: Sequence[tuple[str, str]], at: int = 0) -> None:
        super().__init__()
        self._code, self._others, self._at = code, list(others), at

    def compose(self) -> ComposeResult:
        yield Bar()
        yield VerticalScroll(Static(id="difference"))
        yield KeyLine()

    def on_mount(self) -> None:
        self.set_focus(self.query_one(VerticalScroll))
        self._show()

    def on_key(self, event: events.Key) -> None:
        if event.key.isdigit() and 0 < int(event.key) <= len(self._others):
            self._at = int(event.key) - 1
            self._show()

    def _show(self) -> None:
        name, other = self._others[self._at]
        choices = " · ".join(f"{n} {name}" for n, (name, _) in enumerate(self._others, start=1))
        self.query_one(Bar).say(f"Your code against {name}", choices)
        text = difference(other, self._code, name, "your code") or "They are the same."
        self.query_one("#difference", Static).update(Content("\n").join(coloured(inert(text).split("\n"))))

    def action_next(self) -> None:
        self._at = (self._at + 1) % len(self._others)
        self._show()

    def action_reset(self) -> None:
        from interviewer.tui.screens.dialogs import Confirm

        name, other = self._others[self._at]
        self.app.push_screen(
            Confirm(f"Replace your code with {name}?"), lambda sure: self.dismiss(other) if sure else None
        )


def coloured(lines: Iterable[str]) -> Iterable[Content]:
    """The lines of a diff; + and - say the same without colour."""
    for line in lines:
        tone = TONES.get(line[:1])
        yield Content.assemble((line, tone)) if tone else Content(line)
