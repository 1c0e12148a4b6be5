"""Small real things for tests: a catalog of two questions and an exercise, a desk on a real store."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from interviewer.conductor import Desk
from interviewer.core.model import Check, Exercise, Item, Plan, PlanStage, Question, RubricPoint
from interviewer.core.planning import Entry
from interviewer.core.running import CheckResult, Finding, RunResult
from interviewer.grading import RubricGrader
from interviewer.store import Store


def point(id: str, text: str, weight: float = 1.0, **more) -> RubricPoint:
    return RubricPoint(id, text, weight, **more)


CONVEX = Question(
    id="why-momentum",
    stage="basics",
    kind="conceptual",
    prompt="What does momentum do?",
    minutes=4,
    topics=("optimization",),
    model_answer="Momentum accumulates past gradients, which damps oscillation and speeds up progress.",
    points=(
        point(
            "accumulates",
            "Momentum accumulates an average of past gradients.",
            2.0,
            accept=("it keeps a running average of the previous gradients",),
            probe="What is remembered from one step to the next?",
            hints=("Think of a ball.", "Something is remembered.", "It averages past gr…"),
        ),
        point(
            "damps",
            "It damps oscillation across narrow valleys.",
            accept=("it smooths out zigzagging",),
            probe="What happens in a narrow valley?",
            hints=("Picture a ravine.",),
        ),
        point(
            "faster",
            "It speeds up progress in directions where gradients agree.",
            probe="And along the valley?",
        ),
    ),
)

BATCH = Question(
    id="why-batches",
    stage="intermediate",
    kind="conceptual",
    prompt="Why train in mini-batches?",
    minutes=4,
    topics=("training",),
    points=(
        point("memory", "The whole data set does not fit into memory at once."),
        point("noise", "Noisy gradients help to escape sharp minima."),
    ),
)

APPROACH = Question(
    id="double-approach",
    stage="coding",
    kind="conceptual",
    prompt="How will you go about it?",
    points=(point("multiply", "Multiply by two.", hints=("Twice.", "Times two.", "x * 2")),),
)

FOLLOW_UPS = (
    Question(
        id="double-seed",
        stage="coding",
        kind="conceptual",
        prompt="Why seed?",
        points=(point("s", "Seeds repeat."),),
        when="no-seed",
    ),
    Question(
        id="double-cost",
        stage="coding",
        kind="conceptual",
        prompt="What does it cost?",
        points=(point("c", "Linear time."),),
    ),
    Question(
        id="double-eval",
        stage="coding",
        kind="conceptual",
        prompt="Why eval?",
        points=(point("e", "Dropout."),),
        when="eval-mode",
    ),
)

DOUBLE = Exercise(
    id="double",
    title="Double it",
    kind="function",
    entry="solve",
    statement="Return twice the input.",
    starter="def solve(x):\n    raise NotImplementedError\n",
    reference="def solve(x):\n    return x * 2\n",
    checks=(Check("values", 3.0), Check("shapes", 1.0)),
    approach=APPROACH,
    follow_ups=FOLLOW_UPS,
    explanation="Doubling is adding a thing to itself.",
    minutes=6,
)


class SmallCatalog:
    """The three things above."""

    def __init__(self, *questions: Question, exercises: tuple[Exercise, ...] = (DOUBLE,)) -> None:
        self._questions = {q.id: q for q in (questions or (CONVEX, BATCH))}
        self._exercises = {e.id: e for e in exercises}

    def index(self) -> dict[str, Entry]:
        rows = [*self._questions.values(), *self._exercises.values()]
        return {
            r.id: Entry(
                r.id,
                r.stage,
                "exercise" if isinstance(r, Exercise) else "question",
                r.minutes,
                topics=r.topics,
            )
            for r in rows
        }

    def question(self, id: str) -> Question:
        return self._questions[id]

    def exercise(self, id: str) -> Exercise:
        return self._exercises[id]

    def plans(self) -> dict[str, Plan]:
        return {"small": PLAN}


PLAN = Plan(
    "small",
    "Small interview",
    14,
    (
        PlanStage("basics", only=("why-momentum",)),
        PlanStage("intermediate", only=("why-batches",)),
        PlanStage("coding", only=("double",)),
    ),
)


class FakeRunner:
    """Judges by the text of the code: the conductor's tests are not about judging."""

    def __init__(self, why_not: str | None = None) -> None:
        self.why_not = why_not
        self.running = asyncio.Event()
        self.closed = False

    def unavailable(self) -> str | None:
        return self.why_not

    async def warm(self) -> None:
        pass

    async def close(self) -> None:
        self.closed = True

    async def run(
        self, exercise, source, *, file="solution.py", device="auto", perf=False, on_check=None
    ) -> RunResult:
        self.running.set()
        if "slow" in source:
            await asyncio.sleep(3600)
        if "boom" in source:
            raise RuntimeError("the judge broke")
        good = "* 2" in source
        checks = (
            CheckResult("values", "passed" if good else "failed", "" if good else "3 where 4 was asked for"),
            CheckResult("shapes", "passed"),
        )
        for check in checks:
            if on_check:
                on_check(check)
        review = (Finding("no-seed", 1, "no seed"),) if "rand" in source else ()
        return RunResult(exercise.id, file, "PASS" if good else "WRONG_ANSWER", "", checks, review)


def small_desk(home: Path, clock, *, runner=None, catalog=None) -> Desk:
    """A desk on a real store in ``home``."""
    return Desk(Store(home), catalog or SmallCatalog(), RubricGrader(), runner or FakeRunner(), clock)


def gone(pid: int) -> bool:
    """Whether a process has ended; one that is only still to be reaped, by whoever adopted it, has."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def wait_until(what, seconds: float = 20.0, every: float = 0.05):
    """Poll until ``what()`` is true; its value. Fails with the last value after ``seconds``."""
    end = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < end, f"still {value!r} after {seconds} s"
        time.sleep(every)
    return value


__all__ = [
    "BATCH",
    "CONVEX",
    "DOUBLE",
    "PLAN",
    "FakeRunner",
    "Item",
    "SmallCatalog",
    "gone",
    "small_desk",
    "wait_until",
]
