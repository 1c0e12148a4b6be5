"""Where a candidate answers in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from interviewer.tui.widgets.box import Box

#: A line this long is not wrapped any more: TextArea divides the whole line for every row it draws.
LONGEST_WRAPPED = 20_000

#: As people have it in their fingers; most terminals tell shift+enter and ctrl+enter from enter only where asked to.
_SEND = ("enter", "ctrl+enter")
_NEW_LINE = ("ctrl+j", "shift+enter", "alt+enter")

#: Alt with Enter arrives as Esc and then Enter, this soon after each other at most.
ALT_S = 0.05


class AnswerBox(Box):
    """Enter sends, ctrl+j breaks the line; it grows with what is typed; up goes through earlier answers.

    What fits into it needs no paging, so page up and down turn the pages of what is beside it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send", id="answer.send"),
        Binding("ctrl+j", "newline", "New line", id="answer.newline"),
        Binding("up", "earlier", "Earlier answer", id="answer.earlier", show=False),
        Binding("down", "later", "Later answer", id="answer.later", show=False),
        Binding("pageup", "page(-1)", "Page up", id="answer.page_up", show=False),
        Binding("pagedown", "page(1)", "Page down", id="answer.page_down", show=False),
    ]

    @dataclass
    class Sent(Message):
        """The candidate submits what stands in the box (it is cleared when it is durable)."""

        text: str

    @dataclass
    class Paged(Message):
        """Turn the page of what is beside the box."""

        step: int

    def __init__(self, id: str) -> None:
        super().__init__(id=id, soft_wrap=True, show_line_numbers=False, tab_behavior="focus", compact=True)
        self.said: list[str] = []  # earlier answers, the latest last
        self._back = 0  # how far back in them; 0 is what is being typed
        self._typed = ""
        self._escaped = 0.0  # when the key before this one was Esc

    async def _on_key(self, event: events.Key) -> None:
        """Here and not as priority bindings, which would overtake keys typed before them."""
        alone = event.time - self._escaped > ALT_S
        self._escaped = event.time if event.key == "escape" else 0.0
        if event.key in _SEND or event.key in _NEW_LINE:
            event.stop()
            event.prevent_default()
            self.action_send() if event.key in _SEND and alone else self.action_newline()
            return
        await super()._on_key(event)

    def on_text_area_changed(self) -> None:
        lines = self.document.lines
        self.soft_wrap = not any(len(line) > LONGEST_WRAPPED for line in lines)

    def action_send(self) -> None:
        self.post_message(self.Sent(self.text))

    def action_newline(self) -> None:
        self.insert("\n")

    def action_page(self, step: int) -> None:
        if self.max_scroll_y:
            self.action_cursor_page_down() if step > 0 else self.action_cursor_page_up()
        else:
            self.post_message(self.Paged(step))

    def sent(self, text: str) -> None:
        """The answer is durable: the box is empty for the next."""
        if text.strip():
            self.said.append(text)
        self._back, self._typed = 0, ""
        self.load_text("")

    def put(self, text: str) -> None:
        """Show a text, with the cursor after it."""
        self.load_text(text)
        self.move_cursor(self.document.end)

    def action_earlier(self) -> None:
        self._recall(+1) if self.cursor_at_first_line else self.action_cursor_up()

    def action_later(self) -> None:
        self._recall(-1) if self.cursor_at_last_line else self.action_cursor_down()

    def _recall(self, step: int) -> None:
        """Go back or forth in what was said; what was being typed waits at the near end."""
        back = self._back + step
        if not 0 <= back <= len(self.said):
            return
        if self._back == 0:
            self._typed = self.text
        self._back = back
        self.put(self.said[-back] if back else self._typed)
