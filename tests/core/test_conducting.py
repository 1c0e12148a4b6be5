"""An interview through the conductor: commands in, durable events out, the rules of DESIGN's table."""

import asyncio

import pytest
from support import PLAN, FakeRunner, small_desk

from interviewer.conductor import Notice, Progress
from interviewer.core import events as ev
from interviewer.core import interview as iv
from interviewer.core.ports import StoreError
from interviewer.core.report import report, report_markdown
from interviewer.core.transcript import turns

RIGHT = (
    "It keeps a running average of the previous gradients. It smooths out zigzagging across narrow valleys. "
    "It speeds up progress in directions where gradients agree."
)


class Sitting:
    """A conductor, and all that it told."""

    def __init__(self, home, clock, **parts):
        self.told = []
        self.desk = small_desk(home, clock, **parts)
        self.conductor = self.desk.conductor("s1", self.hear)

    def hear(self, what):
        if isinstance(what, ev.Event):  # durable before it is told
            assert self.desk.store.events("s1")[-1] == what
        self.told.append(what)

    def bodies(self, kind):
        return [e.body for e in self.told if isinstance(e, ev.Event) and isinstance(e.body, kind)]

    def notices(self):
        return [n.text for n in self.told if isinstance(n, Notice)]


@pytest.fixture
async def sitting(home, clock):
    it = Sitting(home, clock)
    await it.conductor.start(PLAN, seed=1)
    yield it
    await it.conductor.close()
    await it.desk.close()


async def test_a_whole_interview_reaches_its_report(sitting, clock):
    c = sitting.conductor
    clock.advance(30)
    await c.answer(RIGHT)
    await c.answer(
        "Because the whole data set does not fit into memory at once, and noisy gradients help to escape sharp minima."
    )
    assert isinstance(c.move(), iv.AwaitAnswer), "the approach is asked before the code"
    await c.answer("Multiply by two.")
    await c.submit("def solve(x):\n    return x + 1\n")
    await c.submit("def solve(x):\n    import random  # rand\n    return x * 2\n")
    await c.finish_code()
    assert [b.question.id for b in sitting.bodies(ev.Asked)[-1:]] == ["double-seed"], (
        "the finding's follow-up first"
    )
    await c.answer("Seeds repeat.")
    await c.answer("Linear time.")
    assert c.state.ended == "completed"
    rep = report(c.events)
    assert [i.with_help for i in rep.items] == [1.0, 1.0, 1.0]
    assert rep.items[0].spent_s == 30
    assert [r.verdict for _, r in rep.items[2].attempts] == ["WRONG_ANSWER", "PASS"]
    text = report_markdown(rep)
    assert "“It keeps a running average" in text and "rubric@" in text and "Doubling is adding" in text
    assert not {"double-eval"} & {b.question.id for b in sitting.bodies(ev.Asked)}


async def test_a_probe_counts_half_and_a_hint_costs_a_tenth(sitting):
    c = sitting.conductor
    await c.answer("It keeps a running average of the previous gradients.")
    probed = sitting.bodies(ev.Probed)
    assert len(probed) == 1 and "missed" in probed[0].reason
    part = c.state.items["why-momentum"].parts[0]
    assert part.unaided() == pytest.approx(0.5)
    await c.hint()
    point = sitting.bodies(ev.Hinted)[0].point
    assert point == probed[0].point, "a hint is about what is being probed"
    await c.answer("It smooths out zigzagging across narrow valleys.")
    assert part.unaided() == pytest.approx(0.5)
    assert part.with_help() == pytest.approx(0.5 + 0.25 / 2 - 0.1)


async def test_help_before_any_answer_leaves_nothing_unaided(sitting):
    c = sitting.conductor
    for _ in range(4):
        await c.hint()
    assert [h.step for h in sitting.bodies(ev.Hinted)] == [1, 2, 3]
    assert sitting.notices() == ["There is no further hint here."]
    await c.answer(RIGHT)
    part = c.state.items["why-momentum"].parts[0]
    assert (part.unaided(), part.with_help()) == (0.0, pytest.approx(0.7))


