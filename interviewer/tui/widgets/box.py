"""A box to type in that takes whatever is pasted, and shows it inert."""

from __future__ import annotations

from rich.text import Text
from textual.document._edit import Edit
from textual.widgets import TextArea
from textual.widgets.text_area import EditResult

from interviewer.core.inert import visible, whole


class Box(TextArea):
    """Control characters are kept as typed and drawn as signs; half a character would end the highlighter."""

    def get_line(self, line_index: int) -> Text:
        return Text(visible(self.document.get_line(line_index)), end="", no_wrap=True)

    def edit(self, edit: Edit) -> EditResult:
        edit.text = whole(edit.text)
        return super().edit(edit)

    def load_text(self, text: str) -> None:
        super().load_text(whole(text))
