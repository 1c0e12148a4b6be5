"""The conversation: who said what, each kind of turn visibly different, all text inert."""

from __future__ import annotations

import ast
import re
import textwrap
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Markdown, Static

from interviewer.core.inert import fenced, inert
from interviewer.core.transcript import Turn
from interviewer.core.wording import GLYPHS

NAMES = {"interviewer": "Interviewer", "candidate": "You", "grade": "Grade", "note": ""}

#: What is shown of one turn; the whole of it is in the report.
MOST_LINES, MOST_CHARACTERS = 60, 6_000
#: Turns kept on screen; older ones collapse into a line, so that a long interview stays quick.
MOST_TURNS, DROPPED_AT_ONCE = 100, 40

#: A turn that is still being said is drawn this often, however fast it comes.
DRAWN_EVERY_S = 0.08

#: It grows by so many rows at a time, because a new height lays out the whole conversation anew, and up to so
#: many; of a longer turn the last ones are shown until it is whole.
ROWS_AT_ONCE, MOST_ROWS = 4, 12

FENCE = re.compile(r"\s*(`{3,}|~{3,})")
#: How a line of Python begins that is no sentence.
CODE = re.compile(
    r"\s*(import \w|from [\w.]+ import |(def|class) \w+.*:|(for|while|if|with) .+:\s*$|return\b.*[(\[.=]"
    r"|@\w|[\w.]+(\[.*\])?\s*([-+*/@]?=)\s*\S|[\w.]+\.\w+\(.*\)\s*$)"
)

#: Colours of verdict glyphs; the glyph and the word say the same without them.
TONES = {
    GLYPHS["met"]: "$text-success",
    GLYPHS["partial"]: "$text-warning",
    GLYPHS["missed"]: "$text-muted",
    GLYPHS["contradicted"]: "$text-error",
}


#: And of the names of those who speak.
NAME_TONES = {"interviewer": "$text-primary", "candidate": "$text-secondary", "grade": "$text-success"}


def view_of(turn: Turn) -> Widget:
    """One turn: a name, and what was said. One widget where that will do: every widget of the conversation
    is looked at whenever something in it changes its size."""
    text, name, classes = shortened(inert(turn.text)), NAMES[turn.speaker], f"turn {turn.speaker}"
    title = [Content.styled(name, f"bold {NAME_TONES[turn.speaker]}")] if name else []
    if turn.code or (turn.speaker in ("interviewer", "note") and is_markdown(text)):
        said = Markdown(fenced(text, "python") if turn.code else text, open_links=False)
        return Vertical(*(Static(line) for line in title), said, classes=classes)
    said_plain = toned(text) if turn.speaker == "grade" else with_code(text)
    return Static(Content("\n").join([*title, said_plain]), classes=classes)


