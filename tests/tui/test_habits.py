"""What people have in their fingers from other programs, and what they do without reading the help."""

import gc

from support import small_desk
from tui_driving import CODE, LARGE, TALK, do, paste, say, shown, sitting, until, waits

from interviewer.core import events as ev
from interviewer.core import interview as iv
from interviewer.tui.bindings import problems
from interviewer.tui.screens.home import HomeScreen
from interviewer.tui.screens.interview import InterviewScreen
from interviewer.tui.screens.replay import ReplayScreen
from interviewer.tui.screens.report import ReportScreen
from interviewer.tui.widgets import answer
from interviewer.tui.widgets.conversation import Conversation


def noted(app, text):
    """Whether a notification says so."""
    return any(text in note.message for note in app._notifications)


async def test_new_lines_as_in_other_boxes(home, clock, monkeypatch):
    monkeypatch.setattr(answer, "ALT_S", 5.0)
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        await pilot.press("a", "shift+enter", "b", "alt+enter", "c", "escape", "enter", "d")
        assert app.screen.answer.text == "a\nb\nc\nd", "a terminal sends Alt+Enter as Esc and Enter"
        app.screen.answer.load_text("one line")
        await pilot.press("end")
        await do(pilot, "ctrl+enter")
        assert app.screen.answer.text == "" and "one line" in shown(app)


