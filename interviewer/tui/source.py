"""Python text and its syntax tree: how rows are to be coloured, and which ones an edit touched."""

from __future__ import annotations

from functools import cache

import tree_sitter_python
from rich.cells import cell_len
from textual.document._document import Document, EditResult, Location
from textual.document._syntax_aware_document import SyntaxAwareDocument
from textual.geometry import Size
from textual.widgets import TextArea
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from interviewer.tui.theme import syntax

#: First column, column after the last (None: to the end of the row), in bytes; the capture's name.
Paint = tuple[int, int | None, str]


@cache
def language() -> Language:
    return Language(tree_sitter_python.language())


@cache
def highlights() -> Query:
    """What Textual knows of Python, less what has no colour here. It takes 50 ms to compile."""
    query = Query(language(), TextArea._get_builtin_highlight_query("python"))
    names = {query.capture_name(number) for number in range(query.capture_count)}
    for name in names - syntax(dark=True).keys():
        query.disable_capture(name)
    return query


class PythonSource(SyntaxAwareDocument):
    """Textual's parser asks Python for one line at a time, up to thousands of times a key; this one's reads
    the whole text in one piece."""

    def __init__(self, text: str) -> None:
        Document.__init__(self, text)
        self.language = language()
        self._parser = Parser(self.language)
        self._syntax_tree = self._parser.parse(self.text.encode())
        self._touched: list[range | None] = []  # for each edit so far; None: rows came or went
        self._tab_width, self._widths = 0, [0]  # of each row, in cells

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        top, bottom = sorted((start, end))
        tree, lines = self._syntax_tree, self.line_count
        first, old_last = self._place(top), self._place(bottom)
        result = Document.replace_range(self, start, end, text)
        last = self._place(result.end_location)
        fresh = self.lines[top[0] : last[1][0] + 1]
        self._widths[top[0] : bottom[0] + 1] = [cells(line, self._tab_width) for line in fresh]
        tree.edit(first[0], old_last[0], last[0], first[1], old_last[1], last[1])
        self._syntax_tree = self._parser.parse(self.text.encode(), tree)
        one_row = top[0] == bottom[0] and lines == self.line_count
        self._touched.append(self._reach(first[1], last[1], tree) if one_row else None)
        return result

    def get_size(self, tab_width: int) -> Size:
        if tab_width != self._tab_width:
            self._tab_width, self._widths = tab_width, [cells(line, tab_width) for line in self.lines]
        return Size(max(self._widths), self.line_count)

    def _place(self, location: Location) -> tuple[int, tuple[int, int]]:
        """A location as tree-sitter has it: the byte, and the row and the byte in it."""
        row, column = self._location_to_point(location)
        above = self.newline.join(self.lines[:row]) + self.newline if row else ""
        return len(above.encode()) + column, (row, column)

    def _reach(self, first: tuple[int, int], last: tuple[int, int], before: Tree) -> range:
        """The rows that an edit within one may have changed the colours of: where the tree is another one
        now, and the statement, because what a name is may depend on another name in it."""
        row, start = first
        around = (row, max(0, start - 1)), (row, last[1] + 1)
        node = self._syntax_tree.root_node.descendant_for_point_range(*around)
        spans = [(row, row)]
        while node and node.parent and not _holds_block(node):
            spans.append((node.start_point.row, node.end_point.row))
            node = node.parent
        changed = before.changed_ranges(self._syntax_tree)
        spans += [(each.start_point.row, each.end_point.row) for each in changed]
        return range(min(first for first, _ in spans), max(last for _, last in spans) + 1)

    def touched(self) -> range | None:
        """The rows that were touched since this was asked last; None: any may have been."""
        edits, self._touched = self._touched, []
        return edits[0] if len(edits) == 1 else None

    def paints(self, rows: range) -> dict[int, tuple[Paint, ...]]:
        """How these rows are coloured; what comes later goes over what came before it, inner over outer."""
        cursor = QueryCursor(highlights())
        cursor.set_point_range((rows.start, 0), (rows.stop, 0))
        captured = [
            (node.start_byte, -node.end_byte, pattern, name, node)
            for pattern, captures in cursor.matches(self._syntax_tree.root_node)
            for name, nodes in captures.items()
            for node in nodes
        ]
        found: dict[int, list[Paint]] = {row: [] for row in rows}
        for *_, name, node in sorted(captured, key=lambda each: each[:4]):
            (top, start), (bottom, end) = node.start_point, node.end_point
            for row in range(max(top, rows.start), min(bottom + 1, rows.stop)):
                found[row].append((start if row == top else 0, end if row == bottom else None, name))
        return {row: tuple(paints) for row, paints in found.items()}


def cells(line: str, tab_width: int) -> int:
    return cell_len(line.expandtabs(tab_width))


def _holds_block(node: Node) -> bool:
    return any(child.type == "block" for child in node.children)
