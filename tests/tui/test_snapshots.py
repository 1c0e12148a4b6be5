"""Every screen as a picture, from a frozen clock and fixed data: sizes by looks.

After a wanted change: ``pytest tests/tui/test_snapshots.py --snapshot-update``, and look at each picture.
"""

import pytest
from pytest_textual_snapshot import SVGImageExtension
from support import small_desk
from tui_driving import PLAN, at_rest, do, paste, sitting, until
from tui_sessions import grade, interview, many

from interviewer.core import events as ev
from interviewer.core.settings import Settings
from interviewer.store import Store
from interviewer.tui.screens.home import HomeScreen
from interviewer.tui.screens.pair import PairScreen

SIZES = {"80x24": (80, 24), "120x40": (120, 40), "160x45": (160, 45)}
LOOKS = ("dark", "light", "no-colour")

#: Each size and each look once is enough between two releases; `make test-all` has them all.
ALWAYS = {("80x24", "dark"), ("120x40", "no-colour"), ("160x45", "light")}

EVERY = [
    pytest.param(size, look, id=f"{size}-{look}", marks=() if (size, look) in ALWAYS else pytest.mark.long)
    for size in SIZES
    for look in LOOKS
]

BROKEN = 'def solve(x):\n    """Twice x."""\n    y = x + 2  # not yet\n    return y\n'
RIGHT = 'def solve(x):\n    """Twice x."""\n    return x * 2\n'


class FixedGrader:
    """Reads every answer the same way: pictures are not about grading."""

    name = "rubric@1"

    def grade(self, question, answer):
        return grade(question_id=question.id, score=0.6)


@pytest.fixture
def picture(snapshot, monkeypatch):
    """Hold what is on screen against the stored picture of that name."""
    monkeypatch.setattr(HomeScreen, "HEADING", "interviewer — mock interviews for deep-learning roles")

    async def take(pilot, name):
        pilot.app.clear_notifications()
        svg = await at_rest(pilot, name)
        assert svg == snapshot(name=name, extension_class=SVGImageExtension), name

    return take


def look_settings(look, monkeypatch):
    if look == "no-colour":
        monkeypatch.setenv("NO_COLOR", "1")
    return Settings(theme="desk-light" if look == "light" else "desk-dark", reduced_motion=True)


def desk_on(home, clock):
    desk = small_desk(home, clock)
    desk.grader = FixedGrader()
    return desk


@pytest.mark.long  # ten pictures each; the other screens' are held at every `make test`
@pytest.mark.parametrize(("size", "look"), EVERY)
async def test_an_interview(home, clock, picture, monkeypatch, size, look):
    settings = look_settings(look, monkeypatch)
    async with sitting(
        home, clock, size=SIZES[size], settings=settings, open_desk=lambda: desk_on(home, clock)
    ) as (pilot, app):
        await picture(pilot, "home-new")
        await app.sit(plan=PLAN, mode="mock", seed=1)
        await until(pilot, lambda: app.screen.conductor.state.current)
        clock.advance(125)
        paste(
            app,
            "It keeps a running average of the previous gradients, so it always finds the global minimum.",
        )
        await do(pilot, "enter")
        await do(pilot, "f8")
        clock.advance(60)
        paste(app, "In a narrow valley it smooths out")
        app.screen._show_status()
        await picture(pilot, "talk")
        await do(pilot, "enter")
        await do(pilot, "ctrl+n")
        await do(pilot, "ctrl+n")
        await picture(pilot, "approach")
        await do(pilot, "ctrl+n")
        await picture(pilot, "task")
        app.screen.code.set_text(BROKEN)
        await do(pilot, "f5")
        await picture(pilot, "failed")
        app.screen.code.mark({2: "✗", 0: "!"})
        await pilot.press("f4")
        app.screen.code.go_to(2, 8)
        await picture(pilot, "code")
        await pilot.press("f12")
        await picture(pilot, "compare")
        await pilot.press("escape")
        app.screen.code.set_text(RIGHT)
        clock.advance(700)
        await do(pilot, "f5")
        await pilot.press("f6")
        await picture(pilot, "passed")
        await pilot.press("f1")
        await picture(pilot, "help")
        await pilot.press("escape", "ctrl+l")
        await picture(pilot, "leave")
        await pilot.press("s")


@pytest.mark.parametrize(("size", "look"), EVERY)
async def test_reading(home, clock, picture, monkeypatch, size, look):
    settings = look_settings(look, monkeypatch)
    store = Store(home)
    store.append("one", interview())
    store.append("open", interview(upto=ev.Answered))
    for session, events in many(9):
        store.append(session, events)
    store.close()
    async with sitting(
        home, clock, size=SIZES[size], settings=settings, open_desk=lambda: desk_on(home, clock)
    ) as (pilot, app):
        await picture(pilot, "home")
        await app.show_report("one")
        await until(pilot, lambda: app.screen._report)
        await picture(pilot, "report")
        await pilot.press("n", "enter")
        await picture(pilot, "report-question")
        await pilot.press("n", "n", "enter")
        await picture(pilot, "report-exercise")
        await pilot.press("x")
        app.screen.query_one("#path").value = "interview.md"
        await picture(pilot, "export")
        await pilot.press("escape", "t")
        await until(pilot, lambda: app.screen._turns)
        await pilot.press(*["space"] * 7)
        await picture(pilot, "transcript")
        await pilot.press("escape", "escape", "h")
        await until(pilot, lambda: app.screen._page)
        app.screen.query_one("#words").value = "gradients"
        await until(pilot, lambda: app.screen._shown_for == "gradients")
        await picture(pilot, "history-search")
        app.screen.query_one("#words").value = ""
        await until(pilot, lambda: app.screen._shown_for == "")
        await picture(pilot, "history")
        await pilot.press("g")
        await until(pilot, lambda: app.screen.query_one("#topics").option_count)
        await picture(pilot, "trends")
        await pilot.press("escape")
        await app.push_screen(PairScreen(app.desk, "s00002", "s00007"))
        await until(pilot, lambda: app.screen._pair)
        await pilot.press("e")
        await picture(pilot, "side-by-side")
        await pilot.press("escape")
        await pilot.press("escape")
        await app.action_settings()
        await picture(pilot, "settings")


@pytest.mark.parametrize("size", [(40, 10), (49, 24), (80, 13)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_terminal_too_small_is_a_sentence(home, clock, picture, monkeypatch, size):
    async with sitting(home, clock, size=size, settings=look_settings("dark", monkeypatch)) as (pilot, _):
        await picture(pilot, "too-small")
