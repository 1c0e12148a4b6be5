"""Everything that can happen in an interview, as data.

An interview *is* its events; state, transcript, report and resume are functions of the list. Each
body is self-contained (a question as it was asked, a grade with its quotes) and versioned: when a
body's shape changes, its ``VERSION`` goes up and an upcaster brings older ones forward.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from interviewer.core.grading import Grade
from interviewer.core.model import Data, Exercise, Item, Plan, Question
from interviewer.core.running import RunResult

Mode = Literal["mock", "practice"]


class Body(Data):
    """What happened. Subclasses are frozen dataclasses; ``KIND`` names them in storage."""

    __slots__ = ()
    KIND: ClassVar[str]
    VERSION: ClassVar[int] = 1


BODIES: dict[str, type[Body]] = {}

#: (kind, version) -> a function from that version's plain data to the next version's.
UPCASTERS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}


def body(cls: type[Body]) -> type[Body]:
    """Register a body class under its kind."""
    BODIES[cls.KIND] = cls
    return cls


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: its place in the session, when, and what."""

    seq: int  # from 1, without gaps
    at: datetime  # wall time, UTC
    active_s: float  # the interview's own clock: pauses and crashes do not count
    body: Body

    def to_dict(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "active_s": round(self.active_s, 3),
            "kind": self.body.KIND,
            "version": self.body.VERSION,
            "data": self.body.to_dict(),
        }

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Event:
        """Read a stored event, bringing an older version forward. Raises UnknownEvent."""
        kind, version, data = row["kind"], row["version"], row["data"]
        body_class = BODIES.get(kind)
        if body_class is None or version > body_class.VERSION:
            raise UnknownEvent(f"event {kind!r} version {version} is from a newer interviewer; update it")
        while version < body_class.VERSION:
            data = UPCASTERS[kind, version](data)
            version += 1
        return cls(
            seq=row["seq"],
            at=datetime.fromisoformat(row["at"]),
            active_s=row["active_s"],
            body=body_class.from_dict(data),
        )


class UnknownEvent(Exception):
    """An event that this version cannot read."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in an input box, not yet submitted. One row a box."""

    session: str
    box: str  # "answer:<item>" or "code:<item>"
    text: str
    at: datetime
    active_s: float  # the interview's clock when it was saved


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One line of the history; rebuilt from the events."""

    id: str
    plan: str
    title: str
    mode: str
    started_at: datetime
    last_at: datetime
    active_s: float
    ended: bool
    answered: int  # items closed with an answer or a submission
    items: int
    score: float | None  # 0..1, with help
    graders: str = ""  # who gave its grades, one after the other
    example: bool = False  # a worked example that ships with the project


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where searched words were said."""

    session: str
    seq: int
    speaker: str
    text: str  # an excerpt, the words found between « and »


# ---------------------------------------------------------------------------- the interview


@body
@dataclass(frozen=True, slots=True)
class Started(Body):
    """The interview began, with everything that was decided beforehand."""

    KIND: ClassVar[str] = "started"
    plan: Plan
    items: tuple[Item, ...]
    mode: Mode
    seed: int
    grader: str
    app_version: str
    left_out: tuple[str, ...] = ()  # why planned stages are missing, a line each
    model: str = ""  # who words the questions and grades a second time; empty: nobody


@body
@dataclass(frozen=True, slots=True)
class StageEntered(Body):
    KIND: ClassVar[str] = "stage_entered"
    stage: str


@body
@dataclass(frozen=True, slots=True)
class Asked(Body):
    """A question was put. For a part of a coding item, ``part`` says which."""

    KIND: ClassVar[str] = "asked"
    item: str
    question: Question
    part: Literal["question", "approach", "follow_up"] = "question"
    said: str = ""  # the words it was put in, where they are not the question's own
    by: str = ""  # who worded it


@body
@dataclass(frozen=True, slots=True)
class ExerciseSet(Body):
    """A coding task was put; from here on code can be submitted."""

    KIND: ClassVar[str] = "exercise_set"
    item: str
    exercise: Exercise


