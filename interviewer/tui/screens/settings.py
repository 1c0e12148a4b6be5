"""Every setting, each a line that Enter changes; all of them are in one file, which Enter opens too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from interviewer.core.inert import inert
from interviewer.core.ports import Model
from interviewer.core.settings import CHOICES, FILE, OFFLINE, Settings, parse
from interviewer.tui.screens.base import BaseScreen

LABEL = 22  # cells of a setting's name

SWITCHES = {
    "reduced_motion": "Reduced motion",
    "close_brackets": "Brackets close",
    "vim_keys": "Vim keys",
}

#: What each line says about itself, under the list.
ABOUT = {
    "theme": "The colours. Themes of your own go in the file.",
    "reduced_motion": "No animation and no blinking.",
    "close_brackets": "In the code editor, typing ( [ { or a quote also types its partner.",
    "vim_keys": "The code editor has vim's modes: i types, Esc goes back, :w runs the code.",
    "profile": "Who converses and reads your answers again. The offline rubric always grades first.",
    "persona": "How the model speaks.",
    "role": "A job description, in words or the path of a text file: what it mentions is asked first.",
    "python": "The interpreter that runs the exercises; it must have torch.",
    "file": f"{FILE} has every setting with a comment, all keys, and themes of your own.",
}


class SettingsScreen(BaseScreen):
    """Enter turns a switch, goes to the next choice, or asks."""

    HEADING = "Settings"
    CSS_PATH = "settings.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "Back", id="settings.back")
    ]

    def content(self) -> Iterable[Widget]:
        yield OptionList(id="settings", compact=True)
        yield Static(id="about-it")
        yield Static(id="where")

    def on_mount(self) -> None:
        where = getattr(self._preferences, "path", None)
        self.query_one("#where", Static).update(
            Content(
                f"Kept in {inert(str(where)) if where else FILE}. F1 shows the ids of the keys of a screen.\n"
                "Screen readers: interviewer start --plain is the same interview, line by line."
            )
        )
        self.app.theme_changed_signal.subscribe(self, lambda _: self._fill())
        self._fill()
        self.set_focus(self.query_one(OptionList))

    @property
    def _settings(self) -> Settings:
        return self.app.settings  # type: ignore[attr-defined]

    @property
    def _preferences(self) -> Any:
        return self.app.preferences  # type: ignore[attr-defined]

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        kept = options.highlighted or 0
        options.clear_options()
        options.add_options(
            Option(Content.assemble(f"{name:<{LABEL}}", (inert(value), "bold")), id=id)
            for id, name, value in rows(self._settings, self.app.theme)
        )
        options.highlighted = kept

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self.query_one("#about-it", Static).update(Content(ABOUT.get(event.option_id or "", "")))

    def _set(self, name: str, value: str | bool) -> None:
        self.app.set(name, value)  # type: ignore[attr-defined]
        self._fill()

    # ------------------------------------------------------------------ acting

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        name = event.option_id or ""
        if name == "theme":
            self.app.action_change_theme()
        elif name == "profile":
            self.run_worker(self._choose_model(), exclusive=True, exit_on_error=False)
        elif name == "file":
            self._edit_file()
        elif name in SWITCHES:
            self._set(name, not getattr(self._settings, name))
        elif name in CHOICES:
            ways = CHOICES[name]
            self._set(name, ways[(ways.index(getattr(self._settings, name)) + 1) % len(ways)])
        elif name:
            self._ask(name)

    def _ask(self, name: str) -> None:
        from interviewer.tui.screens.dialogs import Ask

        def answered(said: str | None) -> None:
            if said is not None:
                self._set(name, said.strip())

        self.app.push_screen(
            Ask(f"{ABOUT[name]}\nLeft empty: none is set.", getattr(self._settings, name)), answered
        )

    async def _choose_model(self) -> None:
        from interviewer.tui.screens.dialogs import Choose

        models: list[Model] = await asyncio.to_thread(self._preferences.models) if self._preferences else []
        ways: list[tuple[str, str, str | None]] = [
            (str(number), f"{model.profile}  {model.where}", model.profile)
            for number, model in enumerate(models[:9], start=1)
        ]
        ways += [("w", "Write one: ollama:llama3.2, openai:MODEL, …", ""), ("o", "None: offline", OFFLINE)]

        def chosen(profile: str | None) -> None:
            if profile == "":
                self._ask("profile")
            elif profile is not None:
                self._set("profile", profile)

        question = "Which model? It counts from the next interview on."
        self.app.push_screen(Choose(question, [*ways, ("s", "Stay as it is", None)]), chosen)

    def _edit_file(self) -> None:
        """The whole file in $EDITOR; what is wrong in it is said, and the rest counts."""
        from interviewer.tui.bindings import problems
        from interviewer.tui.editor import EditorFailed, edit_elsewhere

        if self._preferences is None:
            return
        try:
            before = self._preferences.text()
            text = edit_elsewhere(self.app, before, ".toml")
            if text != before:
                self._preferences.write(text)
                settings, found = parse(text)
                self.app.wear_anew(settings, [*found, *problems(settings.keys)])  # type: ignore[attr-defined]
        except EditorFailed as error:
            self.notify(str(error), severity="error", timeout=12)
        except (OSError, ValueError) as error:
            self.notify(f"{FILE}: {getattr(error, 'strerror', None) or error}.", severity="error")
        self._fill()


def rows(settings: Settings, theme: str) -> Iterable[tuple[str, str, str]]:
    """(id, name, value) of every line."""
    yield "theme", "Theme", theme
    for name, label in SWITCHES.items():
        yield name, label, "on" if getattr(settings, name) else "off"
    yield "profile", "Model", settings.profile or "the default of your profiles, or none"
    yield "persona", "It speaks", settings.persona or "as its profile says"
    yield "role", "Role", " ".join(settings.role.split()) or "none"
    yield "python", "Python for exercises", settings.python or "one that has torch"
    yield "file", "Keys, own themes …", f"open {FILE} in $EDITOR"
