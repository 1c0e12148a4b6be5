"""What real life does to a terminal program: sizes, pastes, scripts, full disks, second copies."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import small_desk
from textual import events
from tui_driving import (
    CODE,
    LARGE,
    PLAN,
    SMALL,
    TALK,
    conversation,
    do,
    paste,
    say,
    shown,
    sitting,
    text_of,
    until,
    waits,
)
from tui_sessions import interview

from interviewer.conductor import Saying, code_box
from interviewer.core import events as ev
from interviewer.store import Store
from interviewer.tui.app import InterviewerApp
from interviewer.tui.messages import Happened
from interviewer.tui.screens.history import HistoryScreen
from interviewer.tui.screens.home import HomeScreen
from interviewer.tui.screens.report import ReportScreen
from interviewer.tui.screens.settings import SettingsScreen


async def test_resizing_at_any_moment_down_to_40x10_and_back(home, clock):
    async with sitting(home, clock, plan=CODE, size=LARGE) as (pilot, app):
        paste(app, "an approach, half said")
        await pilot.pause()
        for size in [(40, 10), SMALL, (1, 1), (200, 60), (50, 14), (40, 10), (109, 24), (110, 24), LARGE]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            small = size[0] < 50 or size[1] < 14
            assert ("terminal is too" in shown(app)) is (small and size[1] > 2), size
        assert app.screen.answer.text == "an approach, half said"
        await pilot.resize_terminal(40, 10)
        await do(pilot, "enter")  # keys work even when there is no room to show what they do
        await pilot.resize_terminal(*SMALL)
        await pilot.press("f4", *"x")
        for size in [(40, 10), LARGE, SMALL]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert app.screen.code.text.startswith("x") and "F4 Code" in shown(app)


async def test_a_megabyte_pasted_is_kept_sent_and_graded(home, clock):
    lines = "\n".join(f"Momentum accumulates an average of past gradients, line {n}." for n in range(17_000))
    assert len(lines) > 1_000_000
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        began = time.monotonic()
        paste(app, lines)
        await until(pilot, lambda: app.screen.answer.text == lines, 60)
        assert app.screen.answer.size.height <= SMALL[1] // 2, "the box grows to half the screen at most"
        await app.screen.conductor.save_drafts()
        assert next(iter(app.desk.store.drafts(app.screen.session).values())).text == lines
        await do(pilot, "enter")
        assert app.screen.answer.text == ""
        assert "more characters, all kept" in conversation(app)
        said = [e.body.text for e in app.screen.conductor.events if isinstance(e.body, ev.Answered)]
        assert said == [lines]
        assert time.monotonic() - began < 60


SCRIPTS = {
    "wide": "勾配降下法は損失を小さくする",
    "combining": "e\u0301 a\u0308 क्षि ก็",
    "right to left": "الانحدار التدريجي שלום",
    "emoji": "👩‍🔬 🇩🇪 ❤️ 🏳️‍🌈",
    "escapes": "\x1b[31mred\x1b[0m \x07 \x9b2J",
    "bidi": "safe \u202e gnihton \u2066x",
    "markup": "[bold red]not[/] [link=x]markup[/link] **bold** `x`",
    "lone surrogate": "broken \ud83d paste",
    "nul": "a\x00b",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
async def test_every_script_is_kept_as_typed_and_shown_inert(home, clock, text):
    async with sitting(home, clock, plan=TALK, mode="practice") as (pilot, app):
        await say(pilot, text)
        said = [e.body.text for e in app.screen.conductor.events if isinstance(e.body, ev.Answered)]
        assert said and said[0].strip() == text.encode("utf-8", "replace").decode().strip()
        screen = shown(app)
        assert (
            "\x1b" not in screen and "\u202e" not in screen and "\x9b" not in screen and "\x00" not in screen
        )
        if text == SCRIPTS["markup"]:
            assert text in conversation(app)
        await pilot.press("ctrl+l", "e")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen) and app.screen._report)
        await pilot.press("e")
        await until(pilot, lambda: "You: " in text_of(app.screen.query_one("#items")))


async def test_text_composed_by_an_input_method_arrives_whole(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        for char in "学習率":
            app.screen.answer.post_message(events.Key(char, char))
        await pilot.pause()
        assert app.screen.answer.text == "学習率"


async def test_a_second_copy_says_that_it_is_read_only_and_reads(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, _):
        await say(pilot, "It damps oscillation across narrow valleys.")
        async with sitting(home, clock) as (second, other):
            assert "Read only" in shown(other) and "process" in shown(other)
            await second.press("c")
            await until(second, lambda: "Another interview is open" in str(list(other._notifications)))
            assert isinstance(other.screen, HomeScreen)
            await second.press("h")
            await until(second, lambda: "Two questions" in shown(other))
            await second.press("enter")
            await until(second, lambda: isinstance(other.screen, ReportScreen) and other.screen._report)
            assert "not finished" in shown(other)


async def test_when_the_first_copy_is_closed_the_second_can_write(home, clock):
    first = Store(home)
    first.lock()
    async with sitting(home, clock) as (pilot, app):
        assert app.read_only
        first.close()
        await app.sit(plan=TALK, mode="mock", seed=1)
        await until(pilot, lambda: hasattr(app.screen, "conductor") and app.screen.conductor.state.started)
        assert app.read_only is None


async def test_an_interview_that_was_left_can_be_resumed_by_another_program(home, clock):
    """The first program stays open, at its home screen or reading a report: it writes no more."""
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        await say(pilot, "It damps oscillation across narrow valleys.")
        session = app.screen.session
        assert "Another interview is open" in elsewhere(home, session)
        await pilot.press("ctrl+l", "h")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        assert elsewhere(home, session) == "resumed\n"
        await until(pilot, lambda: app.screen.query_one("#actions").option_count > 2)
        await app.sit(resume=session)
        await until(pilot, lambda: waits(app))
        assert "Another interview is open" in elsewhere(home, session), "it writes again"
        await pilot.press("ctrl+l", "e")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen) and app.screen._report)
        assert elsewhere(home, session) == "resumed\n"


def elsewhere(home, session):
    """What another program says that takes the session up."""
    code = (
        "import asyncio, sys; from pathlib import Path; from support import small_desk\n"
        "from interviewer.compose import SystemClock\n"
        "async def main():\n"
        "    desk = small_desk(Path(sys.argv[1]), SystemClock())\n"
        "    await desk.conductor(sys.argv[2], lambda what: None).take_up()\n"
        "    await desk.close()\n"
        "    print('resumed')\n"
        "asyncio.run(main())"
    )
    there = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join([there, *filter(None, [os.environ.get("PYTHONPATH")])])
    told = subprocess.run(
        [sys.executable, "-c", code, str(home), session],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return told.stdout + told.stderr


async def test_a_home_that_cannot_be_written_is_said_before_anything_is_typed(tmp_path, clock, capfd):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    app = InterviewerApp(lambda: small_desk(blocked / "home", clock))
    async with app.run_test() as pilot:
        for _ in range(200):
            if app._exit:
                break
            await pilot.pause(0.05)
    assert app.return_code == 2
    assert "interviewer: Cannot write to" in capfd.readouterr().err


async def test_a_disk_that_fills_keeps_the_text_on_screen_and_saves_it_elsewhere(home, clock, tmp_path):
    async with sitting(home, clock, plan=PLAN) as (pilot, app):
        db: sqlite3.Connection = app.desk.store._db
        db.execute("VACUUM")  # what the schema's steps left free is room, too
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        text = "It damps oscillation across narrow valleys. " * 200
        paste(app, text)
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: "the disk is full" in str(list(app._notifications)))
        assert app.screen.answer.text == text
        assert not any(isinstance(e.body, ev.Answered) for e in app.screen.conductor.events)

        await pilot.press("ctrl+s")
        app.screen.query_one("#path").value = str(tmp_path / "kept.txt")
        await pilot.press("enter")
        assert (tmp_path / "kept.txt").read_text() == text

        db.execute("PRAGMA max_page_count = 1073741823")
        await do(pilot, "enter")
        assert app.screen.answer.text == "", "with room again the same key submits the same text"


async def test_saving_elsewhere_never_overwrites(home, clock, tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        paste(app, "new")
        await pilot.press("ctrl+s")
        for path, says in ((tmp_path / "mine.txt", "exists already"), (tmp_path / "no" / "x", "Not saved")):
            app.screen.query_one("#path").value = str(path)
            await pilot.press("enter")
            assert says in shown(app)
    assert (tmp_path / "mine.txt").read_text() == "precious"


async def test_a_clock_that_jumps_shows_no_nonsense(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        clock.advance(1e6)
        await app.screen.conductor.tick()
        app.screen._show_status()
        await pilot.pause()
        assert "over" in shown(app)
        clock.start = clock.start.replace(year=2001)
        await say(pilot, "It damps oscillation across narrow valleys.")
        assert "Why train in mini-batches?" in conversation(app), "late, so it goes on without a probe"


async def test_a_grader_that_breaks_leaves_the_answer_unscored_and_the_interview_going(home, clock):
    class Broken:
        name = "rubric@test"

        def grade(self, question, answer):
            raise ZeroDivisionError("a bug")

    desk = small_desk(home, clock)
    desk.grader = Broken()
    async with sitting(home, clock, plan=TALK, mode="practice", open_desk=lambda: desk) as (pilot, app):
        await say(pilot, "It damps oscillation across narrow valleys.")
        assert "could not be graded" in conversation(app)
        assert "Why train in mini-batches?" in conversation(app)


async def test_a_megabyte_pasted_into_the_code_is_kept_and_can_be_edited(home, clock):
    code = "\n".join(
        f"value_{n} = {n}  # a line of code, one of many that were pasted" for n in range(17_500)
    )
    assert len(code) > 1_000_000
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")
        await pilot.press("f4", "f7")
        began = time.process_time()
        paste(app, code)
        await until(pilot, lambda: app.screen.code.text == code, 60)
        await pilot.press("enter", *"x = 1")
        await until(pilot, lambda: app.screen.code.text.endswith("\nx = 1"))
        await app.screen.conductor.save_drafts()
        assert app.desk.store.drafts(app.screen.session)[code_box("double")].text.endswith("\nx = 1")
        await pilot.press("ctrl+home")
        assert app.screen.code.cursor_location == (0, 0) and "value_0 = 0" in shown(app)
        assert time.process_time() - began < 20


@pytest.mark.long
async def test_a_megabyte_pasted_where_one_line_is_asked_for(home, clock):
    text = "gradient " * 125_000
    async with sitting(home, clock) as (pilot, app):
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen) and app.screen._page)
        await pilot.press("slash")
        began = time.process_time()
        paste(app, text)
        await until(pilot, lambda: app.screen._shown_for == app.screen.query_one("#words").value != "")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        assert time.process_time() - began < 20


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
async def test_every_script_can_stand_in_code(home, clock, text):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")
        await pilot.press("f4", "f7")
        paste(app, f'said = "{text}"\n')
        await pilot.press(
            *"y = 2", "left", "left", "backspace", "up", "end", "left", "down", "home", "delete"
        )
        kept = app.screen.code.text
        assert kept.endswith(" 2") or kept.endswith("2")
        screen = shown(app)
        assert not any(char in screen for char in "\x1b\x9b\x00\u202e\u2066")
        await do(pilot, "f5")
        sent = [e.body.code for e in app.screen.conductor.events if isinstance(e.body, ev.CodeSubmitted)]
        assert sent == [kept.encode("utf-8", "replace").decode()]


@pytest.mark.long
async def test_every_screen_takes_any_size(home, clock):
    store = Store(home)
    store.append("one", interview())
    store.append("two", interview())
    store.close()
    sizes = [(40, 10), LARGE, (1, 1), (110, 10), SMALL]
    async with sitting(home, clock) as (pilot, app):

        async def shaken():
            for size in sizes:
                await pilot.resize_terminal(*size)
                await pilot.pause()
            await until(pilot, lambda: "terminal is too" not in shown(app))

        await shaken()
        for keys in (["h"], ["c", "down", "c"], ["escape", "g"], ["escape", "enter"], ["e"], ["t"]):
            before = app.screen
            await pilot.press(*keys)
            await until(pilot, lambda before=before, keys=keys: app.screen is not before or keys == ["e"])
            await shaken()
        await pilot.press("escape", "escape", "escape", "s")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
        await shaken()
        await pilot.press("f1")
        await shaken()


async def test_resizing_while_the_interviewer_speaks(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        said = ""
        for n, size in enumerate([(40, 10), LARGE, (50, 14), (1, 1), SMALL] * 3):
            said += f"word {n} about momentum and the gradients before it. " * 3
            app.screen.post_message(Happened(Saying("why-momentum", said)))
            await pilot.resize_terminal(*size)
            await pilot.pause(0.05)
        await until(pilot, lambda: "word 14" in shown(app))
        await pilot.press(*"still here")
        assert app.screen.answer.text == "still here"


@pytest.mark.long
async def test_dialogs_take_any_size(home, clock):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")
        for keys in (("ctrl+l",), ("ctrl+s",), ("ctrl+g",), ("f12",), ("ctrl+n",), ("ctrl+p",)):
            await pilot.press(*keys)
            for size in [(1, 1), (40, 10), (3, 60), LARGE, SMALL]:
                await pilot.resize_terminal(*size)
                await pilot.pause()
            await pilot.press("escape")
        await until(pilot, lambda: "F4 Code" in shown(app))
