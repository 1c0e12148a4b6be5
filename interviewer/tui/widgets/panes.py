"""The row of tabs over the coding stage: which pane is in front, and the key of each."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class PaneTabs(Static):
    """One line; the pane in front is reversed, so that it shows without colour too."""

    @dataclass
    class Chosen(Message):
        """A tab was clicked."""

        pane: str

    def __init__(self, names: dict[str, tuple[str, str]], id: str) -> None:
        super().__init__(id=id)
        self._names = names  # pane -> (key, name)
        self._spans: list[tuple[range, str]] = []

    def show(self, current: set[str], offered: list[str], note: str = "") -> None:
        """Redraw: the panes in front, those that can be chosen, and a word beside them."""
        parts: list[Content] = []
        self._spans, at = [], 1
        for pane in offered:
            key, name = self._names[pane]
            label = f" {key} {name} "
            style = "reverse bold" if pane in current else ""
            parts.append(Content.assemble((label, style)))
            self._spans.append((range(at, at + len(label)), pane))
            at += len(label) + 1
        self.update(Content.assemble(Content(" ").join(parts), ("  " + note, "$text-muted")))

    def on_click(self, event: events.Click) -> None:
        for span, pane in self._spans:
            if event.x in span:
                self.post_message(self.Chosen(pane))
