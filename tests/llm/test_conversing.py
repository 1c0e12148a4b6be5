"""An interview that a model leads: its words, its readings, and nothing lost when it fails."""

import asyncio
import json
import re
import time
from itertools import pairwise

import pytest
from fault_cases import CASES, profile_of
from fault_server import HANG, LONGEST_S, FaultServer, chunk, error, head
from scripted import ANSWER, Model, Sitting, is_grading, points_of, rewording, verdicts
from support import BATCH, CONVEX, small_desk

from interviewer.conductor import Saying
from interviewer.core import events as ev
from interviewer.core import interview as iv
from interviewer.core.report import report, report_markdown
from interviewer.core.transcript import turns

DAMPS = "It smooths out zigzagging across narrow valleys."


@pytest.fixture(scope="module", autouse=True)
def openai_is_imported():
    import interviewer.llm.web  # noqa: F401


@pytest.fixture
async def server():
    async with FaultServer() as it:
        it.script = Model()
        yield it


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A store for all: each test has a session of its own in it."""
    return small_desk(tmp_path_factory.mktemp("home"), None)


@pytest.fixture
def desk(shop, clock):
    shop.clock = clock
    return shop


@pytest.fixture
async def sitting(desk, server):
    it = Sitting(desk, server.profile())
    await it.start()
    yield it
    await it.close()


async def read(sitting):
    """Let the readings that are under way arrive."""
    await sitting.conductor._readings.settled(5.0)


async def test_a_whole_interview_is_led_and_read_by_a_model(desk, server):
    everything = "Let me put it like this. "

    def grade(request):
        return verdicts(points_of(request), "partial", "It keeps a running average of the previous gradients")

    server.script = Model(grade=grade)
    sitting = Sitting(desk, server.profile())
    await sitting.start()
    c = sitting.conductor
    asked = sitting.bodies(ev.Asked)[0]
    assert asked.said == everything + CONVEX.prompt and asked.by == "test-model-served@ask-v1"
    assert asked.question == CONVEX, "the question itself is kept whole"
    await c.answer(ANSWER)
    await c.answer(DAMPS)
    await c.answer("That is all.")
    await c.answer("The whole data set does not fit into memory at once.")
    while not isinstance(c.move(), iv.AwaitCode):
        await c.skip()
    await c.submit("def solve(x):\n    import random  # rand\n    return x * 2\n")
    await c.finish_code()
    follow_up = next(
        r for r in reversed(server.requests) if "Their code" in r["body"]["messages"][1]["content"]
    )
    material = follow_up["body"]["messages"][1]["content"]
    assert "return x * 2" in material and "PASS" in material and "no seed" in material
    while not c.state.ended:
        await c.skip()
    graders = {g.grader.split(":")[0].split("@")[0] for g in sitting.grades()}
    assert graders == {"rubric", "llm"}
    text = report_markdown(report(c.events))
    assert "llm:test-model-served@grade-v1" in text and "by rubric@" in text
    assert iv.fold(c.events).items["why-momentum"].main.grade.provenance
    assert "prompt grade-v1" in text and "100 + 20 tokens" in text, "how it came to the grade"
    assert any("test-model leads" in t.text for t in turns(c.events))
    advised = sitting.bodies(ev.Advised)[0]
    assert (
        advised.text in text and "In the words of test-model-served@advise-v1, from the grades alone" in text
    )
    grades = server.requests[-1]["body"]["messages"][1]["content"]
    assert "damps oscillation" in grades and ANSWER not in grades, "from the grades alone"
    stored = sitting.desk.store
    assert stored.sessions()[0].score == report(c.events).total.with_help, "the history knows the late grades"
    await sitting.close()


async def test_the_offline_grade_is_there_at_once_and_the_models_replaces_it(sitting, server):
    c = sitting.conductor
    server.script = Model(grade=lambda r: verdicts(points_of(r), "met", DAMPS))
    await c.answer(f"{ANSWER} {DAMPS}")
    first = sitting.grades()[0]
    assert first.provenance is None
    await read(sitting)
    one, two = sitting.grades()[:2]
    assert (one.grader.split("@")[0], two.provenance.model) == ("rubric", "test-model-served")
    part = c.state.items["why-momentum"].main
    assert part.grades[1] == two and part.unaided() == two.score
    assert iv.fold(c.events) == c.state, "and a replay comes to the same"


async def test_a_late_reading_finds_its_answer_even_when_the_item_is_over(desk, server):
    sitting = Sitting(desk, server.profile())
    await sitting.start()
    c = sitting.conductor
    model = server.script
    server.script = lambda r: [0.3, *model(r)] if is_grading(r) else model(r)
    await c.answer(ANSWER)
    await c.skip()
    assert c.state.items["why-momentum"].closed
    await read(sitting)
    graded = sitting.bodies(ev.Graded)[-1]
    assert (graded.item, graded.answers) == ("why-momentum", 1) and graded.grade.provenance
    assert iv.fold(c.events) == c.state
    await sitting.close()


async def test_a_follow_up_waits_for_the_reading_that_makes_it_needless(sitting, server):
    everything = f"{ANSWER} {DAMPS}"

    def grade(request):
        data = json.loads(verdicts(points_of(request), "met", DAMPS))
        data["points"]["faster"]["quote"] = "Also I would say it is quite popular."
        return json.dumps(data)

    server.script = Model(grade=grade)
    c = sitting.conductor
    await c.answer(everything)
    first, second = sitting.grades()
    assert first.score < iv.PROBE_BELOW <= second.score
    assert not sitting.bodies(ev.Probed), "the offline rubric would have asked; the model has read it"
    assert c.state.items["why-momentum"].closed


async def test_a_turn_is_a_draft_until_it_closes(sitting):
    drafts = [w for w in sitting.told if isinstance(w, Saying)]
    asked = sitting.bodies(ev.Asked)[0]
    assert len(drafts) > 3 and drafts[-1].text == asked.said
    assert all(later.text.startswith(draft.text) for draft, later in pairwise(drafts))
    last = max(i for i, w in enumerate(sitting.told) if isinstance(w, Saying))
    assert isinstance(sitting.told[last + 1], ev.Event)


async def test_escape_stops_a_turn_at_once_keeps_it_and_frees_the_server(desk, server):
    server.script = [head(), chunk("So, momentum: "), chunk("what does it"), HANG]
    sitting = Sitting(desk, server.profile(**{"idle_s": 30.0, "total_s": 60.0}))
    begun = asyncio.create_task(sitting.start())
    while not sitting.drafts() or "what" not in sitting.drafts()[-1]:
        await asyncio.sleep(0.01)
    assert sitting.conductor.replying
    at = time.monotonic()
    sitting.conductor.cancel_reply()
    await begun
    assert time.monotonic() - at < 0.5
    asked = sitting.bodies(ev.Asked)[0]
    assert asked.said == f"So, momentum: what does it …\n\n{CONVEX.prompt}" and not asked.by
    for _ in range(100):
        if not server.open:
            break
        await asyncio.sleep(0.01)
    assert server.left == 1 and not server.open
    server.script = Model()
    await sitting.conductor.answer(ANSWER)
    assert "So, momentum" not in sitting.conductor.state.items["why-momentum"].main.text, "never graded"
    await sitting.close()


async def test_skip_does_not_wait_for_words(desk, server):
    sitting = Sitting(desk, server.profile(**{"first_s": 30.0, "total_s": 60.0}))
    await sitting.start()
    model = Model()
    server.script = lambda r: [HANG] if "follow up" in str(r["body"]) else model(r)
    answering = asyncio.create_task(sitting.conductor.answer(ANSWER))
    while not any("follow up" in str(r["body"]) for r in server.requests):
        await asyncio.sleep(0.01)
    at = time.monotonic()
    await sitting.conductor.skip()
    await answering
    assert time.monotonic() - at < 1.0 and sitting.conductor.state.items["why-momentum"].closed
    await sitting.close()


@pytest.mark.parametrize("command", ["skip", "pause", "end"])
async def test_nothing_is_waited_for_while_an_answer_is_still_being_read(desk, server, command):
    """A command in that time goes before the reading, and before the follow-up that would come of it."""
    sitting = Sitting(desk, server.profile(**{"first_s": 30.0, "total_s": 60.0}))
    await sitting.start()
    server.script = [HANG]
    answering = asyncio.create_task(sitting.conductor.answer(ANSWER))
    while not any(is_grading(r) for r in server.requests):
        await asyncio.sleep(0.01)
    server.script = Model()
    asked = len(server.requests)
    await asyncio.sleep(0.1)
    at = time.monotonic()
    ending = asyncio.create_task(getattr(sitting.conductor, command)())
    await answering
    assert time.monotonic() - at < 1.0
    assert not any("follow up" in str(r["body"]) for r in server.requests[asked:]), "it would not be heard"
    while sitting.conductor.replying:  # the end waits for the reading, and says that Esc does not
        sitting.conductor.cancel_reply()
        await asyncio.sleep(0)
    await ending
    await sitting.close()


async def test_a_clarification_is_given_and_costs_nothing(sitting, server):
    server.script = Model(turn=lambda r: "I mean the momentum that is added to gradient descent.")
    c = sitting.conductor
    await c.clarify("Do you mean momentum in physics?")
    told = sitting.bodies(ev.Clarified)[0]
    assert told.text.startswith("I mean the momentum") and told.by
    assert "in physics" in server.requests[-1]["body"]["messages"][1]["content"]
    await c.answer(ANSWER)
    part = c.state.items["why-momentum"].main
    assert part.helped == [""] and part.unaided() is not None
    assert "in physics" in report_markdown(report(c.events))
    server.script = Model(turn=lambda r: "It speeds up progress in directions where gradients agree.")
    await c.clarify("So what is it?")
    assert len(sitting.bodies(ev.Clarified)) == 1 and sitting.bodies(ev.Repeated), (
        "the answer is not given away"
    )
    assert sitting.notices()[-1] == "The question is repeated."


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("What is momentum? And what is Adam?", "more than one thing"),
        ("Momentum is nice.", "asks nothing"),
        ("What is your favourite colour?", "leaves the subject"),
        ("Momentum keeps a running average of the previous gradients, right?", "gives the answer away"),
        ("Well then, momentum " * 80 + "?", "runs on"),
        ("<think>hm</think>", "says nothing"),
    ],
)
async def test_an_interviewer_with_bad_manners_is_not_used(desk, server, said, wrong):
    server.script = Model(turn=lambda r: said)
    sitting = Sitting(desk, server.profile())
    await sitting.start()
    asked = sitting.bodies(ev.Asked)[0]
    assert asked.said == "" and asked.by == ""
    assert any(wrong in notice for notice in sitting.notices())
    await sitting.close()


async def test_it_never_loops(sitting, server):
    server.script = Model(turn=lambda r: "Let me put it like this. What does momentum do?")
    await sitting.conductor.answer(ANSWER)
    probed = sitting.bodies(ev.Probed)[0]
    assert probed.by == "" and any("repeats" in n for n in sitting.notices())


async def test_a_server_reads_anew_only_what_is_new(sitting, server):
    """Servers keep the beginning that a prompt has in common with the one before: it is most of it."""
    await sitting.conductor.answer(ANSWER)
    await read(sitting)
    await sitting.conductor.answer(DAMPS)
    await read(sitting)

    def texts(which):
        return ["".join(m["content"] for m in r["body"]["messages"]) for r in server.requests if which(r)]

    for requests in (texts(is_grading)[:2], texts(lambda r: not is_grading(r))[:2]):
        one, two = requests
        common = next(n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b)
        assert common > 0.7 * len(one)


async def test_a_model_that_says_its_mark_is_not_heard_and_gets_another(desk, server):
    def marks():
        return re.findall(r"carry the mark (\w+)", str([r["body"] for r in server.requests]))

    server.script = Model(turn=lambda r: f"What does momentum do, {marks()[-1]}?")
    sitting = Sitting(desk, server.profile())
    await sitting.start()
    assert sitting.bodies(ev.Asked)[0].said == "" and "tells what it was told" in sitting.notices()[0]
    server.script = Model()
    await sitting.conductor.skip()
    assert sitting.bodies(ev.Asked)[1].by and len(set(marks())) == 2
    await sitting.close()


async def test_words_of_a_model_are_inert(desk, server):
    server.script = Model(turn=lambda r: "\x1b[31mWhat does [bold]momentum\x07 do, \u202eplease?")
    sitting = Sitting(desk, server.profile())
    await sitting.start()
    assert sitting.bodies(ev.Asked)[0].said == "[31mWhat does [bold]momentum do, please?"
    assert not any("\x1b" in text or "\u202e" in text for text in sitting.drafts())
    await sitting.close()


# ---------------------------------------------------------------------------- when it fails


async def goes_on(case, desk):
    """The answer is kept and graded offline, one sentence is said, and the model can grade later."""
    async with FaultServer() as server:
        sitting = Sitting(desk, profile_of(case, server))
        if case.form:  # the words are in order, the data is not
            good = Model()
            server.script = lambda r: case.script if is_grading(r) else good(r)
        c = sitting.conductor
        at = time.monotonic()
        await sitting.start()
        await c.answer(ANSWER)
        await read(sitting)
        took = time.monotonic() - at
        assert isinstance(c.move(), iv.AwaitAnswer) and c.state.items["why-momentum"].main.probes
        assert took < 3 * LONGEST_S, "a turn, a reading, a follow-up"
        part = c.state.items["why-momentum"].main
        assert part.text == ANSWER and part.grade.score > 0 and part.grade.provenance is None
        unscored = [g for g in sitting.grades() if g.score is None]
        assert len(unscored) == 1 and unscored[0].note, "visibly ungraded by the model, and never zero"
        assert sitting.notices() and len(set(sitting.notices())) <= 3
        assert all(n.endswith(".") and n.isprintable() and len(n) < 320 for n in sitting.notices())
        server.script = Model(
            grade=lambda r: verdicts(points_of(r), "met", "It keeps a running average of the")
        )
        await sitting.use(server.profile())
        later = await c.read_again(CONVEX.id)
        assert later.provenance and part.grade == later, "a later grade with the model works"
        await sitting.close()


@pytest.mark.parametrize("cases", [CASES[i::12] for i in range(12)], ids=range(12))
async def test_through_every_fault_the_interview_goes_on(desk, cases):
    """Several at a time, because many of them are about waiting."""
    ends = await asyncio.gather(*(goes_on(case, desk) for case in cases), return_exceptions=True)
    assert {case.name: end for case, end in zip(cases, ends, strict=True) if end is not None} == {}


async def test_the_network_is_gone_from_the_start_and_comes_back(desk, server):
    async with FaultServer() as gone:
        pass
    sitting = Sitting(desk, gone.profile())
    await sitting.start()
    c = sitting.conductor
    assert sitting.bodies(ev.Asked)[0].said == ""
    await c.answer(ANSWER)
    assert 0 < sitting.grades()[0].score < 1 and "Nothing answers" in sitting.notices()[0]
    await sitting.use(server.profile())
    await c.skip()
    assert sitting.bodies(ev.Asked)[-1].by, "no restart is needed"
    assert sitting.bodies(ev.Asked)[-1].question == BATCH
    await sitting.close()


async def test_the_network_goes_away_in_the_middle(sitting, server):
    c = sitting.conductor
    assert sitting.bodies(ev.Asked)[0].by
    server.script = [head(), chunk("It is "), b"garbage"]
    await c.answer(ANSWER)
    await c.answer(DAMPS)
    assert c.state.items["why-momentum"].main.answers == [ANSWER, DAMPS]
    server.script = Model()
    sitting.client.wake()
    await c.skip()
    assert sitting.bodies(ev.Asked)[-1].by
    stored = sitting.desk.store.events(c.session)
    assert stored == c.events


async def test_what_is_cut_is_kept_out_and_the_rubrics_words_follow(desk, server):
    server.script = [head(), chunk("So, momentum: what "), chunk("does")]
    sitting = Sitting(desk, server.profile())
    await sitting.start()
    assert sitting.drafts(), "something had been shown"
    assert (
        sitting.bodies(ev.Asked)[0].said == "" and turns(sitting.conductor.events)[-1].text == CONVEX.prompt
    )
    await sitting.close()


async def test_one_retry_is_made_and_seen(desk, server):
    tries = iter([error(503, "Loading model")])
    good = Model()
    server.script = lambda r: next(tries, None) or good(r)
    sitting = Sitting(desk, server.profile())
    await sitting.start()
    assert sitting.bodies(ev.Asked)[0].by
    assert len(server.requests) == 2
    (notice,) = sitting.notices()
    assert "503" in notice and notice.endswith("Trying once more.")
    await sitting.close()


async def test_a_rate_limit_is_respected(desk, server):
    server.script = error(429, "Slow down", "", "Retry-After: 30")
    sitting = Sitting(desk, server.profile())
    await sitting.start()
    asked = len(server.requests)
    assert asked == 1 and "asks to wait 30 s" in sitting.notices()[0]
    await sitting.conductor.answer(ANSWER)
    await read(sitting)
    assert len(server.requests) == asked, "nothing is sent before the time is over"
    await sitting.close()


async def test_grading_again_reads_what_was_said_unaided_too(sitting, server):
    """Else the score with help would be of one grader, and the unaided one of another."""
    c = sitting.conductor
    await c.answer(ANSWER)
    await read(sitting)
    await c.answer(DAMPS)
    await read(sitting)
    part = c.state.items["why-momentum"].main
    server.script = Model(
        grade=lambda r: verdicts(points_of(r), "partial", "It keeps a running average of the")
    )
    later = await c.read_again(CONVEX.id)
    assert [part.grades[n].verdict("accumulates").status for n in (1, 2)] == ["partial", "partial"]
    assert part.grade == later and part.unaided() <= part.with_help()


async def test_closing_in_the_middle_of_a_turn_loses_nothing(desk, server):
    server.script = [HANG]
    sitting = Sitting(desk, server.profile(**{"first_s": 30.0, "total_s": 60.0}))
    begun = asyncio.create_task(sitting.start())
    while not server.requests:
        await asyncio.sleep(0.01)
    await sitting.close()
    await asyncio.gather(begun, return_exceptions=True)
    assert begun.cancelled()
    server.script = Model(turn=rewording)
    again = Sitting(desk, server.profile(), sitting.conductor.session)
    await again.conductor.take_up()
    assert again.bodies(ev.Asked)[0].by and isinstance(again.conductor.move(), iv.AwaitAnswer)
    await again.close()


async def test_a_reading_that_a_crash_cut_off_is_made_up_for(desk, server):
    sitting = Sitting(desk, server.profile(first_s=30.0, total_s=60.0))
    await sitting.start()
    good = Model(grade=lambda r: verdicts(points_of(r), "met", "It keeps a running average of the previous"))
    server.script = lambda r: [HANG] if is_grading(r) else good(r)
    answering = asyncio.create_task(sitting.conductor.answer(ANSWER))
    while not any(is_grading(r) for r in server.requests):
        await asyncio.sleep(0.01)
    await sitting.close()
    await asyncio.gather(answering, return_exceptions=True)
    server.script = good
    again = Sitting(desk, server.profile(), sitting.conductor.session)
    await again.conductor.take_up()
    await read(again)
    assert again.conductor.state.items["why-momentum"].main.grade.provenance
    await again.close()


async def test_an_end_without_advice_is_a_whole_report(desk, server):
    sitting = Sitting(desk, server.profile())
    await sitting.start()
    server.script = []
    while not sitting.conductor.state.ended:
        if isinstance(sitting.conductor.move(), iv.AwaitCode):
            sitting.client.wake()
        await sitting.conductor.skip()
    assert not sitting.bodies(ev.Advised)
    assert "Interview report" in report_markdown(report(sitting.conductor.events))
    await sitting.close()


async def test_ending_waits_for_the_last_reading_but_not_for_ever(desk, server):
    good = Model()
    server.script = lambda r: [0.3, *good(r)] if is_grading(r) else good(r)
    sitting = Sitting(desk, server.profile())
    await sitting.start()
    model_reads = asyncio.create_task(sitting.conductor.answer(ANSWER))
    await model_reads
    await sitting.conductor.end()
    assert isinstance(sitting.conductor.events[-1].body, ev.Ended)
    assert [g.provenance is not None for g in sitting.grades()] == [False, True]
    await sitting.close()


async def test_a_grader_that_breaks_costs_nothing_and_is_said(desk, server, monkeypatch):
    sitting = Sitting(desk, server.profile())
    monkeypatch.setattr("interviewer.grading.llm.judged", lambda *_, **__: 1 / 0)
    await sitting.start()
    await sitting.conductor.answer(ANSWER)
    await read(sitting)
    offline, broken = sitting.grades()
    assert offline.score and broken.score is None and "ZeroDivisionError" in broken.note
    assert any("ZeroDivisionError" in notice for notice in sitting.notices())
    await sitting.close()
