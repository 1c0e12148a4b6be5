"""Copying where the terminal does not understand OSC 52: by the programs that this desktop has for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping

#: A program gets this long to take the text.
PATIENCE_S = 2.0


def programs(environment: Mapping[str, str] = os.environ) -> Iterator[list[str]]:
    """Commands that take a text on stdin into a clipboard, the nearest first."""
    if "WAYLAND_DISPLAY" in environment:
        yield ["wl-copy"]
    if "DISPLAY" in environment:
        yield ["xclip", "-selection", "clipboard"]
        yield ["xsel", "--clipboard", "--input"]
    yield ["pbcopy"]
    yield ["clip.exe"]
    if "TMUX" in environment:
        yield ["tmux", "load-buffer", "-w", "-"]


def copy(text: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Give ``text`` to the first program that takes it; its name, or None. Blocks for seconds at most.

    A program that is still running took it: some stay, to hand it on.
    """
    for command in programs(environment):
        if shutil.which(command[0], path=environment.get("PATH")) is None:
            continue
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(environment),
                start_new_session=True,
            )
        except OSError:
            continue
        try:
            process.communicate(text.encode("utf-8", "replace"), timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            return command[0]
        except OSError:
            continue
        if process.returncode == 0:
            return command[0]
    return None
