"""Short questions over another screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from interviewer.core.ports import SessionStore, StoreError
from interviewer.tui.widgets.line import Line


class Choose(ModalScreen[str | None]):
    """A question with a few ways to answer it, each with a letter; the last one is the safe one."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Cancel", id="choose.cancel")]

    def __init__(self, question: str, ways: Sequence[tuple[str, str, str | None]]) -> None:
        super().__init__()
        self._question, self._ways = question, list(ways)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(self._question), classes="question")
            yield OptionList(
                *(Option(Content.assemble((key, "bold"), f"  {label}")) for key, label, _ in self._ways),
                compact=True,
            )

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = len(self._ways) - 1

    def on_key(self, event: events.Key) -> None:
        for key, _, value in self._ways:
            if event.key == key:
                event.stop()
                self.dismiss(value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._ways[event.option_index][2])


class Confirm(Choose):
    """Yes or no; no is where the cursor is. Dismisses with "yes" or None."""

    def __init__(self, question: str) -> None:
        super().__init__(question, [("y", "Yes", "yes"), ("n", "No", None)])


class Ask(ModalScreen[str | None]):
    """One line of text; None when cancelled."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Cancel", id="ask.cancel")]

    def __init__(self, question: str, value: str) -> None:
        super().__init__()
        self._question, self._value = question, value

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(self._question), classes="question")
            yield Line(self._value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)


class SaveElsewhere(ModalScreen[None]):
    """Write a text to a file of the person's choice; the name's ending may choose among several texts."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Cancel", id="save.cancel")]

    def __init__(
        self, text: str, name: str, *, forms: dict[str, Callable[[], str]] | None = None, note: str = ""
    ) -> None:
        super().__init__()
        self._text, self._file, self._forms, self._note = text, name, forms or {}, note

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(
                Content(f"Save to this file (Enter saves, Esc cancels):{self._note}"), classes="question"
            )
            yield Line(str(Path.home() / self._file), id="path", select_on_focus=False)
            yield Static(id="said")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        path = Path(event.value.strip()).expanduser()
        form = self._forms.get(path.suffix.lower())
        try:
            text = form() if form else self._text
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            self._say("It exists already; choose another name.")
        except (OSError, ValueError) as error:
            self._say(f"Not saved: {getattr(error, 'strerror', None) or error}. Choose another place.")
        else:
            self.app.notify(f"Saved to {path}.")
            self.dismiss()

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(Content(text))


async def save_session(app: App, store: SessionStore, session: str) -> None:
    """Ask where to save an interview; the ending of the name chooses Markdown, HTML or JSON."""
    import asyncio

    try:
        text = await asyncio.to_thread(store.export, session, "markdown")
    except StoreError as error:
        app.notify(str(error), severity="error")
        return
    forms = {".html": lambda: store.export(session, "html"), ".json": lambda: store.export(session, "json")}
    note = "\n.md to read, .html to print, .json to take in again elsewhere."
    await app.push_screen(SaveElsewhere(text, f"interview-{session}.md", forms=forms, note=note))