async def test_pages_are_turned_from_the_answer_box_and_an_answer_comes_back_to_the_end(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        await say(pilot, "\n".join(f"It damps line {n}." for n in range(40)))
        talk = app.screen.query_one(Conversation)
        await until(pilot, lambda: talk.scroll_y == talk.max_scroll_y > 0)
        await pilot.press("h", "pageup")
        await until(pilot, lambda: talk.scroll_y < talk.max_scroll_y)
        assert app.screen.answer.has_focus and app.screen.answer.text == "h"
        await do(pilot, "enter")
        await until(pilot, lambda: talk.scroll_y == talk.max_scroll_y)


async def test_in_a_long_answer_pages_are_turned_in_the_box(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        paste(app, "\n".join(f"line {n}" for n in range(60)))
        await until(pilot, lambda: app.screen.answer.max_scroll_y > 0)
        end = app.screen.answer.cursor_location
        await pilot.press("pageup")
        assert app.screen.answer.cursor_location < end


async def test_what_is_typed_while_one_reads_goes_into_the_box(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        app.screen.set_focus(app.screen.query_one(Conversation))
        await pilot.press(*"just so")
        assert app.screen.answer.text == "just so" and app.screen.answer.has_focus


async def test_a_key_that_must_wait_says_so(home, clock):
    async with sitting(home, clock, plan=CODE, size=LARGE) as (pilot, app):
        await pilot.press("f5")
        await until(pilot, lambda: noted(app, "First say how you will go about it"))
        app.clear_notifications()
        await do(pilot, "ctrl+n")
        await do(pilot, "f5")
        assert "3 where 4 was asked for" in shown(app)
        await pilot.press("f9")
        assert "Hand in code that does not pass?" in shown(app)
        await pilot.press("n")
        assert isinstance(app.screen, InterviewScreen) and waits(app, iv.AwaitCode)


async def test_taking_up_again_shows_the_question_that_waits(home, clock):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        session = app.screen.session
        assert "How will you go about it?" in shown(app)
        await app.screen.put_away()
    async with sitting(home, clock, resume=session) as (pilot, app):
        await until(pilot, lambda: app.screen.answer.has_focus)
        assert "How will you go about it?" in shown(app)


async def test_home_stays_where_one_was_though_a_line_has_come_above_it(home, clock):
    async with sitting(home, clock, size=LARGE) as (pilot, app):
        actions = app.screen.query_one("#actions")
        chosen = actions.highlighted_option.id
        assert chosen.startswith("plan/")
        await pilot.press("enter")
        await until(pilot, lambda: waits(app))
        await pilot.press("ctrl+l", "h")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and "Continue" in shown(app))
        assert app.screen.query_one("#actions").highlighted_option.id == chosen


async def test_not_knowing_is_no_offence(home, clock):
    async with sitting(home, clock, plan=TALK, mode="practice") as (pilot, app):
        await say(pilot, "idk")
        assert "Not knowing is said plainly" in shown(app)


async def test_a_replayed_mock_interview_says_when_its_grades_came(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        session = app.screen.session
        await say(pilot, "It damps oscillation.")
        await app.screen.put_away()
        desk = small_desk(home, clock)
        await app.push_screen(ReplayScreen(desk, session))
        await until(pilot, lambda: "turn 1 of" in shown(app))
        assert "Grades come at the end." in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: "turn 2 of" in shown(app))
        await pilot.press("a")
        await until(pilot, lambda: "so far" in shown(app))
        await pilot.press("q")
        await until(pilot, lambda: not isinstance(app.screen, ReplayScreen))


async def test_an_interview_is_not_found_by_its_name_and_the_way_is_said(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        await pilot.press("ctrl+l", "e")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen))
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await pilot.press("h")
        await until(pilot, lambda: "Two questions" in shown(app))
        await pilot.press("slash", *"questions")
        await until(pilot, lambda: "plan:questions looks for the name" in shown(app))


async def test_a_skip_asks_before_it_throws_away_what_was_typed(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        await pilot.press(*"half", "ctrl+n")
        assert "throw away what you typed?" in shown(app)
        await pilot.press("n")
        assert app.screen.answer.text == "half"
        await do(pilot, "ctrl+n", "y")
        assert app.screen.answer.text == ""


async def test_a_hint_is_seen_from_the_code_too(home, clock):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")
        await pilot.press("f4")
        await do(pilot, "f8")
        hint = app.screen.conductor.events[-1].body
        assert isinstance(hint, ev.Hinted)
        await until(pilot, lambda: noted(app, hint.text))


async def test_code_that_was_changed_since_its_run_is_not_handed_in_unseen(home, clock):
    async with sitting(home, clock, plan=CODE, size=LARGE) as (pilot, app):
        await do(pilot, "ctrl+n")
        await do(pilot, "f5")
        await pilot.press("f4", "f7", *"def solve(x):", "enter", *"return x * 2", "f9")
        assert "Your code has changed since it was run." in shown(app)
        await pilot.press("n")
        await do(pilot, "f5")
        await do(pilot, "f9")
        assert app.screen.code.read_only, "what is asked now is about code that was handed in"


async def test_a_mark_stays_with_its_line(home, clock):
    async with sitting(home, clock, plan=CODE, size=LARGE) as (pilot, app):
        await do(pilot, "ctrl+n")
        code = app.screen.code
        code.mark({1: "✗"})
        await pilot.press("f4", "ctrl+home", "end", "enter", "enter")
        assert code.marks == {3: "✗"}
        await pilot.press("backspace", "backspace")
        assert code.marks == {2: "✗"}


async def test_a_long_answer_keeps_its_border_at_the_smallest_size(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        paste(app, "\n".join(f"line {n}" for n in range(30)))
        await until(pilot, lambda: "Enter sends · ctrl+j new line" in shown(app) and "line 29" in shown(app))


def test_changed_keys_that_clash_or_do_not_exist_are_said():
    told = list(problems({"interview.hint": "f9", "interview.foo": "f5", "history.back": "escape"}))
    assert len(told) == 2, "and what does not clash is not said"
    assert told[0] == "f9 is Hint now, and still Done (interview.done)."
    assert told[1].startswith("There is no key 'interview.foo'; did you mean interview.")


async def test_garbage_waits_until_nobody_types(home, clock):
    """A whole collection takes as long as a few keys."""
    before = gc.get_threshold()
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        assert gc.get_threshold()[2] > 1000 * before[2]
        await pilot.press("ctrl+l", "h")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await until(pilot, lambda: gc.get_threshold() == before)
