"""Models from the command line: sitting with one, grading again, contesting, the doctor's verdict on it."""

import asyncio
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from fault_server import FaultServer
from scripted import Model, answer_of, points_of, verdicts

from interviewer.cli import main
from interviewer.compose import build_catalog
from interviewer.core import events as ev
from interviewer.grading import RubricGrader
from interviewer.llm import profiles
from interviewer.llm.memory import Memory
from interviewer.llm.profiles import Settings
from interviewer.store import Store

QUESTION = "gradient-descent"
SAID = "It changes the weights step by step against the gradient. I like it."
ANSWERS = f"{SAID}\n\n/skip\n/end\n"
SIT = ("start", "--plain", "--question", QUESTION, "--seed", "1")


@pytest.fixture
async def server():
    async with FaultServer() as it:
        it.script = Model()
        yield it


@pytest.fixture
def profile(home, server):
    """A profile of the scripted model, in the settings, not chosen."""
    found = server.profile(first_s=10.0, total_s=20.0)
    profiles.save(home, Settings({found.name: found}))
    return found.name


async def run(home, *arguments, input=""):
    """(exit code, stdout, stderr) of a command, in a thread: the server is on this loop."""
    done = await asyncio.to_thread(CliRunner().invoke, main, arguments, input=input)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def stored(home):
    store = Store(home)
    try:
        session = next(info.id for info in store.sessions() if not info.example)
        return session, store.events(session)
    finally:
        store.close()


def grades(home):
    return [e.body.grade for e in stored(home)[1] if isinstance(e.body, ev.Graded)]


def good_reader(request):
    """Each point met, with the words that say so."""
    data = json.loads(verdicts(points_of(request), "met"))
    read = RubricGrader().grade(build_catalog().question(QUESTION), answer_of(request))
    for point, verdict in zip(data["points"].values(), read.points, strict=True):
        point["quote"] = verdict.quote or answer_of(request)[:60]
    return json.dumps(data)


async def test_an_interview_with_a_profile_in_plain_mode(home, server, profile):
    code, out, err = await run(home, *SIT, "--profile", profile, "--persona", "exacting", input=ANSWERS)
    assert code == 0, err
    assert "Let me put it like this." in out and "test-model leads the conversation" in out
    assert "exacting" in server.requests[0]["body"]["messages"][0]["content"]
    assert [g.grader.split(":")[0].split("@")[0] for g in grades(home)][:2] == ["rubric", "llm"]


async def test_without_a_profile_no_model_is_asked_and_no_client_is_imported(home, server, profile):
    code = (
        "import sys\n"
        "from interviewer.cli import main\n"
        f"try: main({list(SIT)!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'openai', 'httpx2', 'torch', 'interviewer.llm.client'} & set(sys.modules)\n"
        "print('heavy:', heavy or 'none')"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], input=ANSWERS.encode(), capture_output=True
    )
    assert b"heavy: none" in done.stdout, done.stderr
    assert not server.requests


async def test_the_default_profile_is_used_and_offline_leaves_it_out(home, server):
    found = server.profile(first_s=10.0, total_s=20.0)
    profiles.save(home, Settings({found.name: found}, found.name))
    await run(home, *SIT, "--offline", input=ANSWERS)
    assert not server.requests
    await run(home, *SIT, input=ANSWERS)
    assert server.requests


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*SIT, "--profile", "nobody"), "there is no profile 'nobody'"),
        ((*SIT, "--profile", "faulty", "--offline"), "give one of the two"),
        ((*SIT, "--persona", "warm"), "name one with --profile"),
        (("sessions", "regrade", "nothing"), "there is no session"),
        (("doctor", "--profile", "nobody"), "there is no profile"),
        ((*SIT, "--role", "no-such-job.txt"), "cannot read no-such-job.txt"),
    ],
)
async def test_a_mistake_is_one_line_and_exit_2(home, profile, arguments, says):
    code, out, err = await run(home, *arguments)
    assert (code, out) == (2, "") and says in err and err.count("\n") == 1


async def test_regrade_appends_and_shows_what_changes(home, server, profile):
    await run(home, *SIT, "--offline", input=ANSWERS)
    session, before = stored(home)
    (offline,) = grades(home)
    server.script = Model(
        grade=lambda r: verdicts(points_of(r), "partial", "step by step against the gradient")
    )
    code, out, err = await run(home, "sessions", "regrade", session, "--profile", profile)
    assert code == 0, err
    assert f"{QUESTION}: " in out and "by rubric@" in out and "by llm:test-model-served@grade-v1" in out
    assert "→ partial" in out
    _, after = stored(home)
    assert after[: len(before)] == before and len(after) == len(before) + 1
    assert grades(home)[0] == offline and after[-1].body.answers == 1
    code, out, _ = await run(home, "sessions", "show", session)
    assert "by llm:test-model-served@grade-v1" in out and "by rubric@" in out, "both are in the report"
    _, out, _ = await run(home, "sessions", "list", "--json")
    assert any(row["id"] == session for row in json.loads(out))


