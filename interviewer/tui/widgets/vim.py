"""The code editor with vim's modes: those of textual-vim-textarea, with our editor's habits under them."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets.text_area import Selection
from textual_vim_textarea._modal import Mode, VimModalMixin

from interviewer.tui import editing
from interviewer.tui.widgets.code import CodeEditor


class VimCodeEditor(VimModalMixin, CodeEditor):
    """Begins in NORMAL. What Python needs and the mixin leaves out is here: o and O indent, >>, <<, r, /."""

    class ModeChanged(Message):
        """Another mode."""

    @dataclass
    class StatusChanged(Message):
        """What vim's last line would say."""

        status: str

    class SaveRequested(Message):
        """``:w``"""

    class QuitRequested(Message):
        """``:q``"""

    class SearchRequested(Message):
        """``/``"""

    @dataclass
    class SearchAgain(Message):
        """``n`` or ``N``"""

        backwards: bool

    @dataclass
    class CommandEntered(Message):
        """Another command after a colon."""

        command: str

    def __init__(self, id: str) -> None:
        self._waiting = ""  # the first key of >>, << or r
        super().__init__(id=id)

    def on_mount(self) -> None:
        super().on_mount()
        self._block_cursor()

    def watch_mode(self, mode: Mode) -> None:
        self.post_message(self.StatusChanged(self.status_text))
        if self.is_mounted:
            self._block_cursor()

    def _block_cursor(self) -> None:
        """As vim has it: steady in NORMAL, so that modes differ without reading."""
        calm = self.mode is not Mode.INSERT
        self.cursor_blink = not calm and self.app.animation_level != "none"

    async def _on_key(self, event: events.Key) -> None:
        if self.mode is Mode.INSERT:
            if event.key == "escape":
                event.stop()
                event.prevent_default()
                self._enter_normal_mode(shift_cursor_left=True)
            else:
                await super()._on_key(event)
            return
        event.prevent_default()  # no key types anything here
        if self.mode is Mode.COMMAND:
            event.stop()
            await self._handle_command_key(event)
        elif self._idle and event.key == "escape":
            pass  # the screen may want it
        elif self._own(event) or self._handle_normal_key(event):
            event.stop()
        self.post_message(self.StatusChanged(self.status_text))

    @property
    def _idle(self) -> bool:
        """NORMAL, and no command begun."""
        begun = self._count or self._pending_op or self._pending_g or self._waiting
        return self.mode is Mode.NORMAL and not begun

    @property
    def status_text(self) -> str:
        return f"{super().status_text} {self._waiting}".rstrip()

    def _own(self, event: events.Key) -> bool:
        """The commands that are ours; whether this was one."""
        char = event.character or ""
        first, self._waiting = self._waiting, ""
        if first == "r":
            row, column = self.cursor_location
            if event.is_printable and column < len(self.document.get_line(row)):
                self.replace(char, (row, column), (row, column + 1))
                self.move_cursor((row, column))
            return True
        if first:
            if char == first:
                self._shift_lines(first)
            return True
        if self._pending_op or self._pending_g:
            return False
        if char in ("<", ">") and self.mode is not Mode.NORMAL:
            self._shift(char)
            self._enter_normal_mode()
        elif char in ("<", ">", "r"):
            self._waiting = char
        elif char in ("o", "O") and self.mode is Mode.NORMAL:
            self._open_line(below=char == "o")
        elif char == "/":
            self.post_message(self.SearchRequested())
        elif char in ("n", "N"):
            self.post_message(self.SearchAgain(char == "N"))
        else:
            return False
        return True

    def _shift(self, way: str) -> None:
        self._change_rows(editing.indent if way == ">" else editing.dedent)

    def _shift_lines(self, way: str) -> None:
        """``3>>``: this line and the two after it; the cursor stays on its line, at what stands there."""
        row, lines = self.cursor_location[0], int(self._count or 1)
        self._count = ""
        last = min(row + lines, self.document.line_count) - 1
        self.selection = Selection((row, 0), self._end_of_line(last))
        self._shift(way)
        self.move_cursor((row, len(editing.depth(self.document.get_line(row)))))

    def _open_line(self, *, below: bool) -> None:
        """A new line, as deep as the code calls for."""
        row = self.cursor_location[0]
        line = self.document.get_line(row)
        if below:
            space = editing.depth_after(line)
            self.insert("\n" + space, (row, len(line)))
            row += 1
        else:
            space = editing.depth(line)
            self.insert(space + "\n", (row, 0))
        self.move_cursor((row, len(space)))
        self._enter_insert()
