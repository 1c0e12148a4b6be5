"""What was learnt of each server: the rung of the format ladder that works, parameters it refuses.

Kept in ``$INTERVIEWER_HOME/settings/servers.json``; losing it costs a few requests, nothing else.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Learnt:
    """Of one model on one server."""

    rung: str = ""  # of the ladder; empty: not known yet
    refused: list[str] = field(default_factory=list)  # names of parameters


class Memory:
    """By place, a server's base URL and a model's name. ``path`` None: for this process only."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, Learnt] = {}
        if path is not None:
            self._known = _read(path)

    @classmethod
    def at(cls, home: Path) -> Memory:
        return cls(Path(home) / "settings" / "servers.json")

    def of(self, place: str) -> Learnt:
        return self._known.get(place, Learnt())

    def refuse(self, place: str, parameter: str) -> None:
        """Remember that this server does not take a parameter."""
        learnt = self._known.setdefault(place, Learnt())
        if parameter not in learnt.refused:
            learnt.refused.append(parameter)
            self._write()

    def climb(self, place: str, rung: str) -> None:
        """Remember the rung that worked."""
        learnt = self._known.setdefault(place, Learnt())
        if learnt.rung != rung:
            learnt.rung = rung
            self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            fresh.write_text(json.dumps({k: asdict(v) for k, v in self._known.items()}, indent=1))
            fresh.replace(self._path)
        except OSError:
            pass  # it is learnt again next time


def _read(path: Path) -> dict[str, Learnt]:
    try:
        rows: Any = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(place): Learnt(str(row.get("rung", "")), [str(p) for p in row.get("refused", [])])
            for place, row in rows.items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
