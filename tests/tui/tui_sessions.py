"""Fixed interviews for screens that read: every kind of evidence, the same in every run."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

from support import APPROACH, BATCH, CONVEX, DOUBLE, FOLLOW_UPS, PLAN

from interviewer.core import events as ev
from interviewer.core.grading import Flag, Grade, HeldMisconception, Verdict
from interviewer.core.model import Item
from interviewer.core.running import CheckResult, Finding, RunResult

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ANSWER = "It keeps a running average of the previous gradients, so it always finds the global minimum."

ITEMS = (
    Item("why-momentum", "basics", "question", 4),
    Item("why-batches", "intermediate", "question", 4),
    Item("double", "coding", "exercise", 6),
)


def grade(**changes) -> Grade:
    points = (
        Verdict("accumulates", "met", 2.0, "keeps a running average of the previous gradients", (3, 52)),
        Verdict("damps", "partial", 1.0, "always finds", (58, 70)),
        Verdict("faster", "contradicted", 1.0, "finds the global minimum", (65, 89)),
    )
    held = (
        HeldMisconception("global", "the global minimum", "Momentum gives no guarantee of a global minimum."),
    )
    values = dict(question_id="why-momentum", score=0.4, grader="rubric@1", points=points)
    values |= dict(misconceptions=held, flags=(Flag("short", "one sentence"),))
    return Grade(**(values | changes))


def code_run(passed: bool) -> RunResult:
    checks = (
        CheckResult(
            "values", "passed" if passed else "failed", "" if passed else "3 where 4 was asked for, at [0]"
        ),
        CheckResult("shapes", "passed"),
    )
    found = (Finding("no-seed", 1, "Nothing is seeded, so a run cannot be repeated."),)
    verdict, said = ("PASS", "All 2 checks passed.") if passed else ("WRONG_ANSWER", "Line 2: a wrong answer")
    kept = {"files": True, "network": True, "processes": True, "memory": False}
    return RunResult("double", "solution.py", verdict, said, checks, found, "" if passed else "hello\n", kept)


def bodies() -> list[tuple[float, ev.Body]]:
    """What happened, each with the interview's clock in seconds."""
    return [
        (0, ev.Started(PLAN, ITEMS, "mock", 7, "rubric@1", "0.1.0")),
        (0, ev.StageEntered("basics")),
        (1, ev.Asked("why-momentum", CONVEX)),
        (130, ev.Answered("why-momentum", "why-momentum", ANSWER)),
        (130, ev.Graded("why-momentum", "why-momentum", grade(score=0.35))),
        (131, ev.Probed("why-momentum", "why-momentum", "damps", CONVEX.points[1].probe, "missed")),
        (160, ev.Hinted("why-momentum", "why-momentum", "damps", 1, "Picture a ravine.")),
        (260, ev.Answered("why-momentum", "why-momentum", "It smooths out zigzagging.")),
        (260, ev.Graded("why-momentum", "why-momentum", grade(score=0.6))),
        (260, ev.ItemClosed("why-momentum")),
        (260, ev.StageEntered("intermediate")),
        (260, ev.Asked("why-batches", BATCH)),
        (300, ev.Skipped("why-batches", "why-batches")),
        (300, ev.ItemClosed("why-batches")),
        (300, ev.StageEntered("coding")),
        (300, ev.ExerciseSet("double", DOUBLE)),
        (300, ev.Asked("double", APPROACH, "approach")),
        (330, ev.Answered("double", "double-approach", "Multiply by two.")),
        (330, ev.Graded("double", "double-approach", grade(question_id="double-approach", score=1.0, points=(
            Verdict("multiply", "met", 1.0, "Multiply by two.", (0, 16)),), misconceptions=(), flags=()))),
        (400, ev.CodeSubmitted("double", 1, "def solve(x):\n    return x + 2\n")),
        (405, ev.RunJudged("double", 1, code_run(False))),
        (500, ev.CodeSubmitted("double", 2, "def solve(x):\n    return 2 * x\n")),
        (504, ev.RunJudged("double", 2, code_run(True))),
        (505, ev.CodeFinished("double")),
        (505, ev.Asked("double", FOLLOW_UPS[0], "follow_up")),
        (520, ev.Skipped("double", "double-seed")),
        (520, ev.ItemClosed("double")),
        (520, ev.Ended("completed")),
    ]  # fmt: skip


def interview(upto: type | None = None, count: int = 1) -> list[ev.Event]:
    """The interview's events, up to the ``count``-th of one kind."""
    out: list[ev.Event] = []
    for number, (at, body) in enumerate(bodies(), start=1):
        out.append(ev.Event(number, BEGAN + timedelta(seconds=at), float(at), body))
        if upto and isinstance(body, upto):
            count -= 1
            if not count:
                break
    return out


def many(number: int) -> list[tuple[str, list[ev.Event]]]:
    """So many small interviews that ended, the scores from 0 up, a day apart."""
    found = []
    for n in range(number):
        began = BEGAN - timedelta(days=n)
        plan = dataclasses.replace(PLAN, title=f"Interview {n}", id="odd" if n % 2 else "even")
        score = grade(score=n / max(1, number - 1), points=(), misconceptions=(), flags=())
        body = [
            ev.Started(plan, ITEMS[:1], "practice" if n % 3 == 0 else "mock", n, "rubric@1", "0.1.0"),
            ev.Asked("why-momentum", CONVEX),
            ev.Answered("why-momentum", "why-momentum", f"answer number {n}"),
            ev.Graded("why-momentum", "why-momentum", score),
            ev.ItemClosed("why-momentum"),
            ev.Ended("completed"),
        ]
        made = [ev.Event(i, began + timedelta(seconds=i), float(i), b) for i, b in enumerate(body, start=1)]
        found.append((f"s{n:05d}", made))
    return found
