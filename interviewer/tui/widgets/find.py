"""Find and replace, in a line under the code."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from interviewer.tui.widgets.code import CodeEditor
from interviewer.tui.widgets.line import Line


class FindBar(Horizontal):
    """Enter goes to the next place (in the second box: replaces it first); escape goes back to the code."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", id="find.close"),
        Binding("down", "next", "Next", id="find.next", show=False),
        Binding("up", "previous", "Previous", id="find.previous", show=False),
        Binding("ctrl+j", "replace_all", "Replace all", id="find.all"),
    ]

    def __init__(self, editor: CodeEditor, id: str) -> None:
        super().__init__(id=id)
        self._editor = editor

    def compose(self) -> ComposeResult:
        yield Line(placeholder="find", id="needle")
        yield Line(placeholder="replace with", id="new")
        yield Static(id="found")

    def open(self) -> None:
        """Show the bar, with what is selected as what is looked for."""
        self.display = True
        needle = self.query_one("#needle", Input)
        if selected := self._editor.selected_text.split("\n")[0]:
            needle.value = selected
        self.screen.set_focus(needle)

    @property
    def _needle(self) -> str:
        return self.query_one("#needle", Input).value

    @property
    def _new(self) -> str:
        return self.query_one("#new", Input).value

    def _say(self, text: str) -> None:
        self.query_one("#found", Static).update(text)

    def action_next(self, *, backwards: bool = False) -> None:
        self._say("" if self._editor.find(self._needle, backwards=backwards) else "not found")

    def action_previous(self) -> None:
        self.action_next(backwards=True)

    def action_replace_all(self) -> None:
        count = self._editor.replace_all(self._needle, self._new)
        self._say(f"{count} replaced")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "new":
            self._say("" if self._editor.replace_found(self._needle, self._new) else "not found")
        else:
            self.action_next()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    def action_close(self) -> None:
        self.display = False
        self.screen.set_focus(self._editor)
