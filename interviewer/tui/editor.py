"""Hand a text to the person's own editor, and take it back."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported


class EditorFailed(Exception):
    """The editor could not be used; the text is unchanged. The message is one sentence."""


def edit_elsewhere(app: App, text: str, suffix: str) -> str:
    """The text as $VISUAL or $EDITOR left it. Raises EditorFailed; the text is then unchanged."""
    if app.is_web:
        raise EditorFailed("In a browser there is no terminal to hand to $EDITOR; type here instead.")
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="interviewer-") as folder:
        path = Path(folder) / f"text{suffix}"
        path.write_text(text, encoding="utf-8")
        try:
            with app.suspend():  # it has no finally: nothing may be raised inside, or the screen stays away
                status = _run(command, path)
        except SuspendNotSupported:
            raise EditorFailed("This terminal cannot be handed to an editor; type here instead.") from None
        finally:
            app.refresh(layout=True)
        if isinstance(status, Exception):
            raise EditorFailed(f"{command!r} could not be started ({status}); set EDITOR to your editor.")
        if status:
            raise EditorFailed(f"{command!r} ended with status {status}; nothing was changed.")
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise EditorFailed(
                f"What {command!r} wrote cannot be read ({error}); nothing was changed."
            ) from None


def _run(command: str, path: Path) -> int | Exception:
    """The editor's exit status, or why it could not be started."""
    try:
        return subprocess.run([*shlex.split(command), str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        return error