async def test_regrade_by_the_rubrics_of_today(home, server, profile):
    await run(home, *SIT, "--offline", input=ANSWERS)
    session, _ = stored(home)
    code, out, _ = await run(home, "sessions", "regrade", session, "--new-rubrics", "--json")
    row = json.loads(out)
    assert (
        code == 0 and row["after"]["grader"].startswith("rubric@") and row["counts"] == row["after"]["grader"]
    )
    assert stored(home)[1][-1].body.rubric == build_catalog().question(QUESTION).pack_hash


async def test_a_model_that_is_away_changes_nothing(home, server, profile):
    await run(home, *SIT, "--offline", input=ANSWERS)
    session, _ = stored(home)
    server.script = []
    code, out, _ = await run(home, "sessions", "regrade", session, "--profile", profile)
    assert code == 0 and "unscored by llm:" in out and "The grade before stands." in out
    code, out, _ = await run(home, "sessions", "show", session)
    assert "unscored by llm:" in out and "**" in out


async def test_a_contest_is_a_second_reading(home, server, profile):
    await run(home, *SIT, "--offline", input=ANSWERS)
    session, _ = stored(home)
    why = ("--question", QUESTION, "--contest", "I did name the direction of the step.")
    code, _, err = await run(home, "sessions", "regrade", session, *why)
    assert code == 2 and "--profile" in err
    server.script = Model(grade=lambda r: verdicts(points_of(r), "met", "against the gradient"))
    code, out, err = await run(home, "sessions", "regrade", session, *why, "--profile", profile)
    assert code == 0 and "reread-v1" in out, err
    assert "I did name the direction" in server.requests[-1]["body"]["messages"][1]["content"]
    contested, graded = (e.body for e in stored(home)[1][-2:])
    assert (
        contested == ev.Contested(QUESTION, QUESTION, why[-1])
        and graded.grade.provenance.prompt == "reread-v1"
    )


async def test_the_doctor_finds_a_good_reader_fit(home, server, profile):
    def grade(request):
        whole = " ".join(answer_of(request).split())
        golden = " ".join(build_catalog().question(QUESTION).model_answer.split())
        return good_reader(request) if whole == golden else verdicts(points_of(request), "missed")

    server.script = Model(turn=lambda r: "ready", grade=grade)
    Memory.at(home).climb(f"{server.profile().base_url} test-model", "prompt")  # as it was some time ago
    code, out, _ = await run(home, "doctor", "--profile", profile)
    assert code == 0 and "it may converse and grade" in out and "honoured by json_schema" in out
    assert "✗" not in out
    assert Memory.at(home).of(f"{server.profile().base_url} test-model").rung == "json_schema"


@pytest.mark.parametrize(
    ("grade", "says"),
    [
        (lambda r: verdicts(points_of(r), "met", "words that nobody said"), "0% of its quotes"),
        (lambda r: "I think it is fine.", "does not keep to the form"),
        (good_reader, "for a weak one"),
    ],
)
async def test_the_doctor_says_plainly_that_a_model_should_not_grade(home, server, profile, grade, says):
    server.script = Model(turn=lambda r: "ready", grade=grade)
    code, out, _ = await run(home, "doctor", "--profile", profile)
    assert code == 0 and says in out
    assert "✗ verdict: it may converse, but should not grade" in out and "grades = false" in out


async def test_the_doctor_says_what_is_wrong_with_a_server(home, server, profile):
    server.script = []
    code, out, _ = await run(home, "doctor", "--profile", profile, "--json")
    (row,) = json.loads(out)
    assert code == 0 and not row["ok"] and "broke off" in row["says"]


async def test_a_profile_that_only_converses_leaves_grading_to_the_rubric(home, server):
    found = server.profile(first_s=10.0, total_s=20.0, grades=False)
    profiles.save(home, Settings({found.name: found}))
    await run(home, *SIT, "--profile", found.name, input=ANSWERS)
    assert server.requests and all(g.provenance is None for g in grades(home))


async def test_the_doctor_warns_of_a_key_in_the_open(home, monkeypatch):
    monkeypatch.setenv("OPEN_KEY", "k")
    open_ = profiles.build(
        "open", {"base_url": "http://nowhere.invalid/v1", "model": "m", "key_env": "OPEN_KEY"}
    )
    profiles.save(home, Settings({"open": open_}))
    _, out, _ = await run(home, "doctor", "--profile", "open")
    assert "it goes unencrypted to nowhere.invalid" in out and "There is no host" in out
