"""The application: it opens the desk after the first paint, and moves between screens."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from interviewer.core.inert import inert
from interviewer.core.settings import Settings
from interviewer.tui.messages import DeskFailed, DeskOpened
from interviewer.tui.screens.home import HomeScreen
from interviewer.tui.theme import DARK, LIGHT, THEMES, own_theme

if TYPE_CHECKING:
    from interviewer.conductor import Desk
    from interviewer.core.ports import Preferences

#: Settings that the desk is opened by: it is opened anew, on the home screen, when one has changed.
OF_THE_DESK = ("profile", "persona", "python")

GRACE_S = 3.0  # for saving and closing after a signal, before the process is ended


class InterviewerApp(App[None]):
    """``open_desk`` blocks on disk and is called in a thread; ``begin(desk)`` says what to open with."""

    TITLE = "interviewer"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", id="app.help"),
        Binding("ctrl+q", "leave", "Quit", id="app.quit", priority=True),
        Binding("ctrl+t", "theme", "Light or dark", id="app.theme", show=False),
        Binding("ctrl+p", "command_palette", "All commands", id="app.commands", show=False, priority=True),
    ]
    CSS_PATH: ClassVar[list[str]] = [
        "app.tcss",
        "screens/home.tcss",
    ]  # a default screen loads none of its own

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        begin: Callable[[Desk], dict[str, Any]] | None = None,
        *,
        settings: Settings | None = None,
        problems: Iterable[str] = (),
        preferences: Preferences | None = None,
    ) -> None:
        super().__init__()
        self._open_desk, self._begin = open_desk, begin
        self.settings, self._problems = settings or Settings(), list(problems)
        self.preferences = preferences  # None: nothing is kept for next time
        self._other_desk = False  # a setting was changed that the desk was opened by
        self.desk: Desk | None = None
        self.read_only: str | None = None  # why nothing can be written; None: everything can
        self._wear(self.settings)

    def _wear(self, settings: Settings) -> None:
        """Look and behave as the settings say."""
        for theme in THEMES:
            self.register_theme(theme)
        for name, colours in settings.themes.items():
            try:
                self.register_theme(own_theme(name, colours))
            except ValueError as error:
                self._problems.append(f"The theme {name!r} cannot be used: {error}.")
        if settings.theme in self.available_themes:
            self.theme = settings.theme
        else:
            self.settings = dataclasses.replace(settings, theme=DARK)  # the file keeps what it says
            self.theme = DARK
            self._problems.append(f"There is no theme {settings.theme!r}; ctrl+p, Theme, lists them.")
        self.animation_level = "none" if settings.reduced_motion else "full"
        if settings.keys:
            self.set_keymap(settings.keys)

    def get_default_screen(self) -> HomeScreen:
        return HomeScreen()

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, lambda theme: self._keep_theme(theme.name))
        for problem in self._problems:
            self.notify(problem, severity="warning", timeout=15)
        if self.is_web:
            from interviewer.tui.served import settle

            settle(self, self.settings.keys)
        if not self.is_headless:
            self._watch_signals()
        self.call_after_refresh(self.run_worker, self._open(), exit_on_error=False, group="desk")

    def _watch_signals(self) -> None:
        """On a closed terminal or a polite kill, leave with everything saved.

        Not with asyncio's handlers: when the terminal is gone, Textual's writing thread dies and the
        loop blocks on its full queue for ever. A plain handler still runs then, and ends the process.
        """
        loop = asyncio.get_running_loop()

        def hang_up(number: int, frame: Any) -> None:
            loop.call_soon_threadsafe(
                lambda: self.run_worker(self._leave(128 + number), exit_on_error=False, group="leave")
            )
            threading.Thread(target=end_after, args=(GRACE_S, 128 + number), daemon=True).start()

        for name in ("SIGHUP", "SIGTERM"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), hang_up)

        def look() -> None:
            if terminal_is_gone():
                watch.stop()
                hang_up(signal.SIGHUP, None)

        # A parent that outlives the terminal (make does) keeps the kernel from telling.
        watch = self.set_interval(2.0, look)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and event.key.startswith("alt+"):
            event.character = None  # Textual's parser has alt+n type an n, before any binding is looked at
        await super().on_event(event)

    # ------------------------------------------------------------------ the desk

    async def _open(self) -> None:
        """Open the desk off the loop; errors arrive as a message."""
        try:
            desk = await asyncio.to_thread(self._open_desk)
            self.read_only = await asyncio.to_thread(desk.store.other_writer)
            begin = await asyncio.to_thread(self._begin, desk) if self._begin else None
        except Exception as error:  # whatever it is, it must become a sentence
            self.post_message(DeskFailed(str(error) or type(error).__name__))
        else:
            self.post_message(DeskOpened(desk, begin))

    async def on_desk_opened(self, message: DeskOpened) -> None:
        self.desk = message.desk
        home = self.screen_stack[0]
        assert isinstance(home, HomeScreen)
        home.read(message.desk)
        if message.begin:
            await self.sit(**message.begin)

    async def reopen(self) -> None:
        """Let home read again, on a desk opened anew where a setting asks for that.

        The old one stays if it cannot be opened.
        """
        if self.desk is None:
            return
        if len(self.screen_stack) == 1:  # no interview was begun meanwhile
            self.desk.store.unlock()
        if self._other_desk:
            self._other_desk = False
            try:
                desk = await asyncio.to_thread(self._open_desk)
            except Exception as error:  # whatever it is, it must become a sentence
                self.notify(f"{error}\nIt stays as it was until then.", severity="error", timeout=20)
            else:
                old, self.desk = self.desk, desk
                await old.close()
        self.read_only = await asyncio.to_thread(self.desk.store.other_writer)
        home = self.screen_stack[0]
        assert isinstance(home, HomeScreen)
        home.read(self.desk)

    def on_desk_failed(self, message: DeskFailed) -> None:
        self.exit(return_code=2, message=f"interviewer: {message.text}")

    # ------------------------------------------------------------------ moving between screens

    async def sit(self, **how: Any) -> None:
        """Open an interview: ``resume=session``, or the arguments of ``Conductor.start``."""
        from interviewer.core.ports import StoreError
        from interviewer.tui.screens.interview import InterviewScreen

        if self.desk is None:  # a quick finger, before the desk is open
            return
        session = how.pop("resume", None)
        try:
            screen = InterviewScreen(self.desk, session or self.desk.new_session(), None if session else how)
        except StoreError as error:
            self.notify(str(error), severity="error", timeout=15)
            return
        self.read_only = None
        await self.push_screen(screen)

    async def show_report(self, session: str) -> None:
        """Open the report of a stored session."""
        from interviewer.tui.screens.report import ReportScreen

        assert self.desk is not None
        await self.push_screen(ReportScreen(self.desk, session))

    async def leave_for(self, *, report: str | None = None, **how: Any) -> None:
        """Close the screen on top and open another: a screen cannot await its own removal."""
        if len(self.screen_stack) > 1:  # a key pressed twice asks twice
            await self.pop_screen()
        if report is not None:
            await self.show_report(report)
        elif how:
            await self.sit(**how)

    # ------------------------------------------------------------------ commands

    def notify(self, message: str, **how: Any) -> None:
        """A message over the screen, as it is: what went wrong may have brackets in it."""
        super().notify(inert(message), **{**how, "markup": False})

    def copy_to_clipboard(self, text: str) -> None:
        """By the terminal, and by the desktop's own program, for terminals that do not pass it on."""
        super().copy_to_clipboard(text)
        if not (self.is_headless or self.is_web):
            from interviewer.tui.clipboard import copy

            threading.Thread(target=copy, args=(text,), daemon=True).start()

    def get_system_commands(self, screen: Screen) -> Iterable[SystemCommand]:
        """Everything that a key can do here, and what has no key: the palette lists it all."""
        told = {"app.commands"}  # the palette itself
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.id and binding.description and active.enabled and binding.id not in told:
                told.add(binding.id)
                key = self.get_key_display(binding)
                yield SystemCommand(
                    binding.description, f"key: {key}", partial(self.run_action, binding.action, active.node)
                )
        yield SystemCommand("Settings", "Looks, keys, model, role, interpreter", self.action_settings)
        yield SystemCommand("Theme", "Choose among all themes", self.action_change_theme)

    async def action_help(self) -> None:
        from interviewer.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            await self.push_screen(HelpScreen(self.screen))

    async def action_settings(self) -> None:
        from interviewer.tui.screens.settings import SettingsScreen

        if not isinstance(self.screen, SettingsScreen):
            await self.push_screen(SettingsScreen())

    def action_theme(self) -> None:
        self.theme = LIGHT if self.current_theme.dark else DARK

    def _keep_theme(self, name: str) -> None:
        """However it was chosen."""
        if name != self.settings.theme:
            self.set("theme", name)

    def set(self, name: str, value: str | bool) -> None:
        """Change a setting, here and in the person's file."""
        self.settings = dataclasses.replace(self.settings, **{name: value})
        self._other_desk |= name in OF_THE_DESK
        if name == "reduced_motion":
            self.animation_level = "none" if value else "full"
        if self.preferences:
            try:
                self.preferences.change(name, value)
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or error
                self.notify(f"Not kept for next time: {reason}.", severity="warning")

    def wear_anew(self, settings: Settings, problems: Iterable[str]) -> None:
        """Behave as a file says that was edited as a whole."""
        before, self.settings = self.settings, settings
        self._other_desk |= any(getattr(before, name) != getattr(settings, name) for name in OF_THE_DESK)
        self._problems = list(problems)
        self._wear(settings)
        for problem in self._problems:
            self.notify(problem, severity="warning", timeout=15)

    async def action_leave(self) -> None:
        """Quit, with every draft saved and no process left behind."""
        await self._leave(0)

    async def _leave(self, status: int) -> None:
        for screen in self.screen_stack:
            if hasattr(screen, "put_away"):
                await screen.put_away()
        if self.desk is not None:
            await self.desk.close()
        self.exit(return_code=status)


def end_after(seconds: float, status: int) -> None:
    """End the process, whatever it is doing."""
    time.sleep(seconds)
    os._exit(status)


def terminal_is_gone() -> bool:
    """Whether standard input was a terminal that is closed."""
    try:
        poll = select.poll()
        poll.register(0, select.POLLHUP)
        return any(told & select.POLLHUP for _, told in poll.poll(0))
    except (AttributeError, OSError):  # no poll on this system
        return False
