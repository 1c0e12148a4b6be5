"""An exercise's code in a file of the person's own: their editor writes it, a save runs it."""

from __future__ import annotations

import os
from pathlib import Path


class WatchedFile:
    """A file, and what it held when it was looked at last."""

    def __init__(self, path: Path, code: str) -> None:
        """Begin with the file as it is, or with ``code`` where there is none. Raises OSError, ValueError."""
        self.path = path
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(code)
            self.code = code
        except FileExistsError:
            self.code = path.read_text(encoding="utf-8")
        self._seen = self._stamp()

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self.path)
        except OSError:
            return None  # an editor that writes by renaming takes it away for a moment
        return status.st_mtime_ns, status.st_size

    def saved(self) -> str | None:
        """The code, if the file was saved since the last look; None otherwise."""
        stamp = self._stamp()
        if stamp is None or stamp == self._seen:
            return None
        try:
            code = self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None  # half written; the next look has it
        self._seen, self.code = stamp, code
        return code
