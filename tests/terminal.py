"""A real terminal for tests: tmux on a socket of its own."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

from support import wait_until


class Terminal:
    """One tmux window with one program in it."""

    def __init__(
        self,
        command: list[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: dict[str, str] | None = None,
        deaf: bool = False,
    ):
        """``deaf``: the program's parent stays when the terminal is closed, as make does."""
        self._socket = f"interviewer-{uuid.uuid4().hex[:8]}"
        exports = " ".join(
            f"{k}={shlex.quote(v)}" for k, v in {"TERM": "xterm-256color", **(env or {})}.items()
        )
        self._pid_file = Path(tempfile.mkdtemp()) / "pid"
        program = f"env {exports} sh -c 'echo $$ > {self._pid_file}; exec {shlex.join(command)}'"
        self._tmux(
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            str(columns),
            "-y",
            str(rows),
            f'trap "" HUP; {program}; true' if deaf else f'{program}; echo "exit $?"; sleep 600',
        )
        self.pid = int(wait_until(lambda: self._pid_file.exists() and self._pid_file.read_text().strip()))

    def _tmux(self, *arguments: str, input: str | None = None) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, *arguments], capture_output=True, text=True, input=input, check=True
        )
        return done.stdout

    def keys(self, *names: str) -> None:
        """Press keys, by tmux's names."""
        self._tmux("send-keys", *names)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-l", text)

    def paste(self, text: str) -> None:
        """Paste text, as a terminal does (bracketed)."""
        self._tmux("load-buffer", "-", input=text)
        self._tmux("paste-buffer", "-p")

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self, colours: bool = False) -> str:
        return self._tmux("capture-pane", "-p", *(["-e"] if colours else []))

    def wait_for(self, text: str, seconds: float = 30.0) -> str:
        """The screen once it shows ``text``; fails with what it showed instead."""
        try:
            return wait_until(lambda: (shown := self.screen()) and text in shown and shown, seconds)
        except AssertionError:
            raise AssertionError(
                f"{text!r} did not appear within {seconds} s; the screen:\n{self.screen()}"
            ) from None

    def wait_until_still(self, quiet: float = 0.3, seconds: float = 15.0) -> str:
        """The screen once it has not changed for ``quiet`` seconds, the clock in its first line aside."""
        end, since, last = time.monotonic() + seconds, time.monotonic(), ""
        while time.monotonic() < end:
            shown = self.screen().partition("\n")[2]
            if shown != last:
                last, since = shown, time.monotonic()
            elif time.monotonic() - since >= quiet:
                return shown
            time.sleep(0.05)
        raise AssertionError(f"the screen did not come to rest within {seconds} s:\n{last}")

    def kill_9(self) -> None:
        """What no program can catch."""
        os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], capture_output=True, check=False)
