"""A real model on this machine: protocol and structure. Its judgement is poor, and is not asserted."""

import asyncio
import time
from dataclasses import replace

import pytest
from local_model import LocalModel, weights
from scripted import ANSWER, Sitting
from support import PLAN, small_desk

from interviewer.core import events as ev
from interviewer.core.model import Plan
from interviewer.core.report import report, report_markdown
from interviewer.llm import ladder
from interviewer.llm.client import Client
from interviewer.llm.fault import Fault
from interviewer.llm.profiles import Profile

pytestmark = pytest.mark.local_model

HI = [{"role": "user", "content": "Tell a long story about a gradient."}]
SCHEMA = {
    "type": "object",
    "properties": {"status": {"enum": ["met", "missed"]}, "sure": {"type": "boolean"}},
    "required": ["status", "sure"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def local():
    model = LocalModel()
    yield model
    model.close()


def profile_of(local, **more):
    """Slow limits: a test machine has other things to do."""
    limits = {"first_s": 120.0, "idle_s": 60.0, "total_s": 240.0, "max_tokens": 400, **more}
    return Profile("local", f"{local.address}/v1", "smollm2", **limits)


@pytest.fixture
async def client(local):
    it = Client(profile_of(local))
    yield it
    await it.close()


async def cancelled_after_a_word(client):
    """A reply that was stopped; how long stopping took, in seconds."""
    spoke = asyncio.Event()
    task = asyncio.create_task(client.stream(HI, on_text=lambda _: spoke.set()))
    await asyncio.wait_for(spoke.wait(), 120)
    at = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.monotonic() - at


async def test_it_lists_itself_and_converses(client):
    assert await client.models() == ["smollm2"]
    client.profile = replace(client.profile, max_tokens=12)
    with pytest.raises(Fault) as caught:
        await client.stream(HI)
    assert caught.value.kind == "length" and caught.value.partial


async def test_data_of_a_given_shape_comes_down_the_ladder(client):
    ask = [{"role": "user", "content": "Was the point met? Reply in JSON."}]
    found = await ladder.ask(client, ask, SCHEMA, name="verdict")
    assert found.rung == "json_schema" and set(found.data) == {"status", "sure"}
    assert found.model == "smollm2" and found.tokens_in and found.tokens_out


async def test_cancelling_frees_the_server(client):
    for _ in range(5):  # it has two slots: a third reply would find none if they were still taken
        assert await cancelled_after_a_word(client) < 2.0


async def test_two_requests_at_once(local):
    client = Client(profile_of(local, max_tokens=30))
    spoken = [[], []]
    await asyncio.gather(
        *(client.stream(HI, on_text=words.append) for words in spoken), return_exceptions=True
    )
    await client.close()
    assert all(spoken)


async def test_more_than_its_context_holds(client):
    with pytest.raises(Fault) as caught:
        await client.stream([{"role": "user", "content": "gradient " * 6000}])
    assert caught.value.kind == "too_long" and "context" in str(caught.value)


async def test_the_server_is_killed_in_the_middle_of_a_sentence(client):
    doomed = LocalModel()
    victim = Client(profile_of(doomed))
    spoke = asyncio.Event()
    try:
        task = asyncio.create_task(victim.stream(HI, on_text=lambda _: spoke.set()))
        await asyncio.wait_for(spoke.wait(), 120)
        doomed.kill()
        at = time.monotonic()
        with pytest.raises(Fault) as caught:
            await task
        assert caught.value.kind == "cut" and caught.value.partial and time.monotonic() - at < 2.0
        with pytest.raises(Fault) as caught:
            await victim.stream(HI)
        assert caught.value.kind == "refused"
    finally:
        await victim.close()
        doomed.close()


@pytest.mark.parametrize("questions", [1, pytest.param(2, marks=pytest.mark.long)])
async def test_a_whole_interview(local, home, clock, questions):
    """Every turn and every reading is the model's, or falls back visibly; the report is whole."""
    desk = small_desk(home, clock)
    sitting = Sitting(desk, profile_of(local, max_tokens=250 if questions > 1 else 120))
    c = sitting.conductor
    await c.start(Plan("talk", "Some questions", 8, PLAN.stages[2 - questions : 2]), seed=1)
    if questions > 1:
        await c.answer(ANSWER)
        await c.answer("I cannot say more about it.")
        await c.clarify("What do you mean by that?")
    while not c.state.ended:
        await c.answer("The whole data set does not fit into memory at once.")
    assert c.state.ended == "completed"
    graded = sitting.bodies(ev.Graded)
    offline = [b for b in graded if b.answers is None]
    for body in offline:
        assert body.grade.score is not None and body.grade.provenance is None
    for body in (b for b in graded if b.answers is not None):
        scored = body.grade.score is not None
        assert bool(body.grade.provenance) == scored == (not body.grade.note), (
            "a reading, or the reason why not"
        )
    asked = [*sitting.bodies(ev.Asked), *sitting.bodies(ev.Probed)]
    assert all(bool(b.by) or sitting.notices() for b in asked), "its words, or the reason why not"
    assert all(n.endswith((".", "without.")) for n in sitting.notices())
    assert "by rubric@" in report_markdown(report(c.events))
    await sitting.close()


def test_the_weights_are_where_the_package_puts_them():
    assert weights().stat().st_size > 50_000_000