class Conversation(VerticalScroll):
    """The turns so far; stays at the end unless the reader has scrolled up."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._views: list[Widget] = []  # of the turns that are on screen
        self._in_sight = False
        self._saying = ""  # the turn that is still being said
        self._said: Static | None = None  # where it is shown
        self._drawing: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="earlier", classes="turn note")

    def on_mount(self) -> None:
        self.query_one("#earlier").display = False
        self.anchor()

    def on_show(self) -> None:
        self._in_sight = True
        if self._saying:
            self.say(self._saying)

    def on_hide(self) -> None:
        self._in_sight = False

    def say(self, text: str) -> None:
        """Show what is said so far of a turn that ``add`` will bring whole."""
        self._saying = text
        if self._drawing is None:
            self._drawing = self.set_timer(DRAWN_EVERY_S, self._draw)

    async def _draw(self) -> None:
        self._drawing = None
        if not (self._saying and self._in_sight):  # out of sight it has no width either
            return
        if self._said is None:
            self._said = Static(id="saying-now", classes="turn interviewer")
            await self.mount(self._said)
        view = self._said
        # Not its content_size: Textual lays out every turn to know that.
        width = max(1, (view.outer_size.width or self.outer_size.width) - view.gutter.width)
        end = inert(self._saying[-width * MOST_ROWS :])  # more cannot be in sight
        rows = Content(f"{end} ▌").wrap(width)
        height = min(MOST_ROWS, -(-len(rows) // ROWS_AT_ONCE) * ROWS_AT_ONCE)
        grown = height > (view.styles.height.value if view.styles.height else 0)
        if grown:
            view.styles.height = height
        view.update(Content("\n").join(rows[-MOST_ROWS:]), layout=False)

    async def add(self, *turns: Turn) -> None:
        if any(turn.speaker == "interviewer" for turn in turns):
            self._saying, said, self._said = "", self._said, None
            if said is not None:
                await said.remove()
        views = [view_of(turn) for turn in turns[-MOST_TURNS:]]
        self._views += views
        await self.mount_all(views)
        await self._collapse(hidden=max(0, len(turns) - MOST_TURNS))
        # Textual moves the bar of an anchored view without drawing it where it now is
        self.call_after_refresh(self.vertical_scrollbar.refresh)

    async def clear(self) -> None:
        """Begin with no turn."""
        self.query_one("#earlier").display = False
        gone, self._views = self._views, []
        await self.remove_children(gone)

    async def _collapse(self, hidden: int) -> None:
        if len(self._views) > MOST_TURNS:
            cut = len(self._views) - MOST_TURNS + DROPPED_AT_ONCE
            gone, self._views = self._views[:cut], self._views[cut:]
            await self.remove_children(gone)
            hidden += len(gone)
        if hidden:
            earlier = self.query_one("#earlier", Static)
            earlier.display = True
            earlier.update("… earlier turns: all of them are in the report and the transcript.")


def with_code(text: str) -> Content:
    """What a candidate typed, as it is, with the code in it in colours."""
    pieces = code_in(text)
    if not any(is_code for is_code, _ in pieces):
        return Content(text)
    from textual.highlight import highlight

    return Content("\n").join(
        highlight(piece, language="python") if is_code else Content(piece) for is_code, piece in pieces
    )


def code_in(text: str) -> list[tuple[bool, str]]:
    """The lines of a text in pieces: (whether it is Python, the lines).

    Python is what stands between fences, and lines that look like it and can be parsed as it.
    """
    pieces: list[tuple[bool, list[str]]] = []
    fence = ""
    for line in text.split("\n"):
        mark = FENCE.match(line)
        is_code = bool(fence) and not (mark and mark[1] == fence)
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
        elif not fence:
            is_code = bool(CODE.match(line)) or bool(pieces and pieces[-1][0] and line[:1] in (" ", "\t"))
        if not pieces or pieces[-1][0] != is_code:
            pieces.append((is_code, []))
        pieces[-1][1].append(line)
    return [(is_code and is_python("\n".join(lines)), "\n".join(lines)) for is_code, lines in pieces]


def is_python(text: str) -> bool:
    try:
        ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def is_markdown(text: str) -> bool:
    """Whether text needs a Markdown widget; a plain sentence does not, and costs a tenth without."""
    return any(mark in text for mark in ("\n", "`", "**"))


def shortened(text: str) -> str:
    """A text as long as is good to look at, and how much more there is."""
    lines = text.split("\n")
    head = "\n".join(lines[:MOST_LINES])[:MOST_CHARACTERS]
    left = len(text) - len(head)
    return text if left <= 0 else f"{head}\n… ({left:,} more characters, all kept)"


def toned(text: str) -> Content:
    """Verdict lines with their glyphs coloured."""
    lines = [
        Content.assemble((line[:1], f"{TONES[line[:1]]} bold"), line[1:])
        if line[:1] in TONES
        else Content(line)
        for line in text.split("\n")
    ]
    return Content("\n").join(lines)
