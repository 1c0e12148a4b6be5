"""Every key of the screen underneath, read from its bindings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from interviewer.core.settings import FILE
from interviewer.tui.screens.base import BaseScreen

#: The first word of a binding's id, as a heading. Others are headed by the word itself.
GROUPS = {
    "app": "Everywhere",
    "home": "Home",
    "interview": "Interview",
    "answer": "Answering",
    "code": "Code editor",
    "find": "Find and replace",
    "conversation": "Conversation",
    "report": "Report",
    "history": "History",
    "replay": "Transcript",
    "pair": "Side by side",
    "trends": "Topics over time",
}

#: What TextArea itself can do, and a candidate may look for.
EDITING = """\
  ctrl+z, ctrl+y         undo, redo
  ctrl+c, ctrl+x, ctrl+v copy, cut, paste
  ctrl+k, ctrl+u         delete to the end, to the start of the line
  ctrl+w, alt+backspace  delete the word before
  f7                     select all
  shift and arrows       select"""


class HelpScreen(BaseScreen):
    """Made from the bindings, so it cannot be out of date."""

    HEADING = "Keys on this screen"
    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "app.pop_screen", "Back", id="help.back")]

    def __init__(self, about: Screen) -> None:
        super().__init__()
        self._about = about

    def content(self) -> Iterable[Widget]:
        with VerticalScroll():
            yield Static(keys(self._about))

    def on_mount(self) -> None:
        self.set_focus(self.query_one(VerticalScroll))


def bindings(screen: Screen) -> dict[str, tuple[str, str]]:
    """Binding id -> (keys as they are now, what it does), for a screen, its widgets and the app."""
    rows: dict[str, tuple[list[str], str]] = {}
    keymap = screen.app._keymap
    for node in [screen, *screen.query("*"), screen.app]:
        for group in node._bindings.key_to_bindings.values():
            for one in group:
                if one.id and one.description:
                    shown = rows.setdefault(one.id, ([], one.description))[0]
                    names = keymap.get(one.id, one.key).split(",")
                    shown += [name for name in names if name not in shown]
    return {id: (", ".join(map(pretty, names)), what) for id, (names, what) in rows.items()}


def pretty(key: str) -> str:
    """A key as people write it."""
    return key.replace("slash", "/").replace("underscore", "_").replace("escape", "esc")


def keys(screen: Screen) -> Content:
    """Key, what it does, and the id by which a keymap can change it, under a heading each."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for id, (key, what) in bindings(screen).items():
        groups.setdefault(id.partition(".")[0], []).append((key, what, id))
    lines: list[Content] = []
    for group, rows in groups.items():
        lines.append(Content.styled(GROUPS.get(group, group), "bold"))
        for key, what, id in rows:
            lines.append(Content.assemble(f"  {key:<22} {what:<24} ", (id, "dim")))
        if group == "code":
            lines += [Content(line) for line in EDITING.split("\n")]
        lines.append(Content())
    lines += [
        Content("ctrl+p lists every command, and finds it by name."),
        Content(f'A key is changed in {FILE}, under [keys]: "interview.hint" = "f7"'),
        Content("Screen readers: interviewer start --plain is the same interview, line by line."),
    ]
    return Content("\n").join(lines)
