"""Whole interviews through the real app, by keyboard alone, at the smallest and at a large size."""

import contextlib
import dataclasses
import socket
import sys

import pytest
from support import DOUBLE, PLAN, SmallCatalog, small_desk
from tui_driving import CODE, LARGE, SMALL, TALK, conversation, do, say, shown, sitting, text_of, until, waits

from interviewer.compose import Preferences, read_settings
from interviewer.conductor import code_box
from interviewer.core import events as ev
from interviewer.core import interview as iv
from interviewer.core.settings import Settings
from interviewer.llm import profiles
from interviewer.tui.screens.home import HomeScreen
from interviewer.tui.screens.interview import InterviewScreen
from interviewer.tui.screens.report import ReportScreen
from interviewer.tui.widgets.results import Results

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "160x45"])


def bodies(app):
    return [type(e.body) for e in app.screen.conductor.events]


@SIZES
async def test_a_plan_from_home_to_the_report(home, clock, size):
    async with sitting(home, clock, size=size) as (pilot, app):
        assert "Small interview" in shown(app) and "14 min" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: waits(app))
        assert "What does momentum do?" in shown(app)
        assert (
            "1/3  Basics" in shown(app) and "0:00 of 14:00" in shown(app) and "rubric, offline" in shown(app)
        )

        await say(pilot, "It damps oscillation across narrow valleys.")
        assert "What is remembered from one step to the next?" in shown(app), "a probe on what was missed"
        await do(pilot, "f8")
        assert "Hint 1: Think of a ball." in shown(app)
        await say(pilot, "It accumulates an average of past gradients.")
        for _ in range(2):
            if app.screen.conductor.state.current == "why-momentum":
                await do(pilot, "ctrl+n")
        assert "Why train in mini-batches?" in shown(app)
        await do(pilot, "ctrl+n")

        assert "How will you go about it?" in conversation(app)
        await say(pilot, "Multiply by two.")
        screen = app.screen
        assert isinstance(screen.conductor.move(), iv.AwaitCode)
        assert "Return twice the input." in shown(app), "the task is in front when the code begins"
        await do(pilot, "f5")
        assert "✗ Attempt 1" in shown(app) and "3 where 4 was asked for" in shown(app)
        await pilot.press("f4")
        await pilot.press("f7", *"def solve(x):", "enter", *"return x * 2")
        await do(pilot, "f5")
        assert "✓ Attempt 2: PASS" in shown(app) and "The reference" in shown(app)
        assert "Doubling" not in shown(app), "it would answer what is asked about the code"
        await do(pilot, "f9")
        assert "What does it cost?" in shown(app), "a follow-up about the code"
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen) and app.screen._report)
        await pilot.pause()
        report = text_of(app.screen.query_one("#summary"))
        assert "Hands-on PyTorch" in report and "100%" in report and "Practise these next" in report
        kinds = {type(e.body) for e in app.desk.store.events(app.screen._session)}
        assert {
            ev.Answered,
            ev.Probed,
            ev.Hinted,
            ev.Skipped,
            ev.CodeSubmitted,
            ev.RunJudged,
            ev.Ended,
        } <= kinds
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)
        await until(pilot, lambda: "Last results" in shown(app))