async def test_two_probes_at_most_and_skip_passes_on(sitting):
    c = sitting.conductor
    for _ in range(3):
        await c.answer("No idea what to say about this at all.")
    assert len(sitting.bodies(ev.Probed)) == 2
    assert c.state.items["why-momentum"].closed
    await c.skip()
    assert c.state.items["why-batches"].skipped
    rep = report(c.events)
    assert rep.items[1].with_help is None and rep.items[1].unscored == "skipped"


async def test_pause_stops_the_clock_and_any_command_goes_on(sitting, clock):
    c = sitting.conductor
    clock.advance(10)
    await c.pause()
    clock.advance(1000)
    assert c.active_s() == 10
    await c.repeat()
    clock.advance(5)
    assert c.active_s() == 15 and not c.state.paused


async def test_clocks_warn_once_and_never_cut_off(sitting, clock):
    c = sitting.conductor
    clock.advance(4 * 60)
    await c.tick()
    await c.tick()
    assert len(sitting.bodies(ev.ClockWarned)) == 1
    clock.advance(60 * 60)
    await c.tick()
    warnings = [w.text for w in sitting.bodies(ev.ClockWarned)]
    assert any("used up" in text for text in warnings)
    await c.answer(RIGHT)
    assert c.state.items["why-momentum"].parts[0].grade.score == 1.0


async def test_empty_and_enormous_answers_are_refused_in_a_sentence(sitting):
    c = sitting.conductor
    await c.answer("  \n ")
    await c.answer("x" * 4_000_001)
    assert sitting.bodies(ev.Answered) == []
    assert "Nothing was said yet" in sitting.notices()[0] and "too long" in sitting.notices()[1]


async def test_a_lone_surrogate_can_be_stored(sitting):
    await sitting.conductor.answer("broken \ud800 paste")
    assert sitting.bodies(ev.Answered)[0].text == "broken ? paste"


async def test_a_run_can_be_stopped_at_once(sitting):
    c = sitting.conductor
    await c.skip()
    await c.skip()
    await c.skip()  # the approach
    run = asyncio.create_task(c.submit("slow"))
    await sitting.desk.runner.running.wait()
    await c.hint()
    assert "under way" in sitting.notices()[-1]
    c.cancel_run()
    await run
    assert sitting.bodies(ev.RunJudged)[0].result.verdict == "CANCELLED"
    assert report(c.events).items[2].with_help is None, "a cancelled run is no zero"
    await c.submit("boom")
    assert sitting.bodies(ev.RunJudged)[1].result.verdict == "UNAVAILABLE"
    await c.submit("x * 2")
    assert [p.check.id for p in sitting.told if isinstance(p, Progress) and p.check][-2:] == [
        "values",
        "shapes",
    ]


async def test_without_torch_the_coding_stage_is_left_out_in_one_line(home, clock):
    it = Sitting(home, clock, runner=FakeRunner("no torch here; `make interview` brings it."))
    await it.conductor.start(PLAN, seed=1)
    started = it.bodies(ev.Started)[0]
    assert [i.id for i in started.items] == ["why-momentum", "why-batches"]
    assert started.left_out == ("The coding stage is left out: no torch here; `make interview` brings it.",)
    await it.desk.close()


async def test_a_store_that_cannot_write_loses_nothing(sitting):
    c, store = sitting.conductor, sitting.desk.store
    real = store.append

    def full(*_, **__):
        raise StoreError("the disk is full; free some space, then submit again")

    store.append = full
    with pytest.raises(StoreError):
        await c.answer(RIGHT)
    assert not sitting.bodies(ev.Answered), "nothing is shown that is not durable"
    store.append = real
    await c.answer(RIGHT)
    assert c.state.items["why-momentum"].parts[0].text == RIGHT


