"""The SQLite store: WAL, events committed with an fsync, drafts without, one writer at a time.

``sqlite3`` is used directly because it is on the way of every key press that is saved;
``sqlite_utils`` (0.4 s to import) is loaded only when there is a schema step to apply.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from interviewer.core.events import Draft, Event, Hit, SessionInfo, UnknownEvent
from interviewer.core.planning import Outcome, Past
from interviewer.core.ports import StoreError
from interviewer.core.searching import Condition, Page
from interviewer.store import export as exporting
from interviewer.store import projections, searching

#: Kept in PRAGMA user_version; one more for each step in ``migrations``.
SCHEMA = 4
BUSY_MS = 5_000
#: Who wants to write looks so often whether it may: who only asks whether anybody writes holds it a moment.
LOOKS, LOOK_S = 4, 0.02
#: Bytes up to which a database is checked whole as it opens (some 0.1 s); a larger one when it is read.
CHECKED_WHOLE = 32_000_000
#: A history longer than this is told by months.
BY_MONTH = timedelta(days=400)
#: Places that a search shows.
EXCERPTS = 5
#: What a line of the history would have been, where there is one already.
EXCLUDED = ", ".join(f"excluded.{column}" for column in projections.COLUMNS.split(", "))


class Store:
    """Implements ``core.ports.SessionStore`` on ``<home>/sessions/interviewer.db``."""

    def __init__(self, home: Path, examples: Path | None = None) -> None:
        self.folder = Path(home) / "sessions"
        self.path = self.folder / "interviewer.db"
        self.notice: str | None = None  # one line a person should see, after a database was set aside
        self._examples = exporting.Examples(examples)
        self._mutex = threading.RLock()
        self._lock_file: Any = None
        self._listed: tuple[Any, list[SessionInfo]] = (None, [])  # the history, and the state it was read at
        self._prepare_folder()
        self._db = self._open()

    # ------------------------------------------------------------------ events and drafts

    def append(self, session: str, events: Iterable[Event], *, clear: str | None = None) -> None:
        events = list(events)
        if self._examples.has(session):
            raise StoreError(
                "That is a worked example that ships with the program; start an interview of your own."
            )
        with self._transaction("FULL") as db:
            db.executemany(
                "INSERT INTO events VALUES (?,?,?,?,?,?,?)", (_row(session, event) for event in events)
            )
            if clear:
                db.execute("DELETE FROM drafts WHERE session = ? AND box = ?", (session, clear))
            self._project(db, session, events)

    def events(self, session: str) -> list[Event]:
        if self._examples.has(session):
            return self._examples.events(session)
        with self._mutex, _clear_errors(self.path):
            return _read(self._db, session)

    def save_draft(self, draft: Draft) -> None:
        with self._transaction("NORMAL") as db:
            db.execute(
                "INSERT INTO drafts VALUES (?,?,?,?,?) ON CONFLICT (session, box) DO UPDATE SET "
                "text = excluded.text, at = excluded.at, active_s = excluded.active_s",
                (draft.session, draft.box, draft.text, draft.at.isoformat(), draft.active_s),
            )

    def drafts(self, session: str) -> dict[str, Draft]:
        with self._mutex, _clear_errors(self.path):
            rows = self._db.execute("SELECT * FROM drafts WHERE session = ?", (session,)).fetchall()
        return {
            row["box"]: Draft(
                session, row["box"], row["text"], datetime.fromisoformat(row["at"]), row["active_s"]
            )
            for row in rows
        }

    # ------------------------------------------------------------------ history

    def sessions(self) -> list[SessionInfo]:
        with self._mutex, _clear_errors(self.path):
            others = self._db.execute("PRAGMA data_version").fetchone()[0]
            if (version := (others, self._db.total_changes)) != self._listed[0]:
                rows = self._db.execute(
                    f"SELECT {projections.COLUMNS} FROM sessions ORDER BY last_at DESC"
                ).fetchall()
                self._listed = version, [projections.info_from_row(row) for row in rows]
        return self._listed[1] + self._examples.infos()

    def search(self, text: str, limit: int = 50) -> list[Hit]:
        words = searching.words(text)
        if not words:
            return []
        with self._mutex, _clear_errors(self.path):
            hits = self._hits(words, "ORDER BY rank LIMIT ?", limit)
        return (hits + self._examples.search(words))[:limit]

    def _hits(self, words: list[str], which: str, *values: Any) -> list[Hit]:
        """Excerpts of some of the places where these words were said."""
        rows = self._db.execute(
            "SELECT rowid, (SELECT id FROM sessions WHERE number = said.rowid >> 20) AS session, "
            f"snippet(said, 0, '«', '»', '…', 16) AS text FROM said WHERE said MATCH ? {which}",
            (searching.query(words), *values),
        ).fetchall()
        return [Hit(row["session"], *projections.placed(row["rowid"])[1:], row["text"]) for row in rows]

    def history(self, conditions: Collection[Condition], text: str, limit: int) -> Page:
        words = searching.words(text)
        holds, values = searching.where(conditions)
        hits: list[Hit] = []
        with self._mutex, _clear_errors(self.path):
            if words:
                numbers, hits = self._said_in(words, holds, values, limit)
                holds, values = "number IN (SELECT value FROM json_each(?))", [json.dumps(numbers)]
            (total,) = self._db.execute("SELECT count(*) FROM sessions").fetchone()
            newest = f"SELECT id FROM sessions WHERE {holds} ORDER BY last_at DESC LIMIT ?"
            counted = holds != searching.ALL  # who is all need not be looked at
            ids = [id for (id,) in self._db.execute(newest, [*values, total if counted else limit])]
            matched = len(ids) if counted else total
            lines = f"SELECT {projections.COLUMNS} FROM sessions WHERE id IN (SELECT value FROM json_each(?))"
            rows = self._db.execute(f"{lines} ORDER BY last_at DESC", [json.dumps(ids[:limit])]).fetchall()
            examples, told = self._examples_where(conditions, words)
        return Page(
            [projections.info_from_row(row) for row in rows] + examples,
            matched + len(examples),
            total + len(self._examples.infos()),
            [*hits, *told][:EXCERPTS],
        )

    def _said_in(
        self, words: list[str], holds: str, values: list[Any], limit: int
    ) -> tuple[list[int], list[Hit]]:
        """The numbers of the newest sessions where these words were said, and the newest places."""
        among, values = "", list(values)
        if holds != searching.ALL:
            edges = f"SELECT min(number), max(number) FROM sessions WHERE {holds}"
            first, last = self._db.execute(edges, values).fetchone()
            if first is None:
                return [], []
            among = (
                f"AND rowid BETWEEN {first << 20} AND {(last + 1 << 20) - 1} "
                f"AND rowid >> 20 IN (SELECT number FROM sessions WHERE {holds})"
            )
        # The index is in this order: reading stops where there is enough, however common a word.
        rows = self._db.execute(
            f"SELECT rowid FROM said WHERE said MATCH ? {among} ORDER BY rowid DESC",
            (searching.query(words), *values),
        )
        found: dict[int, None] = {}
        places: list[int] = []
        for (place,) in rows:
            if len(places) < EXCERPTS:
                places.append(place)
            found[place >> 20] = None
            if len(found) >= limit:
                break
        rows.close()
        if not found:
            return [], []
        hits = self._hits(  # with the sign, it does not look the words up anew for each place
            words,
            "AND rowid BETWEEN ? AND ? AND +rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid DESC",
            places[-1], places[0], json.dumps(places),
        )  # fmt: skip
        return list(found), hits

    def _examples_where(
        self, conditions: Collection[Condition], words: list[str]
    ) -> tuple[list[SessionInfo], list[Hit]]:
        """The worked examples in which all of it holds, by the same expressions on rows of their own."""
        lines = [projections.info_row(info) for info in self._examples.infos()]
        outcomes = self._examples.outcomes() or [(None,) * 4]
        if not lines:
            return [], []
        holds, values = searching.where(conditions)
        rows = self._db.execute(
            f"WITH sessions ({projections.COLUMNS}, number) AS (VALUES {_marks(lines, '0')}), "
            f"outcomes (session, item, at, score) AS (VALUES {_marks(outcomes)}) "
            f"SELECT {projections.COLUMNS} FROM sessions WHERE {holds} ORDER BY last_at DESC",
            [value for row in (*lines, *outcomes) for value in row] + values,
        ).fetchall()
        found = [projections.info_from_row(row, example=True) for row in rows]
        if not words:
            return found, []
        hits = [hit for hit in self._examples.search(words) if hit.session in {info.id for info in found}]
        return [info for info in found if info.id in {hit.session for hit in hits}], hits

    def past(self, now: datetime) -> dict[str, Past]:
        with self._mutex, _clear_errors(self.path):
            rows = self._db.execute(  # with MAX, SQLite takes the other columns from the row that has it
                "SELECT item, COUNT(*) AS times, MAX(at) AS at, score FROM outcomes GROUP BY item"
            ).fetchall()
        return {
            row["item"]: Past(
                row["times"],
                row["score"],
                max(0.0, (now - datetime.fromisoformat(row["at"])).total_seconds() / 86_400),
            )
            for row in rows
        }

    def trend(self) -> list[Outcome]:
        with self._mutex, _clear_errors(self.path):
            first, last = self._db.execute("SELECT MIN(at), MAX(at) FROM outcomes").fetchone()
            if first is None:
                return []
            long = datetime.fromisoformat(last) - datetime.fromisoformat(first) > BY_MONTH
            rows = self._db.execute(
                "SELECT item, substr(at, 1, ?) AS day, AVG(score) AS score, COUNT(*) AS times FROM outcomes "
                "WHERE score IS NOT NULL GROUP BY item, day ORDER BY day", (7 if long else 10,),
            ).fetchall()  # fmt: skip
        return [
            Outcome(item, date.fromisoformat(day if len(day) == 10 else f"{day}-01"), score, times)
            for item, day, score, times in rows
        ]

    def delete(self, session: str) -> None:
        if self._examples.has(session):
            raise StoreError("Worked examples ship with the program and cannot be deleted.")
        with self._transaction("FULL") as db:
            gone = db.execute("DELETE FROM events WHERE session = ?", (session,)).rowcount
            for table in ("drafts", "outcomes"):
                db.execute(f"DELETE FROM {table} WHERE session = ?", (session,))
            number = _number(db, session)
            db.execute("DELETE FROM said WHERE rowid >= ? AND rowid < ?", (number << 20, number + 1 << 20))
            db.execute("DELETE FROM sessions WHERE id = ?", (session,))
        if not gone:
            raise StoreError(
                f"There is no session {session!r}; `interviewer sessions list` shows what there is."
            )

    def export(self, session: str, form: str) -> str:
        events = self.events(session)
        if not events:
            raise StoreError(
                f"There is no session {session!r}; `interviewer sessions list` shows what there is."
            )
        if form == "json":
            return exporting.as_json(session, events)
        return exporting.as_html(events) if form == "html" else exporting.as_markdown(events)

    def import_(self, text: str) -> str:
        """Take in a session exported as JSON; its id. A session that is here already is refused."""
        session, events = exporting.from_json(text)
        if self.events(session):
            raise StoreError(f"Session {session} is here already; delete it first to take this one in.")
        self.append(session, events)
        return session

    def rebuild(self) -> None:
        """Make every projection anew from the events."""
        with self._transaction("FULL") as db:
            for table in ("sessions", "outcomes", "said"):
                db.execute(f"DELETE FROM {table}")
            rows = db.execute(
                "SELECT session, min(at) AS began FROM events GROUP BY session ORDER BY began, session"
            ).fetchall()
            for session in [row["session"] for row in rows]:
                self._project(db, session, _read(db, session))

    # ------------------------------------------------------------------ the one writer

    def lock(self) -> None:
        if self._lock_file is None:
            self._lock_file = self._locked()

    def unlock(self) -> None:
        file, self._lock_file = self._lock_file, None
        if file is not None:
            file.close()

    def other_writer(self) -> str | None:
        if self._lock_file is None:
            try:
                file = self._locked()
            except StoreError as error:
                return str(error)
            if file is not None:
                file.close()
        return None

    def _locked(self) -> Any:
        """The lock file, held: closing it lets go. None where there are no such locks."""
        try:
            import fcntl
        except ImportError:  # SQLite's own locking still keeps the file whole
            return None
        with _clear_errors(self.path):
            file = open(self.folder / "writer.lock", "a+")  # noqa: SIM115 – held until closed
        for looks_left in reversed(range(LOOKS)):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if looks_left:
                    time.sleep(LOOK_S)
                    continue
                file.seek(0)
                holder = file.read().strip()
                file.close()
                who = f" (process {holder})" if holder else ""
                raise StoreError(
                    f"Another interview is open on this home{who}; finish or close it there, "
                    "or set INTERVIEWER_HOME to another folder."
                ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file

    def close(self) -> None:
        with self._mutex:
            self._db.close()
            self.unlock()

    # ------------------------------------------------------------------ inside

    def _prepare_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.chmod(self.folder, 0o700)
            probe = self.folder / f".write-test-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise StoreError(
                f"Cannot write to {self.folder} ({error.strerror or error}), so nothing said would be kept; "
                "make it writable, or set INTERVIEWER_HOME to a folder that is."
            ) from None

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "not a database" not in str(error):
                raise StoreError(f"Cannot open {self.path} ({error}).") from None
        aside = self._set_aside()
        self.notice = (
            f"The session database was damaged; it is kept as {aside.name}, and a new one was begun."
        )
        with _clear_errors(self.path):
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        new = not self.path.exists()
        db = sqlite3.connect(self.path, timeout=BUSY_MS / 1000, check_same_thread=False, isolation_level=None)
        try:
            if new:
                os.chmod(self.path, 0o600)
            db.row_factory = sqlite3.Row
            db.create_function("folded", 1, str.lower, deterministic=True)
            version = self._version(db)
            if version < SCHEMA:
                with _alone(self.folder / "open.lock"):  # two programs may make the file at the same moment
                    db.execute("PRAGMA journal_mode = WAL")
                    if self._version(db) < SCHEMA:
                        self._migrate(db)
            elif self.path.stat().st_size <= CHECKED_WHOLE and not _sound(db):
                raise sqlite3.DatabaseError("quick_check failed")
            db.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            db.close()
            raise
        return db

    def _version(self, db: sqlite3.Connection) -> int:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            raise StoreError(
                f"{self.path} is from a newer interviewer (schema {version}; this one knows {SCHEMA}); "
                "it is left as it is. Update the program, or set INTERVIEWER_HOME to another folder."
            )
        return version

    @staticmethod
    def _migrate(db: sqlite3.Connection) -> None:
        from sqlite_utils import Database

        from interviewer.store.migrations import migrations

        migrations.apply(Database(db, execute_plugins=False))
        db.execute(f"PRAGMA user_version = {SCHEMA}")
        db.row_factory = sqlite3.Row

    def _set_aside(self) -> Path:
        for number in range(1, 1000):
            aside = self.path.with_name(f"interviewer.db.damaged-{number}")
            if not aside.exists():
                break
        for suffix in ("", "-wal", "-shm"):
            part = Path(f"{self.path}{suffix}")
            if part.exists():
                part.rename(f"{aside}{suffix}")
        return aside

    @contextmanager
    def _transaction(self, synchronous: str) -> Iterator[sqlite3.Connection]:
        with self._mutex, _clear_errors(self.path):
            self._db.execute(f"PRAGMA synchronous = {synchronous}")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _project(self, db: sqlite3.Connection, session: str, events: list[Event]) -> None:
        """Bring the history, the outcomes and the search index up to date with new events."""
        if any(projections.changes_history(event) for event in events):
            whole = _read(db, session)
            line = projections.info_row(projections.info(session, whole))
            db.execute(
                f"INSERT INTO sessions ({projections.COLUMNS}, number) "
                f"VALUES ({','.join('?' * len(line))}, (SELECT coalesce(max(number), 0) + 1 FROM sessions)) "
                f"ON CONFLICT (id) DO UPDATE SET ({projections.COLUMNS}) = ({EXCLUDED})", line
            )  # fmt: skip
            outcomes = projections.outcomes(session, whole, events)
            db.executemany("INSERT OR REPLACE INTO outcomes VALUES (?,?,?,?)", outcomes)
        else:
            last = events[-1]
            db.execute(
                "UPDATE sessions SET last_at = ?, active_s = ? WHERE id = ?",
                (last.at.isoformat(), last.active_s, session),
            )
        said = projections.said(_number(db, session), events)
        db.executemany("INSERT INTO said (rowid, text) VALUES (?, ?)", said)


def _number(db: sqlite3.Connection, session: str) -> int:
    """By what number the search index knows a session."""
    row = db.execute("SELECT number FROM sessions WHERE id = ?", (session,)).fetchone()
    return row["number"] if row else 0


def _marks(rows: list[tuple[Any, ...]], more: str = "") -> str:
    """Marks for so many rows of values."""
    return ",".join("(" + ",".join(["?"] * len(row) + [more] * bool(more)) + ")" for row in rows)


def _sound(db: sqlite3.Connection) -> bool:
    return db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock file that dies with its process; elsewhere than on Unix, SQLite's own locks must do."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _row(session: str, event: Event) -> tuple[Any, ...]:
    row = event.to_dict()
    data = json.dumps(row["data"], ensure_ascii=False, separators=(",", ":"))
    return session, row["seq"], row["at"], row["active_s"], row["kind"], row["version"], data


def _read(db: sqlite3.Connection, session: str) -> list[Event]:
    rows = db.execute("SELECT * FROM events WHERE session = ? ORDER BY seq", (session,)).fetchall()
    try:
        return [Event.from_dict({**dict(row), "data": json.loads(row["data"])}) for row in rows]
    except UnknownEvent as error:
        raise StoreError(f"Session {session} cannot be read: {error}.") from None


@contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    """SQLite's and the system's errors as one sentence."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise StoreError(
            "This interview was continued elsewhere; nothing was overwritten. "
            "Leave, and take it up again with --resume."
        ) from None
    except (sqlite3.Error, OSError) as error:
        text = str(error)
        if "full" in text or "No space" in text:
            advice = "the disk is full; free some space, then submit again"
        elif "readonly" in text or "read-only" in text.lower():
            advice = "it has become read-only; make it writable, then submit again"
        elif "locked" in text:
            advice = "another program holds it; close that one, then submit again"
        else:
            advice = text
        raise StoreError(f"Could not write to {path}: {advice}.") from None
