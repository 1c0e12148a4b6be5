"""The line of keys at the bottom: one widget that draws itself.

Textual's Footer makes a widget for every key and makes all of them anew at every change of focus;
that was a third of the first paint.
"""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from interviewer.core.inert import inert

#: Always in view, whatever else there is room for.
HELP = "app.help"


class KeyLine(Static):
    """The keys that do something now, as many as fit, help always among them."""

    def __init__(self) -> None:
        super().__init__(classes="keys")
        self._offered: list[tuple[Binding, str]] = []  # and the key as people write it
        self._spans: list[tuple[range, Binding]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_resize(self) -> None:
        self._draw()

    def _changed(self, screen: Screen) -> None:
        if self.is_attached and screen is self.screen:
            found: dict[str, tuple[Binding, str]] = {}
            for _, binding, enabled, _ in screen.active_bindings.values():
                if binding.show and enabled and binding.description:
                    found.setdefault(binding.action, (binding, self.app.get_key_display(binding)))
            if list(found.values()) != self._offered:
                self._offered = list(found.values())
                self._draw()

    def _draw(self) -> None:
        room = self.size.width
        help_key = next((pair for pair in self._offered if pair[0].id == HELP), None)
        shown = [pair for pair in self._offered if pair is not help_key]
        while shown and sum(map(width, [*shown, *([help_key] if help_key else [])])) > room:
            shown.pop()
        parts: list[Content] = []
        self._spans, at = [], 0
        for binding, key in [*shown, *([help_key] if help_key else [])]:
            parts.append(
                Content.assemble((f" {inert(key)}", "$footer-key-foreground bold"), f" {binding.description}")
            )
            self._spans.append((range(at, at + width((binding, key))), binding))
            at += width((binding, key))
        self.update(Content(" ").join(parts))

    async def on_click(self, event: events.Click) -> None:
        for span, binding in self._spans:
            if event.x in span:
                self.app.simulate_key(binding.key.split(",")[0])


def width(pair: tuple[Binding, str]) -> int:
    """Cells that a key takes, with the space after it."""
    return len(pair[1]) + len(pair[0].description) + 3
