"""The app with a model: its turn is shown as it comes, Esc ends it, a fault is a sentence on the screen."""

import asyncio
from functools import partial

import pytest
from fault_server import HANG, FaultServer, chunk, head
from scripted import ANSWER, Model
from support import small_desk
from tui_driving import TALK, conversation, say, shown, sitting, until, waits

from interviewer.core import events as ev
from interviewer.grading.llm import LlmGrader
from interviewer.llm.client import Client
from interviewer.llm.interviewer import LlmInterviewer


@pytest.fixture
async def server():
    async with FaultServer() as it:
        yield it


def desk_with(home, clock, profile):
    desk = small_desk(home, clock)
    client = Client(profile)
    desk.interviewer, desk.second = LlmInterviewer(client), LlmGrader(client)
    return desk


async def test_a_turn_is_shown_as_it_comes_and_escape_ends_it(home, clock, server):
    server.script = [head(), chunk("Now then, momentum: "), chunk("what "), chunk("\x1b[31m[b]does"), HANG]
    profile = server.profile(first_s=30.0, idle_s=30.0, total_s=60.0)
    async with sitting(home, clock, open_desk=partial(desk_with, home, clock, profile)) as (pilot, app):
        begun = asyncio.create_task(app.sit(plan=TALK, mode="mock", seed=1))
        await until(pilot, lambda: "Now then, momentum: what [31m[b]does" in shown(app))
        assert "esc stops the model" in shown(app)
        await pilot.press("escape")
        await begun
        await until(pilot, lambda: waits(app))
        assert "What does momentum do?" in conversation(app)
        assert not app.screen.query("#saying-now"), "the draft has given way to the turn"
        assert "stops the model" not in shown(app)
        server.script = Model()
        await say(pilot, ANSWER)
        graded = [e.body for e in app.screen.conductor.events if isinstance(e.body, ev.Graded)]
        assert graded[0].grade.provenance is None
        await until(
            pilot,
            lambda: any(
                e.body.grade.provenance for e in app.screen.conductor.events if isinstance(e.body, ev.Graded)
            ),
        )


async def test_a_fault_is_a_sentence_on_the_screen(home, clock, server):
    server.script = [head(503, "text/plain"), b"boom"]
    profile = server.profile()
    opened = partial(desk_with, home, clock, profile)
    async with sitting(home, clock, plan=TALK, open_desk=opened) as (_, app):
        assert any("failed with status 503" in notice.message for notice in app._notifications)
        assert "What does momentum do?" in conversation(app)
