"""The app in a browser: what differs from a terminal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping

from textual import events
from textual.app import App
from textual.drivers.web_driver import WebDriver

#: A browser keeps ctrl+n, ctrl+t and ctrl+q for itself, except on a Mac, where they are cmd's.
KEYS = (
    {}
    if sys.platform == "darwin"
    else {"interview.skip": "alt+n,ctrl+n", "app.theme": "alt+t,ctrl+t", "app.quit": "alt+q,ctrl+q"}
)


def settle(app: App, keys: Mapping[str, str]) -> None:
    """Make an app that has started in a browser at home there; ``keys`` are the person's own."""
    app.set_keymap({**KEYS, **keys})

    def ground(_: object = None) -> None:
        colour = app.theme_variables["background"]
        if app._driver and colour.startswith("#"):
            app._driver.write(f"\x1b]11;{colour}\x1b\\")  # also behind what the cells do not cover

    app.theme_changed_signal.subscribe(app, ground)
    ground()


class ServedDriver(WebDriver):
    """Textual's driver for browsers; it ends the app, saved, when whoever serves it is gone."""

    def start_application_mode(self) -> None:
        super().start_application_mode()  # its last act is a blur, though the page has told of its focus
        self._app.call_later(self._app.post_message, events.AppFocus())
        # Textual's handlers would leave at once; the app sets its own when it is mounted, and saves first.
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().remove_signal_handler(number)

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():
            os.kill(os.getpid(), signal.SIGTERM)  # as on a closed terminal, InterviewerApp saves and leaves