async def test_taken_up_it_goes_on_with_state_and_drafts(home, clock):
    it = Sitting(home, clock)
    await it.conductor.start(PLAN, seed=1)
    clock.advance(20)
    it.conductor.draft_changed("answer:why-momentum", "half a th")
    await it.conductor.close()
    before = it.conductor.events
    it.desk.store.close()
    clock.advance(5000)  # dead time
    again = Sitting(home, clock)
    drafts = await again.conductor.take_up()
    assert drafts["answer:why-momentum"].text == "half a th"
    assert again.conductor.events[: len(before)] == before
    assert again.conductor.active_s() == 20, "the clock stopped at the last durable write"
    await again.conductor.answer("half a thought: it keeps a running average of the previous gradients")
    assert again.desk.store.drafts("s1") == {}, "the draft went with the answer, in one transaction"
    await again.desk.close()


@pytest.mark.parametrize("cut", range(1, 24))
async def test_cut_after_any_event_it_still_ends_the_same(home, clock, cut):
    """Whatever was durable when the process died, the rest of the interview is the same."""

    async def sit(it, answers):
        for act, text in answers:
            if it.conductor.state.ended:
                return
            await (getattr(it.conductor, act)(text) if text else getattr(it.conductor, act)())

    whole = Sitting(home / "whole", clock)
    await whole.conductor.start(PLAN, seed=1)
    script = [
        ("answer", RIGHT),
        ("answer", "It does not fit into memory."),
        ("skip", ""),
        ("submit", "x + 1"),
        ("submit", "x * 2"),
        ("finish_code", ""),
        ("skip", ""),
        ("skip", ""),
    ]
    await sit(whole, script)
    assert whole.conductor.state.ended
    if cut >= len(whole.conductor.events):
        pytest.skip("shorter than that")
    part = Sitting(home / "part", clock)
    part.desk.store.append("s1", whole.conductor.events[:cut])
    await part.conductor.take_up()
    done = sum(
        isinstance(e.body, ev.Answered | ev.Skipped | ev.CodeSubmitted | ev.CodeFinished)
        for e in whole.conductor.events[:cut]
    )
    await sit(part, script[done:])
    same = [e.body for e in part.conductor.events if not isinstance(e.body, ev.Resumed)]
    for mine, theirs in zip(same, [e.body for e in whole.conductor.events], strict=True):
        if isinstance(mine, ev.Graded):
            assert mine.grade.score == theirs.grade.score
        else:
            assert mine == theirs
    await part.desk.close()
    await whole.desk.close()


async def test_events_survive_the_way_through_json(sitting):
    await sitting.conductor.answer(RIGHT)
    for event in sitting.conductor.events:
        assert ev.Event.from_dict(event.to_dict()) == event


def test_an_older_event_is_brought_forward_and_a_newer_one_refused(monkeypatch):
    row = {
        "seq": 1,
        "at": "2026-01-05T09:00:00+00:00",
        "active_s": 0.0,
        "kind": "stage_entered",
        "version": 0,
        "data": {"name": "basics"},
    }
    monkeypatch.setitem(ev.UPCASTERS, ("stage_entered", 0), lambda d: {"stage": d["name"]})
    assert ev.Event.from_dict(row).body == ev.StageEntered("basics")
    with pytest.raises(ev.UnknownEvent, match="newer interviewer"):
        ev.Event.from_dict({**row, "version": 99})


async def test_the_transcript_of_a_mock_interview_keeps_grades_for_the_end(home, clock):
    for mode, graded in (("mock", False), ("practice", True)):
        it = Sitting(home / mode, clock)
        await it.conductor.start(PLAN, mode=mode, seed=1)
        await it.conductor.answer(RIGHT)
        speakers = [t.speaker for t in turns(it.conductor.events)]
        assert ("grade" in speakers) is graded
        await it.desk.close()