@body
@dataclass(frozen=True, slots=True)
class Answered(Body):
    """The candidate said something in answer to ``question``."""

    KIND: ClassVar[str] = "answered"
    item: str
    question: str
    text: str


@body
@dataclass(frozen=True, slots=True)
class Graded(Body):
    """All that was answered to ``question`` so far was read by a grader.

    A later reading of the same answers is one more of these; a scored one replaces the one before.
    """

    KIND: ClassVar[str] = "graded"
    item: str
    question: str
    grade: Grade
    answers: int | None = None  # a later reading: how many answers it read …
    rubric: str = ""  # … and the hash of the pack it went by, where that may be another than was asked


@body
@dataclass(frozen=True, slots=True)
class Probed(Body):
    """A follow-up was asked on one rubric point."""

    KIND: ClassVar[str] = "probed"
    item: str
    question: str
    point: str
    text: str
    reason: str  # why this point, for the transcript
    by: str = ""  # who worded it, where the text is not the rubric's own


@body
@dataclass(frozen=True, slots=True)
class Hinted(Body):
    KIND: ClassVar[str] = "hinted"
    item: str
    question: str
    point: str
    step: int  # 1..3
    text: str


@body
@dataclass(frozen=True, slots=True)
class Repeated(Body):
    """The candidate asked to hear the question again."""

    KIND: ClassVar[str] = "repeated"
    item: str


@body
@dataclass(frozen=True, slots=True)
class Clarified(Body):
    """The candidate asked what was meant, and was told."""

    KIND: ClassVar[str] = "clarified"
    item: str
    question: str
    request: str
    text: str
    by: str = ""


@body
@dataclass(frozen=True, slots=True)
class Contested(Body):
    """The candidate disputes the grade of what was answered to ``question``."""

    KIND: ClassVar[str] = "contested"
    item: str
    question: str
    text: str


@body
@dataclass(frozen=True, slots=True)
class Skipped(Body):
    """The candidate passed on ``question`` (an item's own, or one part of a coding item)."""

    KIND: ClassVar[str] = "skipped"
    item: str
    question: str


@body
@dataclass(frozen=True, slots=True)
class CodeSubmitted(Body):
    KIND: ClassVar[str] = "code_submitted"
    item: str
    attempt: int  # from 1
    code: str


@body
@dataclass(frozen=True, slots=True)
class RunJudged(Body):
    KIND: ClassVar[str] = "run_judged"
    item: str
    attempt: int
    result: RunResult


@body
@dataclass(frozen=True, slots=True)
class CodeFinished(Body):
    """The candidate is done with the code of an exercise."""

    KIND: ClassVar[str] = "code_finished"
    item: str


@body
@dataclass(frozen=True, slots=True)
class ItemClosed(Body):
    """An item is over; nothing more is asked about it."""

    KIND: ClassVar[str] = "item_closed"
    item: str


@body
@dataclass(frozen=True, slots=True)
class ClockWarned(Body):
    """Planned time is nearly or quite used up. A warning only: nothing is cut off."""

    KIND: ClassVar[str] = "clock_warned"
    about: str  # an item's id, or "interview"
    text: str


@body
@dataclass(frozen=True, slots=True)
class Paused(Body):
    KIND: ClassVar[str] = "paused"


@body
@dataclass(frozen=True, slots=True)
class Resumed(Body):
    """Taken up again after a pause, a closed terminal or a crash."""

    KIND: ClassVar[str] = "resumed"
    after: Literal["pause", "break"]


@body
@dataclass(frozen=True, slots=True)
class Advised(Body):
    """Summary and study advice in a model's words, from the grades alone."""

    KIND: ClassVar[str] = "advised"
    text: str
    by: str


@body
@dataclass(frozen=True, slots=True)
class Ended(Body):
    KIND: ClassVar[str] = "ended"
    reason: Literal["completed", "ended_early"]
