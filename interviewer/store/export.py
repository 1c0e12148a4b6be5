"""Sessions as text: JSON that can be taken in again, Markdown that can be read; worked examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from interviewer.core.events import Event, Hit, SessionInfo, Started, UnknownEvent
from interviewer.core.inert import fenced
from interviewer.core.interview import fold
from interviewer.core.ports import StoreError
from interviewer.core.report import report, report_markdown
from interviewer.core.transcript import turns
from interviewer.core.wording import one_line
from interviewer.store import projections

FORMAT = "interviewer-session"
VERSION = 1


def as_json(session: str, events: list[Event]) -> str:
    """The whole event list; ``from_json`` reads it back."""
    data = {"format": FORMAT, "version": VERSION, "session": session, "events": [e.to_dict() for e in events]}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def as_markdown(events: list[Event]) -> str:
    """The report, then the transcript."""
    out = [report_markdown(report(events)), "# Transcript", ""]
    for turn in turns(events):
        if turn.speaker == "candidate":
            quoted = "\n".join(f"> {line}" for line in turn.text.splitlines())
            out += ["**You**", "", fenced(turn.text, "python") if turn.code else quoted, ""]
        elif turn.speaker == "interviewer":
            out += ["**Interviewer**", "", turn.text, ""]
        else:
            out += [f"*{line}*" if line.strip() else "" for line in turn.text.splitlines()] + [""]
    return "\n".join(out)


def as_html(events: list[Event]) -> str:
    """The report as one file for a browser or a printer."""
    from interviewer.core.report_html import report_html

    return report_html(report(events))


def from_json(text: str) -> tuple[str, list[Event]]:
    """Read an exported session. Raises StoreError saying what is wrong."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise StoreError(
            f"Not an exported session: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise StoreError(
            "Not an exported session: it should be what `interviewer sessions export --json` writes."
        )
    if data.get("version", 0) > VERSION:
        raise StoreError(
            "This session was exported by a newer interviewer; update the program to take it in."
        )
    try:
        events = [Event.from_dict(row) for row in data["events"]]
        session = str(data["session"])
        if [e.seq for e in events] != list(range(1, len(events) + 1)) or not isinstance(
            events[0].body, Started
        ):
            raise ValueError("its events are not a whole list from the start")
        fold(events)
    except UnknownEvent as error:
        raise StoreError(f"This session cannot be taken in: {error}.") from None
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        AttributeError,
        AssertionError,
        StopIteration,
    ) as error:
        raise StoreError(
            f"This session cannot be taken in: it is incomplete or was edited ({error!r})."
        ) from None
    return session, events


class Examples:
    """The worked examples that ship with the project; read when first asked for."""

    def __init__(self, folder: Path | None) -> None:
        self._paths = {p.stem: p for p in sorted(folder.glob("*.json"))} if folder and folder.is_dir() else {}
        self._read: dict[str, list[Event]] = {}
        self._infos: list[SessionInfo] | None = None

    def has(self, session: str) -> bool:
        return session in self._paths

    def events(self, session: str) -> list[Event]:
        if session not in self._read:
            self._read[session] = from_json(self._paths[session].read_text(encoding="utf-8"))[1]
        return self._read[session]

    def infos(self) -> list[SessionInfo]:
        if self._infos is None:
            self._infos = [projections.info(s, self.events(s), example=True) for s in self._paths]
        return self._infos

    def outcomes(self) -> list[tuple[Any, ...]]:
        return [row for s in self._paths for row in projections.outcomes(s, self.events(s), self.events(s))]

    def search(self, words: list[str]) -> list[Hit]:
        hits = []
        for session in self._paths:
            for turn in turns(self.events(session)):
                text = turn.text.lower()
                if turn.speaker in ("interviewer", "candidate") and all(w.lower() in text for w in words):
                    at = max(0, text.find(words[0].lower()) - 60)
                    hits.append(Hit(session, turn.seq, turn.speaker, one_line(turn.text[at : at + 160])))
        return hits
