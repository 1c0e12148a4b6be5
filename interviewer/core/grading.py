"""Verdicts, grades, and the one arithmetic that turns points into a score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from interviewer.core.model import Data, Question

Status = Literal["met", "partial", "missed", "contradicted", "unverified"]

#: What each status earns of its point's weight.
EARNS = {"met": 1.0, "partial": 0.5, "missed": 0.0, "contradicted": -0.5, "unverified": 0.0}

#: Two readings of one answer that are this far apart disagree by much.
DISAGREE = 0.25

#: The score above which an answer cannot rise while a required point is not met.
REQUIRED_CAP = 0.5


@dataclass(frozen=True, slots=True)
class Verdict(Data):
    """What an answer says about one rubric point."""

    id: str
    status: Status
    weight: float
    quote: str | None = None  # the candidate's own words; never None unless missed or unverified
    span: tuple[int, ...] | None = None  # (start, end) of the quote in the answer, in characters
    why: str = ""  # how the grader came to it, for a reader


@dataclass(frozen=True, slots=True)
class HeldMisconception(Data):
    """A misconception found in an answer."""

    id: str
    quote: str
    correction: str


@dataclass(frozen=True, slots=True)
class Flag(Data):
    """Something about the answer as a whole that a grade must say: ``off_topic``, ``gaming``,
    ``term_list``, ``echo``, ``empty``, ``language``, ``too_long``, ``binary``…"""

    id: str
    reason: str
    cap: float | None = None  # the score cannot rise above it


@dataclass(frozen=True, slots=True)
class Provenance(Data):
    """How a model came to a grade."""

    model: str  # as served
    prompt: str  # id and version
    prompt_hash: str
    rung: str  # of the response-format ladder
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: float | None = None  # in the currency of the profile's prices


@dataclass(frozen=True, slots=True)
class Grade(Data):
    """One reading of one answer by one grader."""

    question_id: str
    score: float | None  # 0..1; None: unscored, and `note` says why
    grader: str  # "rubric@…" or "llm:MODEL@…"
    points: tuple[Verdict, ...] = ()
    misconceptions: tuple[HeldMisconception, ...] = ()
    flags: tuple[Flag, ...] = ()
    ms: float = 0.0
    note: str = ""
    provenance: Provenance | None = None  # None: the offline rubric

    def verdict(self, point_id: str) -> Verdict | None:
        """The verdict on one point, or None where this grade has none."""
        return next((v for v in self.points if v.id == point_id), None)

    def as_contract(self) -> dict:
        """The object that ``grade --json`` prints."""
        return {
            "question_id": self.question_id,
            "score": self.score,
            "grader": self.grader,
            "points": [
                {
                    "id": v.id,
                    "status": v.status,
                    "quote": v.quote,
                    "span": list(v.span) if v.span else None,
                    "weight": v.weight,
                }
                for v in self.points
            ],
            "misconceptions": [
                {"id": m.id, "quote": m.quote, "correction": m.correction} for m in self.misconceptions
            ],
            "flags": [flag.id for flag in self.flags],
            "ms": round(self.ms, 3),
        }


def disagree(one: Grade, other: Grade) -> bool:
    """Whether two readings of an answer are so far apart that a person should see both."""
    if one.score is None or other.score is None:
        return False
    return abs(one.score - other.score) >= DISAGREE


def score(
    question: Question,
    verdicts: tuple[Verdict, ...] | list[Verdict],
    misconceptions: tuple[HeldMisconception, ...] | list[HeldMisconception] = (),
    flags: tuple[Flag, ...] | list[Flag] = (),
    earned: Mapping[str, float] = MappingProxyType({}),
) -> float:
    """The score of an answer, 0..1, for every grader.

    Met 1, partial ½, missed 0, contradicted −½ (or, where a grader knows it finer than by status, what ``earned``
    says by point), each times its weight, over the sum of weights
    (for an *n of* question, over the n best points, but every contradicted point costs); less the penalties of
    the misconceptions held; at most ½ while a required point is not met; capped by flags; clamped to 0..1.
    """
    status = {v.id: v.status for v in verdicts}
    earns_by_point = {id: EARNS[value] for id, value in status.items()} | dict(earned)
    rows = [(earns_by_point.get(point.id, 0.0), point.weight) for point in question.points]
    wrong = 0.0  # what contradicted points cost that are not among the n best
    if question.n_of:
        rows.sort(reverse=True)
        most = sum(sorted((weight for _, weight in rows), reverse=True)[: question.n_of])
        wrong = sum(earns * weight for earns, weight in rows[question.n_of :] if earns < 0) / most
        rows = rows[: question.n_of]
    total = sum(weight for _, weight in rows)
    value = wrong + (sum(earns * weight for earns, weight in rows) / total if total else 0.0)
    held = {m.id for m in misconceptions}
    value -= sum(m.penalty for m in question.misconceptions if m.id in held)
    if any(point.required and status.get(point.id) != "met" for point in question.points):
        value = min(value, REQUIRED_CAP)
    for flag in flags:
        if flag.cap is not None:
            value = min(value, flag.cap)
    return min(1.0, max(0.0, value))
