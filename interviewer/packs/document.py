"""YAML as a tree that remembers where everything stands.

The tree is built from the parser's events and not by ``yaml.load``: an iterative reader with bounds
survives files that are too deep, too large or full of aliases, keeps what stood before a syntax
error, and sees what loading hides (keys given twice, ``no`` that became false, ``1:30`` that became
90).
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from interviewer.packs.problems import Problem

MAX_BYTES = 2_000_000
MAX_DEPTH = 32
MAX_NODES = 200_000

_TAG = "tag:yaml.org,2002:"
_TRUE = frozenset(("true", "yes", "on"))


class Surprise:
    """A plain scalar that YAML reads as something no pack ever means: a date, 1:30, 017, .nan…

    It is of no JSON type, so that every schema refuses it, where it stands.
    """

    def __init__(self, reads_as: str):
        self.reads_as = reads_as

    def __repr__(self) -> str:
        return f"<{self.reads_as}>"


class Node:
    """A value and its place. ``value`` is a scalar, a list of nodes, or a dict of ``Entry``."""

    __slots__ = ("column", "line", "plain", "raw", "value")

    def __init__(self, value: Any, mark: Any, raw: str = "", plain: bool = False):
        self.value = value
        self.line = mark.line + 1 if mark else 1
        self.column = mark.column + 1 if mark else 1
        self.raw = raw  # a scalar as written, quotes and escapes resolved
        self.plain = plain  # written without quotes

    def data(self) -> Any:
        """The plain data, without places. Depth is bounded by the reader."""
        if isinstance(self.value, dict):
            return {key: entry.value.data() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [item.data() for item in self.value]
        return self.value

    def at(self, path: Iterable[str | int]) -> Node:
        """The node at a path of keys and indices, or the last one that is there."""
        node = self
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                node = node.value[step].value
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            else:
                break
        return node

    def get(self, key: str) -> Node | None:
        """The value of a key; None where there is no such key."""
        entry = self.value.get(key) if isinstance(self.value, dict) else None
        return entry.value if entry else None

    def text(self, key: str) -> str:
        """The text under a key; empty where there is none."""
        node = self.get(key)
        return node.value if node and isinstance(node.value, str) else ""

    def items(self, key: str) -> list[Node]:
        """The items of the list under a key; none where there is no such list."""
        node = self.get(key)
        return node.value if node and isinstance(node.value, list) else []

    @property
    def place(self) -> tuple[int, int]:
        return self.line, self.column


class Entry(NamedTuple):
    """A key and its value in a mapping."""

    key: Node
    value: Node


class Document:
    """A file as read: its tree (None where there is none) and what was wrong with it."""

    def __init__(self, path: str, digest: str = ""):
        self.path = path
        self.digest = digest  # sha256 of the bytes, first 16 hex digits
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.cut: tuple[int, int] | None = None  # from here on, it could not be read
        self.hopeless = False  # too much is wrong for any of it to be used

    def items(self, key: str) -> list[Node]:
        """The items of the outermost list of that name."""
        return self.root.items(key) if self.root else []

    def sound(self, items: list[Node]) -> list[Node]:
        """Those of the items of the outermost list into which no error falls."""
        if self.hopeless or self.root is None:
            return []
        keys = self.root.value.values() if isinstance(self.root.value, dict) else ()
        starts = {item.place for item in items} | {entry.key.place for entry in keys}
        starts = sorted(starts | ({self.cut} if self.cut else set()))
        errors = (p for p in self.problems if p.severity == "error" and p.path == self.path)
        hit = {starts[i - 1] for p in errors if (i := bisect_right(starts, (p.line, p.column)))}
        return [item for item in items if item.place not in hit]

    def sort(self) -> None:
        """The problems in the order of the file."""
        self.problems.sort(key=lambda problem: (problem.line, problem.column))

    def problem(self, at: Node | None, message: str, severity: str = "error") -> None:
        line, column = (at.line, at.column) if at else (1, 1)
        self.problems.append(Problem(self.path, line, column, message, severity))  # type: ignore[arg-type]


def read(path: Path, name: str | None = None) -> Document:
    """Read a YAML file; never raises for what is in it or for its absence.

    Args:
        path: the file.
        name: how problems call it; by default as given.
    """
    shown = name or str(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        document = Document(shown)
        document.problem(None, f"cannot be read: {error.strerror or error}")
        return document
    return parse(data, shown)


def parse(data: bytes, name: str) -> Document:
    """The tree of a YAML text in UTF-8."""
    document = Document(name, digest=hashlib.sha256(data).hexdigest()[:16])
    text = _decode(data, document)
    if text is not None:
        _Reader(document).read(text)
    return document


def _decode(data: bytes, document: Document) -> str | None:
    if len(data) > MAX_BYTES:
        document.problem(None, f"is larger than {MAX_BYTES // 1_000_000} MB; split it into several files")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        document.problems.append(
            _at_end(document.path, before, f"is not UTF-8 (byte {data[error.start]:#04x}); save it as UTF-8")
        )
        return None


def _at_end(path: str, before: str, message: str) -> Problem:
    """A problem at the place that follows ``before``."""
    line = before.count("\n") + 1
    return Problem(path, line, len(before) - before.rfind("\n"), message)


class _Stop(Exception):
    """The rest of the file is not worth reading; the reason is among the problems."""


class _Open(NamedTuple):
    """A list or mapping whose end has not been seen, and the key that waits for its value."""

    node: Node
    key: list[Node]


class _Reader:
    """Builds one document's tree from the parser's events."""

    def __init__(self, document: Document):
        self.document = document
        self.stack: list[_Open] = []
        self.nodes = 0

    def read(self, text: str) -> None:
        import yaml

        self.scalar_node = yaml.ScalarNode
        handlers = {
            yaml.ScalarEvent: self.scalar,
            yaml.SequenceStartEvent: self.open_list,
            yaml.MappingStartEvent: self.open_mapping,
            yaml.SequenceEndEvent: self.close,
            yaml.MappingEndEvent: self.close,
            yaml.AliasEvent: self.alias,
            yaml.DocumentStartEvent: self.document_start,
        }
        try:
            self.loader = loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
            while (event := loader.get_event()) is not None:
                if handler := handlers.get(type(event)):
                    handler(event)
        except _Stop:
            self.salvage()
        except yaml.YAMLError as error:
            self.document.problems.append(_syntax_problem(self.document.path, text, error))
            self.salvage()
        if self.document.root is None and not self.document.problems:
            self.document.problem(None, "is empty")

    def document_start(self, event: Any) -> None:
        if self.document.root is not None:
            self.fail(event, "a second YAML document starts here; a pack is a single one")

    def fail(self, event: Any, message: str) -> None:
        self.document.problem(Node(None, event.start_mark), message)
        raise _Stop

    def alias(self, event: Any) -> None:
        self.fail(event, f"`*{event.anchor}` repeats another place; write it out")

    def _admit(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fail(event, f"has more than {MAX_NODES:,} entries; split it into several files")
        if event.anchor:
            self.fail(
                event, f"`&{event.anchor}` names a place to be repeated; write it out where it is needed"
            )
        if event.tag and event.tag not in ("!", _TAG + "str"):
            shown = event.tag.replace(_TAG, "!!")
            self.fail(event, f"the tag `{shown}` is not used in packs; remove it")

    def open_list(self, event: Any) -> None:
        self._open(event, [])

    def open_mapping(self, event: Any) -> None:
        self._open(event, {})

    def _open(self, event: Any, value: list | dict) -> None:
        self._admit(event)
        if len(self.stack) >= MAX_DEPTH:
            self.fail(event, f"is nested more than {MAX_DEPTH} levels deep")
        self.stack.append(_Open(Node(value, event.start_mark), []))

    def close(self, _event: Any) -> None:
        self.attach(self.stack.pop().node)

    def scalar(self, event: Any) -> None:
        self._admit(event)
        value, raw = event.value, event.value
        plain = not event.style  # None from the parser in Python, empty from the one in C
        if plain and event.implicit[0]:
            value = _plain_value(self.loader.resolve(self.scalar_node, raw, event.implicit), raw)
        self.attach(Node(value, event.start_mark, raw, plain))

    def attach(self, node: Node) -> None:
        """Put a finished node into what is open; a mapping takes key and value in turn."""
        if not self.stack:
            self.document.root = node
            return
        parent, waiting = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif waiting:
            self._entry(parent, waiting.pop(), node)
        else:
            waiting.append(node)

    def _entry(self, mapping: Node, key: Node, node: Node) -> None:
        if key.raw == "<<" and key.plain:
            self.document.problem(key, "`<<` merges another place; write its keys out")
        elif not isinstance(key.value, str):
            written = (
                f"`{_short(key.raw)}`" if not isinstance(key.value, (list, dict)) else "a list or mapping"
            )
            self.document.problem(key, f"{written} is no key here; a key is a word, in quotes if need be")
        elif first := mapping.value.get(key.value):
            message = f"`{_short(key.value)}` is given twice (first in line {first.key.line})"
            self.document.problem(key, message)
        else:
            mapping.value[key.value] = Entry(key, node)

    def salvage(self) -> None:
        """After an error: keep the finished items of the outermost list, drop what was open in it."""
        last = self.document.problems[-1]
        dropped = self.stack[2].node.place if len(self.stack) > 2 else (last.line, last.column)
        self.document.cut = min(dropped, (last.line, last.column))
        for child in (1, 0):
            del self.stack[child + 1 :]
            if len(self.stack) > child:
                self.close(None)


def _plain_value(tag: str, raw: str) -> Any:
    """What an unquoted scalar means (numbers only as everybody writes them), or a ``Surprise``."""
    kind = tag.removeprefix(_TAG)
    if kind == "str":
        return raw
    if kind == "bool":
        return raw.lower() in _TRUE
    if kind == "null":
        return None
    if kind == "int" and _is_decimal(raw):
        return int(raw)
    if kind == "float" and raw.lower().endswith((".inf", ".nan")):
        return Surprise("infinity" if raw.lower().endswith("f") else "not a number")
    if kind == "float" and not (":" in raw or "_" in raw):
        number = float(raw)
        return number if math.isfinite(number) else Surprise("infinity")
    if kind in ("int", "float"):
        return Surprise("a number in base 60" if ":" in raw else "an odd way to write a number")
    return Surprise("a date" if kind == "timestamp" else f"a {kind}")


def _is_decimal(raw: str) -> bool:
    """Whether YAML 1.1, YAML 1.2 and a person all read this whole number alike."""
    digits = raw.removeprefix("-")
    return digits.isdigit() and len(digits) <= 16 and (digits == "0" or digits[0] != "0")


#: The parser's words, and ours. The first that occurs in the parser's message is taken.
_SYNTAX = (
    ("mapping values are not allowed", "`: ` in text without quotes; put the whole text in quotes"),
    ("unexpected end of stream", "a quote is opened here and never closed"),
    ("unexpected document indicator", "a quote is opened here and never closed"),
    ("unknown escape character", "an unknown escape in double quotes; use single quotes, or write `\\\\`"),
    ("expected ',' or ']'", "a list in [ ] lacks a comma or its end, or holds text that needs quotes"),
    ("expected ',' or '}'", "a mapping in { } lacks a comma or its end, or holds text that needs quotes"),
    ("expected node content", "something is missing here, or text that needs quotes"),
    ("expected ':'", "a key without `:`, or text that needs quotes"),
    ("expected key", "this does not fit: an indentation that changed, or text that needs quotes"),
    ("expected '-' indicator", "this does not fit: an indentation that changed, or an item without `- `"),
    ("found undefined tag handle", "text that starts with `!` needs quotes"),
    ("expected alphabetic or numeric", "text that starts with `*` or `&` needs quotes"),
    ("block sequence entries are not allowed", "`- ` does not belong here; put the list on its own lines"),
)


#: What YAML refuses wherever it stands.
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def _syntax_problem(path: str, text: str, error: Any) -> Problem:
    """The parser's error in words that say what to do."""
    import re

    if bad := re.search(_UNPRINTABLE, text):
        message = f"holds a control character (U+{ord(bad[0]):04X}); remove it"
        return _at_end(path, text[: bad.start()], message)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or str(error)
    message = next((ours for theirs, ours in _SYNTAX if theirs in said), f"is not YAML: {said}")
    if "never closed" in message and getattr(error, "context_mark", None):
        mark = error.context_mark
    if mark is None:
        return Problem(path, 1, 1, message)
    lines = text.splitlines()
    rest = lines[mark.line][mark.column :] if mark.line < len(lines) else ""
    if "cannot start any token" in said and rest:
        start = "a backtick" if rest[0] == "`" else f"`{rest[0]}`"
        message = (
            "a tab; indent with spaces" if rest[0] == "\t" else f"text that starts with {start} needs quotes"
        )
    return Problem(path, mark.line + 1, mark.column + 1, message)


def _short(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
