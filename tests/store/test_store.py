"""The store: durable, one writer, its failures one sentence."""

import os
import sqlite3
import subprocess
import sys
from datetime import timedelta

import pytest
from support import PLAN, small_desk

from interviewer.core.events import Draft
from interviewer.core.ports import StoreError
from interviewer.store import Store


@pytest.fixture
async def sat(home, clock):
    """A store with one finished interview."""
    desk = small_desk(home, clock)
    conductor = desk.conductor("s1", lambda what: None)
    await conductor.start(PLAN, seed=1)
    await conductor.answer(
        "It keeps a running average of the previous gradients; think of a rolling boulder."
    )
    await conductor.end()
    yield desk.store
    desk.store.close()


def test_files_are_the_persons_own(home):
    store = Store(home)
    assert oct(store.folder.stat().st_mode)[-3:] == "700"
    assert oct(store.path.stat().st_mode)[-3:] == "600"
    store.close()


async def test_history_outcomes_and_search_follow_the_events(sat, clock):
    (info,) = sat.sessions()
    assert (info.id, info.plan, info.ended, info.items) == ("s1", "small", True, 3)
    (hit,) = sat.search("rolling boul")
    assert hit.session == "s1" and "«rolling»" in hit.text
    assert sat.search('"; DROP TABLE events; --') == []
    assert sat.search("   ") == []


async def test_projections_can_be_rebuilt_from_the_events(sat):
    def tables():
        return [
            [tuple(r) for r in sat._db.execute(f"SELECT * FROM {t} ORDER BY 1, 2")]
            for t in ("sessions", "outcomes", "words")
        ]

    before = tables()
    sat.rebuild()
    assert tables() == before


async def test_export_and_import_are_inverse(sat, tmp_path):
    text = sat.export("s1", "json")
    other = Store(tmp_path / "other")
    assert other.import_(text) == "s1"
    assert other.events("s1") == sat.events("s1")
    assert other.export("s1", "json") == text
    with pytest.raises(StoreError, match="here already"):
        other.import_(text)
    other.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        '{"format": "interviewer-session", "version": 1}',
        '{"format": "interviewer-session", "version": 9}',
        '{"format": "interviewer-session", "version": 1, "session": "x", "events": []}',
    ],
)
def test_what_is_no_exported_session_is_refused_in_a_sentence(home, text):
    store = Store(home)
    with pytest.raises(StoreError):
        store.import_(text)
    assert store.sessions() == []
    store.close()


async def test_markdown_holds_the_report_and_what_was_said(sat):
    text = sat.export("s1", "markdown")
    assert text.startswith("# Interview report: Small interview") and "> It keeps a running average" in text


async def test_delete_leaves_nothing(sat):
    sat.delete("s1")
    for table in ("events", "drafts", "sessions", "outcomes", "words"):
        assert sat._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
    with pytest.raises(StoreError, match="no session"):
        sat.delete("s1")


def test_a_draft_is_one_row_a_box(home, clock):
    store = Store(home)
    for text in ("a", "ab", "abc"):
        store.save_draft(Draft("s", "answer:q", text, clock.now() + timedelta(seconds=1), 1.5))
    (draft,) = store.drafts("s").values()
    assert (draft.text, draft.active_s) == ("abc", 1.5)
    store.close()


def test_an_event_is_never_overwritten(sat_events, home):
    store, events = sat_events
    with pytest.raises(StoreError, match="continued elsewhere"):
        store.append("s1", [events[-1]])
    assert store.events("s1") == events


@pytest.fixture
async def sat_events(sat):
    return sat, sat.events("s1")


def test_a_damaged_database_is_set_aside_and_said(home):
    store = Store(home)
    store.close()
    store.path.write_bytes(b"not a database at all" * 400)
    again = Store(home)
    assert "kept as interviewer.db.damaged-1" in again.notice
    assert (again.folder / "interviewer.db.damaged-1").read_bytes().startswith(b"not a database")
    assert again.sessions() == []
    again.close()


def test_a_newer_database_is_left_as_it_is(home):
    store = Store(home)
    store.close()
    with sqlite3.connect(store.path) as db:
        db.execute("PRAGMA user_version = 99")
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match="newer interviewer"):
        Store(home)
    assert store.path.read_bytes() == before


def test_a_home_that_cannot_be_written_is_said_before_anything_starts(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    with pytest.raises(StoreError, match="INTERVIEWER_HOME"):
        Store(blocked)


def test_one_writer_at_a_time_and_the_lock_dies_with_its_process(home):
    code = (
        "import sys, time; from pathlib import Path; from interviewer.store import Store\n"
        "s = Store(Path(sys.argv[1])); s.lock(); print('locked', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "locked\n"
        store = Store(home)
        with pytest.raises(StoreError, match=f"process {holder.pid}"):
            store.lock()
        holder.kill()
        holder.wait()
        store.lock()
        store.close()
    finally:
        holder.kill()
        holder.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_disk_that_fills_keeps_what_was_durable(tmp_path, clock):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True
    ).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        store = Store(disk)
        with pytest.raises(StoreError, match="full"):
            for number in range(100):
                store.save_draft(Draft("s", f"box{number}", "x" * 10_000, clock.now(), 0.0))
        kept = store.drafts("s")
        assert kept and all(d.text == "x" * 10_000 for d in kept.values())
        store.close()
    finally:
        subprocess.run(["umount", str(disk)], check=False)