async def test_what_is_typed_comes_back_after_leaving(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        session = app.screen.session
        await say(pilot, "It speeds things up.")
        await pilot.press(*"half a thou", "ctrl+l")
        assert "Home: go on later" in shown(app)
        await pilot.press("h")
        await until(
            pilot, lambda: isinstance(app.screen, HomeScreen) and "Continue Two questions" in shown(app)
        )
        await pilot.press("c")
        await until(pilot, lambda: waits(app))
        assert app.screen.session == session
        assert app.screen.answer.text == "half a thou"
        assert "It speeds things up." in conversation(app) and "after a break" in conversation(app)
        await pilot.press(*"ght")
        assert app.screen.answer.text == "half a thought"
        await pilot.press("ctrl+a", "up")
        assert app.screen.answer.text == "It speeds things up.", "earlier answers are a key away"
        await pilot.press("down")
        assert app.screen.answer.text == "half a thought"


async def test_code_comes_back_after_leaving(home, clock):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        session = app.screen.session
        await do(pilot, "ctrl+n")
        await pilot.press("f4", "ctrl+end", *"# mine")
        await app.screen.conductor.save_drafts()
        assert app.desk.store.drafts(session)[code_box("double")].text.endswith("# mine")
    async with sitting(home, clock, resume=session) as (pilot, app):
        assert app.screen.code.text == DOUBLE.starter + "# mine"
        assert "F4 Code" in shown(app)


async def test_practice_grades_each_answer_and_gives_nothing_away_before_the_probe(home, clock):
    async with sitting(home, clock, plan=TALK, mode="practice") as (pilot, app):
        await say(pilot, "It damps oscillation across narrow valleys.")
        told = conversation(app)
        assert "✓ met" in told and "rubric@" in told and "points not touched yet" in told
        assert "What is remembered" in told and "accumulates an average of past gradients" not in told
        while app.screen.conductor.state.current == "why-momentum":
            await do(pilot, "ctrl+n")
        assert "✗ missed: Momentum accumulates an average of past gradients." in conversation(app)
        assert "A strong answer" in conversation(app)


async def test_pause_stops_the_clock_and_says_so(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        clock.advance(65)
        await pilot.press("ctrl+b")
        await until(pilot, lambda: app.screen.conductor.state.paused)
        clock.advance(1000)
        app.screen._show_status()
        await pilot.pause()
        assert "PAUSED at 1:05" in shown(app)
        await do(pilot, "ctrl+b")
        assert "1:05 of 8:00" in shown(app)


async def test_the_clock_turns_urgent_only_near_the_end_and_cuts_nothing_off(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        right = app.screen.bar.query_one(".right")
        assert not right.has_class("soon", "over")
        clock.advance(0.85 * 480)
        app.screen._show_status()
        assert right.has_class("soon")
        await pilot.press(*"unfinished")
        clock.advance(480)
        await app.screen.conductor.tick()
        app.screen._show_status()
        await pilot.pause()
        assert right.has_class("over") and "over" in shown(app)
        assert app.screen.answer.text == "unfinished"
        await do(pilot, "enter")


async def test_an_exercise_is_skipped_only_when_it_is_meant(home, clock):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")  # the approach: at once
        screen = app.screen
        await pilot.press("ctrl+n")
        assert "Skip this exercise?" in shown(app)
        await pilot.press("enter")
        assert app.screen is screen and not screen.conductor.state.items["double"].skipped
        await pilot.press("f9")
        assert "without running your code" in shown(app)
        await pilot.press("escape")
        await pilot.press("ctrl+n", "y")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen))


async def test_a_slow_run_is_stopped_with_escape(home, clock):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")
        await pilot.press("f4", "f7", *"slow = 1", "f5")
        await until(pilot, lambda: app.screen.conductor.running)
        assert "running …" in shown(app)
        await do(pilot, "escape")
        assert "CANCELLED" in shown(app)
        assert app.screen.code.text == "slow = 1"


async def test_compare_and_reset(home, clock):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")
        await pilot.press("f4", "f7", *"x = 1")
        await pilot.press("f12")
        assert "Your code against the starter" in shown(app) and "+x = 1" in shown(app)
        await pilot.press("r")
        assert "Replace your code with the starter?" in shown(app)
        await pilot.press("y")
        await pilot.pause()
        assert app.screen.code.text == DOUBLE.starter
        await pilot.press("ctrl+z")
        assert app.screen.code.text == "x = 1", "a reset is undone like anything else"


async def test_the_reference_is_there_to_compare_with_only_after_a_pass(home, clock):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")
        await do(pilot, "f5")
        await pilot.press("f12")
        assert "your last submission" in shown(app) and "reference" not in shown(app)
        await pilot.press("escape")
        await pilot.press("f4", "f7", *"def solve(x):", "enter", *"return x  * 2")
        await do(pilot, "f5")
        await pilot.press("f12")
        assert "-    return x * 2" in shown(app) and "+    return x  * 2" in shown(app)


async def test_finding_a_line_and_a_word_by_keyboard(home, clock):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")
        await pilot.press("f4", "ctrl+g")
        assert "Go to line (1 to 3)" in shown(app)
        await pilot.press("2", "enter")
        assert app.screen.code.cursor_location[0] == 1
        await pilot.press("ctrl+f", *"raise", "enter")
        assert app.screen.code.selected_text == "raise"
        await pilot.press("tab", *"return", "enter", "escape")
        assert "return NotImplementedError" in app.screen.code.text
        assert app.screen.code.has_focus


async def test_the_line_that_an_error_names_is_marked(home, clock):
    class Raises:
        def unavailable(self):
            return None

        async def warm(self): ...

        async def close(self): ...

        async def run(self, exercise, source, **how):
            from interviewer.core.running import Finding, RunResult

            review = (Finding("no-seed", 1, "no seed"),)
            return RunResult(exercise.id, "f", "RUNTIME_ERROR", "values: Line 2: boom", (), review)

    async with sitting(
        home, clock, plan=CODE, open_desk=lambda: small_desk(home, clock, runner=Raises())
    ) as (
        pilot,
        app,
    ):
        await do(pilot, "ctrl+n")
        await do(pilot, "f5")
        assert app.screen.code.marks == {0: "!", 1: "✗"}
        await pilot.press("f4")
        assert "2✗" in shown(app) and "1!" in shown(app)


async def test_editor_hand_off(home, clock, tmp_path, monkeypatch):
    editor = tmp_path / "edit.py"
    editor.write_text("import sys; p = sys.argv[1]; t = open(p).read(); open(p, 'w').write(t + 'by vi')")
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        from interviewer.tui import editor as handing

        # the headless driver has no terminal to give away; a real one is driven in test_real_terminal.py
        monkeypatch.setattr(type(app), "suspend", lambda self: __import__("contextlib").nullcontext())
        await pilot.press(*"said ")
        for command, says in (
            (f"{sys.executable} {editor}", None),
            ("/no/such/editor", "could not be started"),
            (f"{sys.executable} -c 'raise SystemExit(3)'", "status 3"),
            ("unbalanced 'quote", "could not be started"),
        ):
            monkeypatch.setenv("VISUAL", command)
            before = app.screen.answer.text
            await pilot.press("ctrl+o")
            await pilot.pause()
            if says is None:
                assert app.screen.answer.text == before + "by vi"
            else:
                assert app.screen.answer.text == before
                with pytest.raises(handing.EditorFailed, match=says):
                    handing.edit_elsewhere(app, "x", ".md")


async def test_every_key_of_ours_has_an_id_and_is_on_the_help_screen(home, clock):
    from interviewer.tui.screens.help import bindings

    async with sitting(home, clock, plan=PLAN, settings=Settings(keys={"interview.hint": "f3,alt+h"})) as (
        pilot,
        app,
    ):
        known = bindings(app.screen)
        for node in [app.screen, *app.screen.query("*"), app]:
            for cls in type(node).__mro__:
                if cls.__module__.startswith("interviewer"):
                    for binding in cls.__dict__.get("BINDINGS", []):
                        assert binding.id and binding.description and binding.id in known, binding
        assert known["interview.hint"] == ("f3, alt+h", "Hint")
        await do(pilot, "alt+h")
        assert "Hint 1" in shown(app), "a key changed in the settings works"
        await pilot.press("f1")
        assert "alt+h" in shown(app) and "interview.hint" in shown(app)
        await pilot.press("escape")
        assert isinstance(app.screen, InterviewScreen)


async def test_every_command_is_in_the_palette(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {
            "Hint",
            "Skip",
            "Repeat the question",
            "Pause",
            "Leave",
            "Help",
            "Settings",
            "Theme",
        } <= titles
        assert "Run" not in titles, "what does nothing now is not offered"
        await pilot.press("ctrl+p")
        await pilot.press(*"hint")
        await until(pilot, lambda: "key: f8" in shown(app))


async def on_setting(pilot, app, name):
    """Put the cursor of the settings on a line."""
    options = app.screen.query_one("#settings")
    options.highlighted = options.get_option_index(name)
    await pilot.pause()


async def test_every_setting_is_changed_by_keyboard_and_kept(home, clock):
    async with sitting(home, clock) as (pilot, app):
        app.preferences = Preferences()
        await app.action_settings()
        options = app.screen.query_one("#settings")
        lines = {option.id for option in options.options}
        assert lines >= {f.name for f in dataclasses.fields(Settings)} - {"keys", "themes"}
        await pilot.press("down", "enter", "down", "enter", "down", "enter")
        assert app.animation_level == "none"
        await on_setting(pilot, app, "persona")
        await pilot.press("enter", "enter")
        for name, said in (("role", "GPU kernels"), ("python", "/opt/other/python")):
            await on_setting(pilot, app, name)
            await pilot.press("enter", *said, "enter")
        await on_setting(pilot, app, "profile")
        await pilot.press("enter")
        await until(pilot, lambda: "Which model?" in shown(app))
        await pilot.press("o")
        await pilot.press("escape", "ctrl+t")
        kept, problems = read_settings()
        assert not problems and kept == Settings(
            theme="desk-light",
            reduced_motion=True,
            close_brackets=False,
            vim_keys=True,
            profile="offline",
            persona="neutral",
            role="GPU kernels",
            python="/opt/other/python",
        )
        text = app.preferences.path.read_text()
        assert "# A job description, in words" in text and text.count("role =") == 1


async def test_a_theme_chosen_in_the_palette_is_kept(home, clock):
    async with sitting(home, clock) as (pilot, app):
        app.preferences = Preferences()
        await app.action_settings()
        await pilot.press("enter", *"nord", "enter")
        await until(pilot, lambda: app.theme == "nord")
        assert read_settings()[0].theme == "nord" and "nord" in shown(app)


async def test_a_theme_of_ones_own_is_worn_and_a_broken_one_is_said(home, clock):
    themes = {
        "mine": {"primary": "#ff8800", "dark": False},
        "bad": {"primary": "blueish"},
        "odd": {"prim": "red"},
    }
    async with sitting(home, clock, settings=Settings(theme="mine", themes=themes)) as (_, app):
        assert app.theme == "mine" and not app.current_theme.dark
        said = str(list(app._notifications))
        assert "'bad' cannot be used: primary = 'blueish' is no colour" in said and "no 'prim'" in said


async def test_the_settings_file_is_edited_as_a_whole(home, clock, tmp_path, monkeypatch):
    editor = tmp_path / "edit.py"
    editor.write_text(
        "import sys; p = sys.argv[1]; t = open(p).read()\n"
        "open(p, 'w').write('theme = \"nord\"\\nvim_keys = 3\\n' + t)"
    )
    async with sitting(home, clock) as (pilot, app):
        app.preferences = Preferences()
        monkeypatch.setattr(type(app), "suspend", lambda self: contextlib.nullcontext())
        monkeypatch.setenv("VISUAL", f"{sys.executable} {editor}")
        await app.action_settings()
        await on_setting(pilot, app, "file")
        await pilot.press("enter")
        assert app.theme == "nord" and read_settings()[0].theme == "nord"
        assert "vim_keys should be true or false" in str(list(app._notifications))


async def test_another_model_is_taken_up_on_the_home_screen(home, clock):
    opened = []

    def open_desk():
        opened.append(small_desk(home, clock))
        return opened[-1]

    async with sitting(home, clock, open_desk=open_desk) as (pilot, app):
        await app.action_settings()
        app.set("profile", "offline")
        assert len(opened) == 1
        await pilot.press("escape")
        await until(pilot, lambda: app.desk is opened[-1] and len(opened) == 2)
        assert app.read_only is None, "nobody else writes"
        await pilot.press("enter")
        await until(pilot, lambda: waits(app))


async def test_a_model_server_on_this_machine_is_offered_once(home, clock, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(
            profiles, "PRESETS", {"ollama": profiles.Profile("ollama", f"http://127.0.0.1:{port}/v1")}
        )
        async with sitting(home, clock) as (pilot, app):
            assert "Use the model" not in shown(app)
            app.preferences = Preferences()
            app.screen.read(app.desk)
            await until(pilot, lambda: "Use the model on this machine  ollama" in shown(app))
            options = app.screen.query_one("#actions")
            options.highlighted = options.get_option_index("model")
            await pilot.pause()
            assert f"listens at 127.0.0.1:{port}" in " ".join(text_of(app.screen).split())
            await pilot.press("enter")
            await until(pilot, lambda: "Use the model" not in shown(app))
            assert read_settings()[0].profile == "ollama"


async def test_vims_keys_are_a_setting(home, clock):
    async with sitting(home, clock, plan=CODE, settings=Settings(vim_keys=True)) as (pilot, app):
        await do(pilot, "ctrl+n")
        await pilot.press("f4")
        assert "NORMAL" in shown(app)
        await pilot.press("d", "G", "i", *"def solve(x): return x * 2")
        assert "-- INSERT --" in shown(app)
        await pilot.press("escape")
        await do(pilot, "colon", "w", "enter")
        assert "PASS" in shown(app), ":w runs the code"


async def test_the_role_that_is_set_chooses_what_is_asked(home, clock):
    async with sitting(home, clock) as (pilot, app):
        app.preferences = Preferences()
        app.set("role", str(home / "no-such-job.txt"))
        await pilot.press("enter")
        await until(pilot, lambda: waits(app))
        await pilot.press("ctrl+l", "h")
        path = home / "job.txt"
        path.write_bytes(b"\xff\xfe")
        app.set("role", str(path))
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        options = app.screen.query_one("#actions")
        options.highlighted = options.get_option_index("plan/small")
        await pilot.press("enter")
        await until(pilot, lambda: waits(app))
        assert "role cannot be read" in str(list(app._notifications))


async def test_practising_what_went_worst_is_one_key_press(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        await say(pilot, "no idea at all, sorry")
        while isinstance(app.screen, InterviewScreen):
            await do(pilot, "ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen) and app.screen._report)
        await pilot.press("p")
        await until(pilot, lambda: waits(app))
        started = app.screen.conductor.state.started
        assert started.mode == "practice" and started.items[0].id == "why-momentum"


async def test_ending_early_gives_a_report_that_tells_asked_from_not_reached(home, clock):
    async with sitting(home, clock, plan=PLAN) as (pilot, app):
        await pilot.press("ctrl+l", "e")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen) and app.screen._report)
        await until(pilot, lambda: "not answered" in shown(app))
        assert shown(app).count("not reached") == 2


async def test_nothing_to_ask_is_said_and_home_stays(home, clock):
    catalog = SmallCatalog()
    desk = small_desk(home, clock, catalog=catalog)
    desk.runner.why_not = "no torch here"
    async with sitting(home, clock, open_desk=lambda: desk) as (pilot, app):
        await app.sit(plan=CODE, mode="mock", seed=1)
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        assert "no torch here" in shown(app)


@pytest.mark.torch
async def test_an_exercise_with_the_real_judge(home, clock):
    from interviewer.compose import open_desk

    async with sitting(home, clock, open_desk=open_desk) as (pilot, app):
        from interviewer.core.model import Plan, PlanStage

        await app.sit(plan=Plan("x", "x", 10, (PlanStage("coding", only=("logistic-regression",)),)), seed=1)
        await until(pilot, lambda: waits(app))
        if isinstance(app.screen.conductor.move(), iv.AwaitAnswer):
            await do(pilot, "ctrl+n")
        await pilot.press("f5")
        await until(pilot, lambda: waits(app) and app.screen.conductor.state.item.last_result, 90)
        assert "✗ Attempt 1" in shown(app) and app.screen.code.marks
        item = app.screen.conductor.state.item
        app.screen.code.set_text(item.exercise.reference)
        await pilot.press("f5")
        await until(pilot, lambda: waits(app) and item.last_result.passed, 60)
        assert "PASS" in text_of(app.screen.query_one(Results))


async def test_a_file_of_ones_own_is_run_whenever_it_is_saved(home, clock, tmp_path):
    path = tmp_path / "mine.py"
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")
        screen = app.screen
        await pilot.press("alt+o")
        app.screen.query_one("Input").value = str(path)
        await pilot.press("enter")
        assert path.read_text() == DOUBLE.starter
        assert "runs mine.py on save" in shown(app)
        path.write_text("def solve(x):\n    return x * 2\n")
        await until(pilot, lambda: screen.conductor.state.item.last_result and waits(app))
        assert screen.conductor.state.item.last_result.passed
        assert screen.code.text == path.read_text()

        fresh = tmp_path / "renamed"  # as editors save: a new file in the place of the old one
        fresh.write_text("def solve(x):\n    return x * 3\n")
        fresh.replace(path)
        await until(pilot, lambda: len(screen.conductor.state.item.attempts) == 2 and waits(app))
        await pilot.press("alt+o")
        path.write_text("not watched")
        screen._look_at_file()
        assert screen.code.text.endswith("x * 3\n")


async def test_a_file_that_cannot_be_used_is_said(home, clock, tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")
        before = app.screen.code.text
        for path in (tmp_path / "no" / "such", tmp_path / "binary", tmp_path):
            await pilot.press("alt+o")
            app.screen.query_one("Input").value = str(path)
            await pilot.press("enter")
            await until(pilot, lambda: "cannot be used" in str(list(app._notifications)))
            app.clear_notifications()
            assert app.screen._watched is None and app.screen.code.text == before


# ---------------------------------------------------------------------- habits of new users


async def test_who_types_help_is_told_the_way_and_may_still_mean_it(home, clock):
    async with sitting(home, clock, plan=TALK) as (pilot, app):
        for word, way in (("Help", "F1 shows all keys"), ("quit", "ctrl+l leaves"), ("skip", "ctrl+n skips")):
            app.screen.answer.put(word)
            await pilot.press("enter")
            await until(pilot, lambda way=way: way in str(list(app._notifications)))
            assert app.screen.answer.text == word
        assert ev.Answered not in bodies(app)
        await do(pilot, "enter")
        said = [e.body.text for e in app.screen.conductor.events if isinstance(e.body, ev.Answered)]
        assert said == ["skip"], "twice is meant"


async def test_who_types_while_the_task_is_in_front_is_told_where_the_code_is(home, clock):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await do(pilot, "ctrl+n")
        assert not app._notifications
        await pilot.press(*"def solve")
        told = [n for n in app._notifications if "F4 is where you write the code" in n.message]
        assert len(told) == 1
        assert app.screen.code.text == DOUBLE.starter


async def test_copying_takes_what_is_in_front(home, clock):
    async with sitting(home, clock, plan=CODE) as (pilot, app):
        await pilot.press("alt+y")
        assert app.clipboard == "How will you go about it?"
        await do(pilot, "ctrl+n")
        await do(pilot, "f5")
        await pilot.press("alt+y")
        assert "✗ failed: values" in app.clipboard
        await pilot.press("f4", "alt+y")
        assert app.clipboard == DOUBLE.starter
        await pilot.press("ctrl+l", "e")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen) and app.screen._report)
        await pilot.press("y")
        assert app.clipboard.startswith("# Interview report")
        await pilot.press("n", "y")
        assert app.clipboard.startswith("## Double it")


def test_copying_falls_back_to_the_next_program(tmp_path):
    from interviewer.tui.clipboard import copy

    folder = tmp_path / "bin"
    folder.mkdir()
    for name, script in (("xclip", "exit 1"), ("xsel", f"cat > {tmp_path}/taken")):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    environment = {"PATH": f"{folder}:/bin:/usr/bin", "DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    assert copy("as “typed”", environment) == "xsel"
    assert (tmp_path / "taken").read_text() == "as “typed”"
    assert copy("x", {"PATH": str(folder)}) is None
