"""The quick plan to its report, through a pipe and in a real terminal: the same events."""

import pytest
from candidate import PlainCandidate, TerminalCandidate

from interviewer.core import events as ev

SEED = ("--plan", "quick", "--seed", "11")


def essence(events):
    """Events without what time and scheduling put into them."""
    rows = []
    for event in events:
        data = event.to_dict()
        body = data["data"]
        if isinstance(event.body, ev.RunJudged):
            result = body["result"]
            body = {**body, "result": [result["verdict"], [(c["id"], c["status"]) for c in result["checks"]]]}
        if isinstance(event.body, ev.Graded):
            body["grade"]["ms"] = 0
        rows.append((data["kind"], body))
    return rows


@pytest.fixture(scope="module")
def piped(tmp_path_factory):
    candidate = PlainCandidate(tmp_path_factory.mktemp("pipe"), *SEED)
    candidate.sit()
    return candidate


@pytest.mark.torch
def test_through_a_pipe(piped):
    events = piped.stored.events()
    kinds = {type(e.body) for e in events}
    assert {ev.Answered, ev.Graded, ev.Probed, ev.Hinted, ev.Skipped, ev.CodeSubmitted, ev.RunJudged} <= kinds
    verdicts = [e.body.result.verdict for e in events if isinstance(e.body, ev.RunJudged)]
    assert len(verdicts) == 2 and verdicts[0] != "PASS" and verdicts[1] == "PASS"
    assert events[-1].body == ev.Ended("completed")
    assert piped.process.returncode == 0
    assert "# Interview report: Quick interview" in piped.out and "A strong answer" in piped.out
    assert "Traceback" not in piped.err


@pytest.mark.torch
@pytest.mark.tmux
def test_in_a_terminal_the_same_answers_are_the_same_events(piped, tmp_path):
    candidate = TerminalCandidate(tmp_path, *SEED)
    try:
        candidate.sit()
        shown = candidate.terminal.wait_for("Practise these")
        assert "Report: Quick interview" in shown
        candidate.terminal.keys("C-q")
        candidate.terminal.wait_for("exit 0")
    finally:
        candidate.terminal.close()
    assert essence(candidate.stored.events()) == essence(piped.stored.events())
