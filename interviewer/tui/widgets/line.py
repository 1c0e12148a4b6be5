"""One line to type in, that blinks only where things may move."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input

from interviewer.core.inert import inert, whole


class Line(Input):
    """Textual's Input as this app has it: without a border, inert, and still under reduced motion."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"compact": True, **options})

    def insert_text_at_cursor(self, text: str) -> None:
        super().insert_text_at_cursor(inert(whole(text)))

    def on_mount(self) -> None:
        self.cursor_blink = self.app.animation_level != "none"
