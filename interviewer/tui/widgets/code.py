"""The code editor: Textual's TextArea with the habits of a Python editor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.document._document_navigator import DocumentNavigator
from textual.document._edit import Edit
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Size
from textual.reactive import Reactive, reactive
from textual.strip import Strip
from textual.widgets.text_area import EditResult, Selection, TextAreaTheme

from interviewer.tui import editing
from interviewer.tui.source import PythonSource
from interviewer.tui.theme import syntax
from interviewer.tui.widgets.box import Box

#: Rows above and below the visible ones that are highlighted too, so that a small scroll needs no new query.
MARGIN = 15
#: Columns by which a text that does not fit grows at once.
WIDER_BY = 8


class CodeEditor(Box):
    """Only rows in sight are highlighted, only those that changed are drawn: a long file costs no more."""

    #: As TextArea's, but that a cursor moves is no reason to draw every row anew.
    selection: Reactive[Selection] = reactive(Selection(), init=False, always_update=True, repaint=False)

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+slash,ctrl+underscore", "comment", "Comment/uncomment", id="code.comment", show=False),
        Binding("shift+tab", "dedent", "Indent less", id="code.dedent", show=False),
        Binding("alt+up", "move_line(-1)", "Move lines up", id="code.up", show=False),
        Binding("alt+down", "move_line(1)", "Move lines down", id="code.down", show=False),
        Binding("ctrl+home", "to_edge(False)", "To the first line", id="code.first", show=False),
        Binding("ctrl+end", "to_edge(True)", "To the last line", id="code.last", show=False),
    ]

    def __init__(self, id: str) -> None:
        self._painted = range(0)  # the rows that are highlighted
        self._looks: dict[int, tuple] = {}  # text and highlights of those rows, as they were drawn last
        self._row_count = 0
        self.marks: dict[int, str] = {}  # row -> the glyph that an error or a finding puts beside it
        super().__init__(
            id=id,
            language="python",
            soft_wrap=False,
            show_line_numbers=True,
            tab_behavior="indent",
            compact=True,
        )
        self.close_brackets = True

    def on_mount(self) -> None:
        self._app_theme_changed()

    # ------------------------------------------------------------------ looks

    def _app_theme_changed(self) -> None:
        dark = self.app.current_theme.dark
        self.register_theme(TextAreaTheme("desk", syntax_styles=syntax(dark)))
        self.theme = "desk"
        self._set_theme("desk")
        self._line_cache.clear()
        self.refresh()

    def _set_document(self, text: str, language: str | None) -> None:
        """As TextArea's own, with a document that is quicker at each key."""
        self.document = PythonSource(text)
        self.wrapped_document = WrappedDocument(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def _build_highlight_map(self) -> None:
        """TextArea's own asks for the whole document at every key, and draws every line anew.

        This asks for what an edit touched, of what is in sight, and draws only what changed.
        """
        touched, rows = self.document.touched(), self.document.line_count
        if touched is None or rows != self._row_count or not self._painted:
            self._paint_window()
        else:
            self._paint(range(max(touched.start, self._painted.start), min(touched.stop, self._painted.stop)))
        self._row_count = rows

    def _paint_window(self) -> None:
        """Highlight the rows in sight, and some around them, and draw all of them anew."""
        top = int(self.scroll_offset.y)
        last = min(top + max(self.size.height, 1) + MARGIN, self.document.line_count)
        self._painted = range(min(max(0, top - MARGIN), last), last)
        self._looks.clear()
        self._highlights.clear()
        self._line_cache.clear()
        self._paint(self._painted)
        self.refresh()

    def _paint(self, rows: range) -> None:
        """Highlight these rows; those that look different now are drawn anew."""
        changed = set()
        for row, paints in self.document.paints(rows).items():
            look = self.document.get_line(row), paints
            if self._looks.get(row) != look:
                changed.add(row)
                self._looks[row] = look
                self._highlights[row] = list(paints)
        for key in [key for key in self._line_cache.keys() if key[2] in changed]:  # noqa: SIM118
            self._line_cache.discard(key)
        self._draw(changed)

    def _draw(self, rows: Iterable[int]) -> None:
        """Have these rows drawn anew, and no others."""
        for row in self._in_sight().intersection(rows):
            self.refresh_lines(row)

    def _watch_selection(self, before: Selection, selection: Selection) -> None:
        """Draw the rows that a cursor or a selection left or came to."""
        brackets = {self._matching_bracket_location}
        super()._watch_selection(before, selection)
        brackets.add(self._matching_bracket_location)
        rows = {place[0] for place in brackets if place}
        for first, last in (sorted(before), sorted(selection)):
            rows.update(range(first[0], last[0] + 1))
        self._draw(rows)

    def _in_sight(self) -> set[int]:
        top = int(self.scroll_offset.y)
        return set(range(top, min(top + self.size.height, self.document.line_count)))

    def _refresh_size(self) -> None:
        """A width in steps: each new one has the whole screen laid out anew."""
        width, height = self.document.get_size(self.indent_width)
        width += self.gutter_width + 1  # the cursor may stand behind the last character
        room = self.container_size.width - self.styles.scrollbar_size_vertical
        self.virtual_size = Size(room if width <= room else -(-width // WIDER_BY) * WIDER_BY, height)
        self._refresh_scrollbars()

    def _watch_scroll_y(self) -> None:
        super()._watch_scroll_y()
        self._keep_painted()

    def _on_resize(self) -> None:  # TextArea's own is called too
        self._keep_painted()

    def _keep_painted(self) -> None:
        if not self._in_sight() <= set(self._painted):
            self._paint_window()

    def mark(self, marks: dict[int, str]) -> None:
        """Put a glyph beside rows (0-based); only these have one then."""
        self.marks = {row: glyph for row, glyph in marks.items() if 0 <= row < self.document.line_count}
        self._line_cache.clear()
        self.refresh()

    def edit(self, edit: Edit) -> EditResult:
        """Marks stay with their lines."""
        before, row = self.document.line_count, min(edit.from_location, edit.to_location)[0]
        result = super().edit(edit)
        if self.marks and (moved := self.document.line_count - before):
            self.mark({at + moved if at > row else at: glyph for at, glyph in self.marks.items()})
        return result

    def _render_line(self, y: int) -> Strip:
        strip = super()._render_line(y)
        row = y + int(self.scroll_offset.y)
        if row not in self.marks or row >= self.document.line_count:
            return strip
        width = self.gutter_width
        label = f"{row + self.line_number_start:>{width - 2}}{self.marks[row]} "
        ground = next((segment.style for segment in strip if segment.style), Style())
        colour = self.app.current_theme.error if self.marks[row] == "✗" else self.app.current_theme.warning
        gutter = Segment(label, ground + Style(color=colour, bold=True))
        return Strip.join([Strip([gutter], width), strip.crop(width)])

    # ------------------------------------------------------------------ keys

    async def _on_key(self, event: events.Key) -> None:
        """Tab over a selection would delete it, and escape would leave: neither is wanted in code."""
        own: dict[str, Callable[[], None]] = {
            "tab": self._tab,
            "shift+tab": self.action_dedent,
            "enter": self._break,
        }
        if event.key == "escape" and not self.read_only:
            return  # the screen may want it
        act = own.get(event.key)
        if act is None and event.character and self._paired(event.character):
            act = lambda: None  # noqa: E731 – already done
        if act and not self.read_only:
            event.stop()
            event.prevent_default()
            act()
            return
        await super()._on_key(event)

    def _paired(self, char: str) -> bool:
        """Type a bracket or quote with its partner, step over a partner, or wrap the selection."""
        if self.read_only or not self.close_brackets:
            return False
        (row, column), start = self.cursor_location, self.selection.start
        line = self.document.get_line(row)
        if start != self.selection.end:
            if char not in editing.CLOSES:
                return False
            first, last = sorted((self.selection.start, self.selection.end))
            self.replace(char + self.selected_text + editing.CLOSES[char], first, last)
            return True
        if char in editing.CLOSES.values() and line[column : column + 1] == char:
            self.move_cursor((row, column + 1))
            return True
        if editing.closes_itself(char, line[:column], line[column:]):
            self.insert(char + editing.CLOSES[char])
            self.move_cursor((row, column + 1))
            return True
        return False

    def action_delete_left(self) -> None:
        """Backspace: a level of indentation at once, and an empty pair of brackets together."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        pair = line[column - 1 : column + 1] if column else ""
        if self.read_only or self.selection.start != self.selection.end:
            super().action_delete_left()
        elif self.close_brackets and len(pair) == 2 and editing.CLOSES.get(pair[0]) == pair[1]:
            self.delete((row, column - 1), (row, column + 1))
        elif (width := editing.backspace_width(line[:column])) > 1:
            self.delete((row, column - width), (row, column))
        else:
            super().action_delete_left()

    def _rows(self) -> range:
        """The rows that the selection touches."""
        (first, _), (last, column) = sorted([self.selection.start, self.selection.end])
        return range(first, last + (0 if last > first and column == 0 else 1))

    def _change_rows(self, change: Callable[[list[str]], list[str]]) -> None:
        """Change whole rows in one edit (so one undo), and keep the selection on what it was on."""
        rows = self._rows()
        old = [self.document.get_line(row) for row in rows]
        new = change(old)
        if new == old or self.read_only:
            return
        start, end = self.selection

        def moved(place: tuple[int, int]) -> tuple[int, int]:
            row, column = place
            if row not in rows or not column:
                return place
            at = rows.index(row)
            return row, max(0, column + len(new[at]) - len(old[at]))

        self.replace("\n".join(new), (rows[0], 0), (rows[-1], len(old[-1])), maintain_selection_offset=False)
        self.selection = Selection(moved(start), moved(end))

    def _tab(self) -> None:
        if self.selection.start == self.selection.end:
            column = self.cursor_location[1]
            self.insert(editing.INDENT[column % len(editing.INDENT) :])
        else:
            self._change_rows(editing.indent)

    def action_dedent(self) -> None:
        self._change_rows(editing.dedent)

    def action_comment(self) -> None:
        self._change_rows(editing.toggle_comment)

    def action_move_line(self, step: int) -> None:
        """Exchange the selected rows with the row above or below."""
        rows = self._rows()
        other = rows[0] - 1 if step < 0 else rows[-1] + 1
        if self.read_only or not 0 <= other < self.document.line_count:
            return
        first, last = min(rows[0], other), max(rows[-1], other)
        block = [self.document.get_line(row) for row in rows]
        passed = self.document.get_line(other)
        text = "\n".join([*block, passed] if step < 0 else [passed, *block])
        start, end = self.selection
        self.replace(
            text, (first, 0), (last, len(self.document.get_line(last))), maintain_selection_offset=False
        )
        self.selection = Selection((start[0] + step, start[1]), (end[0] + step, end[1]))

    def _break(self) -> None:
        """A new line, as deep as the code calls for; between brackets, the closing one gets its own."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        before, after = line[:column], line[column:]
        deeper = editing.depth_after(before)
        between = (
            before[-1:] in editing.CLOSES and after[:1] == editing.CLOSES[before[-1]] if before else False
        )
        if between and self.selection.start == self.selection.end and before[-1] not in "\"'":
            self.replace(f"\n{deeper}\n{editing.depth(before)}", *self.selection)
            self.move_cursor((row + 1, len(deeper)))
        else:
            self.replace("\n" + deeper, *self.selection)

    def action_to_edge(self, last: bool) -> None:
        self.move_cursor(self.document.end if last else (0, 0))

    # ------------------------------------------------------------------ finding

    def go_to(self, row: int, column: int = 0) -> None:
        """Put the cursor on a row (0-based), in the middle of the pane."""
        row = max(0, min(row, self.document.line_count - 1))
        self.move_cursor((row, min(column, len(self.document.get_line(row)))), center=True)

    def find(self, needle: str, *, backwards: bool = False) -> bool:
        """Select the next place where ``needle`` stands; whether there is one."""
        first, last = sorted((self.selection.start, self.selection.end))
        start = self.document.get_index_from_location(first if backwards else last)
        at = editing.find(self.text, needle, start, backwards=backwards)
        if at is None:
            return False
        begin = self.document.get_location_from_index(at)
        end = self.document.get_location_from_index(at + len(needle))
        self.selection = Selection(begin, end)
        self.scroll_cursor_visible(center=True)
        return True

    def replace_found(self, needle: str, new: str) -> bool:
        """Replace the selected occurrence, and go to the next; whether there was one selected."""
        selected = self.selected_text
        if not needle or selected.lower() != needle.lower():
            return self.find(needle)
        self.replace(new, *sorted((self.selection.start, self.selection.end)))
        self.find(needle)
        return True

    def replace_all(self, needle: str, new: str) -> int:
        """Replace every occurrence in one edit; how many there were."""
        text, count, at = self.text, 0, 0
        out: list[str] = []
        while needle and (found := editing.find(text[at:], needle, 0)) is not None:
            out += [text[at : at + found], new]
            at += found + len(needle)
            count += 1
        if count:
            self.replace("".join([*out, text[at:]]), (0, 0), self.document.end)
        return count

    def set_text(self, text: str) -> None:
        """Change the whole text in one edit that undo takes back."""
        if text != self.text:
            self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
            self.move_cursor((0, 0))
