"""The store: durable, one writer, its failures one sentence."""

import dataclasses
import json
import os
import sqlite3
import subprocess
import sys
from datetime import date, timedelta

import pytest
from sqlite_utils import Database
from support import PLAN, small_desk

from interviewer.core.events import Draft
from interviewer.core.ports import StoreError
from interviewer.core.searching import Condition
from interviewer.core.transcript import turns
from interviewer.store import Store, projections
from interviewer.store.migrations import migrations
from interviewer.store.sqlite import _row


@pytest.fixture
async def sat(home, clock):
    """A store with one finished interview."""
    desk = small_desk(home, clock)
    conductor = desk.conductor("s1", lambda what: None)
    await conductor.start(PLAN, seed=1)
    await conductor.answer(
        "It keeps a running average of the previous gradients; think of a rolling boulder."
    )
    for _ in range(2):  # one to each probe
        await conductor.answer("It smooths out zigzagging.")
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
    before = tables(sat)
    sat.rebuild()
    assert tables(sat) == before


def tables(store):
    """Every projection, as it stands."""
    return {
        table: [tuple(row) for row in store._db.execute(f"SELECT rowid, * FROM {table} ORDER BY 1")]
        for table in ("sessions", "said")
    } | {"outcomes": sorted(tuple(row) for row in store._db.execute("SELECT * FROM outcomes"))}


async def test_a_home_of_schema_2_opens_with_everything_there(sat, clock, tmp_path):
    """Made by the first two migrations only, and filled as the program of that time did."""
    begun = [dataclasses.replace(e, at=e.at - timedelta(days=9)) for e in sat.events("s1")[:6]]
    sat.append("s0", begun)
    sat.rebuild()  # which numbers sessions by their beginning
    folder = tmp_path / "old" / "sessions"
    folder.mkdir(parents=True)
    db = sqlite3.connect(folder / "interviewer.db")
    migrations.apply(Database(db, execute_plugins=False), stop_before="m003_long_histories")
    old = {session: sat.events(session) for session in ("s1", "s0")}
    for session, events in old.items():
        db.executemany("INSERT INTO events VALUES (?,?,?,?,?,?,?)", [_row(session, e) for e in events])
        line = projections.info_row(projections.info(session, events))[:-1]
        db.execute(f"INSERT INTO sessions VALUES ({','.join('?' * len(line))})", line)
        db.executemany("INSERT INTO outcomes VALUES (?,?,?,?)", projections.outcomes(session, events, events))
        said = [t for t in turns(events) if t.speaker in ("interviewer", "candidate")]
        db.executemany(
            "INSERT INTO words VALUES (?,?,?,?)", [(session, t.seq, t.speaker, t.text) for t in said]
        )
    draft = ("s0", "answer:q", "half a sen", clock.now().isoformat(), 3.5)
    db.execute("INSERT INTO drafts VALUES (?,?,?,?,?)", draft)
    db.execute("PRAGMA user_version = 2")
    db.commit()
    db.close()

    store = Store(tmp_path / "old")
    assert {session: store.events(session) for session in old} == old
    assert store.sessions() == sat.sessions() and {row.graders for row in store.sessions()} == {"rubric@1"}
    assert store.drafts("s0")["answer:q"].text == "half a sen"
    assert store.past(clock.now()) == sat.past(clock.now()) != {}
    assert [row.id for row in store.history([], "rolling boulder", 9).rows] == ["s1", "s0"]
    assert {hit.session for hit in store.search("smooths")} == {"s1"}
    migrated = tables(store)
    del migrated["sessions"]  # an update leaves them in the order that they had
    assert migrated.items() <= tables(sat).items(), "as if it had always been of this schema"
    store.rebuild()
    assert tables(store) == tables(sat)
    store.append("s0", [dataclasses.replace(old["s0"][-1], seq=len(old["s0"]) + 1)])
    store.close()


CONDITIONS = [
    ([], {"s1", "two", "example"}),
    ([Condition("plan", "small")], {"s1", "two", "example"}),
    ([Condition("plan", "straße")], {"two"}),
    ([Condition("mode", "prac")], {"two"}),
    ([Condition("state", "open")], {"two"}),
    ([Condition("state", "ex")], {"example"}),
    ([Condition("score", 0.0, ">=")], {"s1", "example"}),
    ([Condition("score", 0.0, "<")], set()),
    ([Condition("started", date(2000, 1, 1), "<")], set()),
    ([Condition("started", date(2000, 1, 1), ">="), Condition("mode", "mock")], {"s1", "example"}),
    ([Condition("grader", "rubric")], {"s1", "two", "example"}),
    ([Condition("grader", "nobody")], set()),
    ([Condition("items", ("why-momentum",))], {"s1", "example"}),
    ([Condition("items", ())], set()),
]


@pytest.mark.parametrize("words", ["", "rolling boul"])
@pytest.mark.parametrize(("conditions", "found"), CONDITIONS)
async def test_history_has_what_every_condition_admits(sat, home, clock, tmp_path, conditions, found, words):
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    exported = json.loads(sat.export("s1", "json")) | {"session": "example"}
    (shipped / "example.json").write_text(json.dumps(exported))
    store = Store(home, shipped)
    plan = dataclasses.replace(PLAN, title="STRASSE, Straße")
    first, second = sat.events("s1")[:2]
    plan = dataclasses.replace(PLAN, title="Straße")
    renamed = dataclasses.replace(first.body, plan=plan, mode="practice")
    store.append("two", [dataclasses.replace(first, body=renamed), second])
    page = store.history(conditions, words, 50)
    expected = found - ({"two"} if words else set())
    assert {row.id for row in page.rows} == expected and page.matched == len(expected) and page.total == 3
    assert [row.example for row in page.rows] == sorted(row.id == "example" for row in page.rows)
    assert {hit.session for hit in page.hits} == (expected if words else set())
    store.close()


async def test_a_page_of_history_is_its_newest_and_a_deleted_session_is_found_no_more(sat):
    events = sat.events("s1")
    for n in range(2, 6):
        later = [dataclasses.replace(e, at=e.at + timedelta(days=n)) for e in events]
        sat.append(f"s{n}", later)
    page = sat.history([], "boulder", 2)
    assert [row.id for row in page.rows] == ["s5", "s4"] and page.total == 5
    assert [hit.session for hit in page.hits] == ["s5", "s4"]
    page = sat.history([], "", 2)
    assert [row.id for row in page.rows] == ["s5", "s4"] and page.matched == 5
    sat.delete("s5")
    assert [hit.session for hit in sat.search("boulder")].count("s5") == 0
    sat.append("s6", events)
    assert {row.id for row in sat.history([], "boulder", 9).rows} == {"s1", "s2", "s3", "s4", "s6"}


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
    for table in ("events", "drafts", "sessions", "outcomes", "said"):
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
