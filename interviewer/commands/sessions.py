"""``interviewer sessions``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from interviewer.commands import CommandError, suggest
from interviewer.compose import examples, home
from interviewer.core.wording import minutes, percent
from interviewer.store import Store


def _store() -> Store:
    store = Store(home(), examples())
    if store.notice:
        print(store.notice, file=sys.stderr)
    return store


def _known(store: Store, session: str) -> None:
    ids = [s.id for s in store.sessions()]
    if session not in ids:
        raise CommandError(f"there is no session {session!r}; {suggest(session, ids)}")


def _dump(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, default=str))


def list_(as_json: bool) -> None:
    rows = _store().sessions()
    if as_json:
        _dump([asdict(row) for row in rows])
        return
    for row in rows:
        state = "example" if row.example else "ended" if row.ended else "open"
        print(
            f"{row.id:<24} {row.last_at:%Y-%m-%d %H:%M}  {row.mode:<8} {state:<7} "
            f"{row.answered}/{row.items}  {minutes(row.active_s):>6}  {percent(row.score):>8}  {row.title}"
        )
    if not rows:
        print("No interview yet; `interviewer start` begins one.", file=sys.stderr)


def show(session: str, as_json: bool) -> None:
    store = _store()
    _known(store, session)
    print(store.export(session, "json" if as_json else "markdown"), end="")


def search(words: str, as_json: bool) -> None:
    hits = _store().search(words)
    if as_json:
        _dump([asdict(hit) for hit in hits])
        return
    for hit in hits:
        print(f"{hit.session}:{hit.seq} {hit.speaker}: {' '.join(hit.text.split())}")
    if not hits:
        print("Nothing found.", file=sys.stderr)


def export(session: str, file: str, form: str | None) -> None:
    store = _store()
    _known(store, session)
    by_name = {".json": "json", ".html": "html"}.get(Path(file).suffix, "markdown")
    text = store.export(session, form or by_name)
    if file == "-":
        print(text, end="")
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {file} ({error.strerror})") from None


def import_(file: str) -> None:
    try:
        text = Path(file).read_text(encoding="utf-8") if file != "-" else sys.stdin.read()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"cannot read {file} ({error})") from None
    store = _store()
    store.lock()
    print(store.import_(text))


def delete(session: str, yes: bool) -> None:
    store = _store()
    _known(store, session)
    if not yes:
        if not sys.stdin.isatty():
            raise CommandError("deleting asks first; give --yes where nobody can answer")
        if not click.confirm(f"Delete {session} for good?"):
            print("Kept.", file=sys.stderr)
            return
    store.lock()
    store.delete(session)
    print(f"Deleted {session}.", file=sys.stderr)
