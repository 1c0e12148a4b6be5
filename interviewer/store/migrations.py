"""The schema, step by step. A step that was released is never edited; a new one is added."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("interviewer")


@migrations()
def m001_events(db: Database) -> None:
    db.execute(
        """CREATE TABLE events (
            session TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, active_s REAL NOT NULL,
            kind TEXT NOT NULL, version INTEGER NOT NULL, data TEXT NOT NULL,
            PRIMARY KEY (session, seq))"""
    )
    db.execute(
        """CREATE TABLE drafts (
            session TEXT NOT NULL, box TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL,
            active_s REAL NOT NULL, PRIMARY KEY (session, box))"""
    )


@migrations()
def m002_projections(db: Database) -> None:
    """Everything here can be rebuilt from the events."""
    db.execute(
        """CREATE TABLE sessions (
            id TEXT PRIMARY KEY, plan TEXT NOT NULL, title TEXT NOT NULL, mode TEXT NOT NULL,
            started_at TEXT NOT NULL, last_at TEXT NOT NULL, active_s REAL NOT NULL,
            ended INTEGER NOT NULL, answered INTEGER NOT NULL, items INTEGER NOT NULL, score REAL)"""
    )
    db.execute("CREATE INDEX sessions_last ON sessions (last_at)")
    db.execute(
        """CREATE TABLE outcomes (
            session TEXT NOT NULL, item TEXT NOT NULL, at TEXT NOT NULL, score REAL,
            PRIMARY KEY (session, item))"""
    )
    db.execute(
        "CREATE VIRTUAL TABLE words USING fts5(session UNINDEXED, seq UNINDEXED, speaker UNINDEXED, text)"
    )


@migrations()
def m003_long_histories(db: Database) -> None:
    """Who graded a session, in its line of the history; how an item went, without reading all outcomes."""
    db.execute("CREATE INDEX outcomes_item ON outcomes (item, at, score)")
    db.execute("ALTER TABLE sessions ADD COLUMN graders TEXT NOT NULL DEFAULT ''")
    graders = "SELECT group_concat(DISTINCT json_extract(data, '$.grade.grader')) FROM events"
    db.execute(
        f"UPDATE sessions SET graders = coalesce(replace(({graders} WHERE session = id AND kind = 'graded'), "
        "',', ' '), '')"
    )


@migrations()
def m004_said(db: Database) -> None:
    """A place in the search index names its session by itself: none is read until there are enough.

    Its number is the session's, then the event's, then who spoke; see ``projections.place``.
    """
    db.execute("ALTER TABLE sessions ADD COLUMN number INTEGER NOT NULL DEFAULT 0")
    ids = db.execute("SELECT id FROM sessions ORDER BY started_at, id").fetchall()
    db.conn.executemany(
        "UPDATE sessions SET number = ? WHERE id = ?", [(n, row[0]) for n, row in enumerate(ids, start=1)]
    )
    db.execute("CREATE UNIQUE INDEX sessions_number ON sessions (number)")
    db.execute("CREATE VIRTUAL TABLE said USING fts5(text, prefix='3')")
    db.execute(
        "INSERT OR REPLACE INTO said (rowid, text) "
        "SELECT (number << 20) | (seq << 1) | (speaker = 'interviewer'), text "
        "FROM words JOIN sessions ON id = session"
    )
    db.execute("DROP TABLE words")
