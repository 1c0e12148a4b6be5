"""A grade that the candidate disputes, in the report: the model reads the answer once more, there."""

import pytest
from fault_server import FaultServer
from scripted import Model, is_grading, points_of, verdicts
from support import small_desk
from tui_driving import LARGE, sitting, text_of, until
from tui_sessions import interview

from interviewer.core import events as ev
from interviewer.grading.llm import LlmGrader
from interviewer.llm.client import Client
from interviewer.store import Store
from interviewer.tui.screens.dialogs import Ask

WHY = "I did say what is kept."


@pytest.fixture
def stored(home):
    store = Store(home)
    store.append("one", interview())
    store.close()


def later_events(home):
    store = Store(home)
    try:
        return [event.body for event in store.events("one")[len(interview()) :]]
    finally:
        store.close()


async def dispute(pilot, app):
    await app.show_report("one")
    await until(pilot, lambda: app.screen._report)
    await pilot.press("n", "o")
    await until(pilot, lambda: isinstance(app.screen, Ask))
    await pilot.press(*WHY, "enter")


@pytest.mark.parametrize("fails", [False, True], ids=["read again", "model away"])
async def test_a_grade_is_disputed_in_the_report(home, clock, stored, fails):
    model = Model(
        grade=lambda r: verdicts(points_of(r), "met", "keeps a running average of the previous gradients")
    )
    async with FaultServer() as server:
        server.script = (lambda r: []) if fails else model

        def open_desk():
            desk = small_desk(home, clock)
            desk.second = LlmGrader(Client(server.profile()))
            return desk

        async with sitting(home, clock, size=LARGE, open_desk=open_desk) as (pilot, app):
            await dispute(pilot, app)
            await until(pilot, lambda: f"contested: {WHY}" in text_of(app.screen))
            told = text_of(app.screen)
            assert ("prompt reread-v1" in told) == (not fails)
            assert ("unscored by llm:" in told) == fails, "and the grade before stands"
        assert all(is_grading(r) and WHY in str(r["body"]) for r in server.requests)
    contested, graded = later_events(home)
    assert isinstance(contested, ev.Contested) and contested.text == WHY
    assert isinstance(graded, ev.Graded) and (graded.grade.score is None) == fails


async def test_without_a_model_nothing_is_to_be_disputed(home, clock, stored):
    async with sitting(home, clock, size=LARGE, open_desk=lambda: small_desk(home, clock)) as (pilot, app):
        await app.show_report("one")
        await until(pilot, lambda: app.screen._report)
        assert "report.contest" not in {b.binding.id for b in app.screen.active_bindings.values()}
