"""The things an interview is about: questions with their rubrics, exercises, plans.

All are frozen and built by ``packs``; an *asked* event carries them whole (``to_dict``), so that
editing a rubric never rewrites an old report (``from_dict`` reads them back).
"""

from __future__ import annotations

import types
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Self, Union, get_args, get_origin, get_type_hints

Stage = Literal["basics", "intermediate", "advanced", "debugging", "coding", "scenario"]
STAGES: tuple[str, ...] = get_args(Stage)

STAGE_TITLES = {
    "basics": "Basics",
    "intermediate": "Intermediate",
    "advanced": "Advanced",
    "debugging": "Debugging and optimization",
    "coding": "Hands-on PyTorch",
    "scenario": "Scenarios",
}


class Data:
    """Plain-data conversion for the frozen dataclasses below (and for events and grades)."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready copy; tuples become lists."""
        return _plain(asdict(self))  # type: ignore[call-overload]

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build from plain data; keys this version does not know are ignored."""
        hints = _hints(cls)
        known = {f.name: _build(hints[f.name], data[f.name]) for f in fields(cls) if f.name in data}  # type: ignore[arg-type]
        return cls(**known)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _build(hint: Any, value: Any) -> Any:
    """Turn plain data into what the type hint of a dataclass field says."""
    if value is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _build(next(arg for arg in get_args(hint) if arg is not type(None)), value)
    if origin is tuple:
        inner = get_args(hint)[0]
        return tuple(_build(inner, item) for item in value)
    if is_dataclass(hint) and isinstance(value, dict):
        return hint.from_dict(value)  # type: ignore[attr-defined]
    return value


@dataclass(frozen=True, slots=True)
class RubricPoint(Data):
    """One thing a good answer says, and the ways of saying it."""

    id: str
    text: str
    weight: float
    accept: tuple[str, ...] = ()  # the point in plain words: any of them supports it
    terms: tuple[tuple[str, ...], ...] = ()  # all groups needed, any word stem of a group hits it
    code: tuple[str, ...] = ()  # forms in code or mathematics
    contradicts: tuple[str, ...] = ()  # statements that reverse the point
    required: bool = False  # while not met, the answer scores at most one half
    probe: str | None = None
    hints: tuple[str, ...] = ()  # from a nudge to nearly the answer; three at most


@dataclass(frozen=True, slots=True)
class Misconception(Data):
    """A wrong belief that candidates really have."""

    id: str
    says: tuple[str, ...]  # ways in which it is said
    correction: str
    penalty: float = 0.1  # taken off the score (0..1) when the answer holds it


@dataclass(frozen=True, slots=True)
class Exemplar(Data):
    """A graded answer: calibrates its question and serves as its regression test."""

    answer: str
    score: float  # 0..1
    kind: str


@dataclass(frozen=True, slots=True)
class Question(Data):
    """A conceptual or scenario question with its rubric."""

    id: str
    stage: str
    kind: Literal["conceptual", "scenario"]
    prompt: str
    points: tuple[RubricPoint, ...]
    topics: tuple[str, ...] = ()
    difficulty: int = 3
    minutes: float = 4.0
    overlaps: tuple[str, ...] = ()  # ids of questions that ask for much the same
    n_of: int | None = None  # only the n best points count
    misconceptions: tuple[Misconception, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()
    model_answer: str = ""
    explanation: str = ""
    sources: tuple[str, ...] = ()
    when: str | None = None  # a follow-up about code: the review finding that calls for it
    pack_hash: str = ""

    @property
    def title(self) -> str:
        """A short name for lists: the id in words."""
        return self.id.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Check(Data):
    """One hidden check of an exercise."""

    id: str
    weight: float = 1.0
    says: str = ""  # what it checks, in words a candidate may read


@dataclass(frozen=True, slots=True)
class Limits(Data):
    """What a submission may use; enforced from outside the candidate's process."""

    load_s: float = 20.0  # importing the file
    call_s: float = 10.0  # one call
    total_s: float = 60.0  # the whole run, wall time
    memory_mb: int = 2048  # the worker's whole process tree, above the warm parent's own
    processes: int = 64  # processes and threads
    disk_mb: int = 64
    output_kb: int = 256  # printed text kept; ten times as much stops the run


@dataclass(frozen=True, slots=True)
class Forbidden(Data):
    """A shortcut that the statement rules out, found statically."""

    name: str  # dotted, as imported: torch.nn.functional.scaled_dot_product_attention
    why: str = ""


@dataclass(frozen=True, slots=True)
class Asset(Data):
    """A file that ships with an exercise."""

    file: str
    sha256: str
    source: str
    licence: str
    to: Literal["judge", "worker"] = "judge"  # who may read it


@dataclass(frozen=True, slots=True)
class Exercise(Data):
    """A coding task, as the interview needs it. What judges it stays with the runner."""

    id: str
    title: str
    kind: Literal["function", "class", "module", "train"]
    entry: str  # the name that the submission must define
    statement: str  # Markdown
    starter: str
    reference: str
    checks: tuple[Check, ...]
    signature: str = ""  # shown when it was called wrongly
    limits: Limits = Limits()
    forbid: tuple[Forbidden, ...] = ()
    assets: tuple[Asset, ...] = ()
    stage: str = "coding"
    topics: tuple[str, ...] = ()
    difficulty: int = 3
    minutes: float = 12.0
    approach: Question | None = None  # asked before the code; optional, shown, not in the score
    follow_ups: tuple[Question, ...] = ()  # about the candidate's own code
    explanation: str = ""  # Markdown, shown after a pass
    sources: tuple[str, ...] = ()
    path: str = ""  # the pack's folder on this machine; empty in an event
    pack_hash: str = ""
    trusted: bool = True  # False: a person's own or foreign pack, whose cases.py is trusted code


@dataclass(frozen=True, slots=True)
class PlanStage(Data):
    """One stage of a plan: how many items, or exactly which."""

    stage: str
    count: int | None = None  # None: all of `only`
    only: tuple[str, ...] = ()  # ids to choose among (with count), or to ask (without)


@dataclass(frozen=True, slots=True)
class Plan(Data):
    """What an interview is made of."""

    id: str
    title: str
    minutes: float
    stages: tuple[PlanStage, ...]
    description: str = ""
    days: tuple[PlanDay, ...] = ()  # a plan spread over days, ticked off from history


@dataclass(frozen=True, slots=True)
class PlanDay(Data):
    """One day of a plan that is spread over days."""

    title: str
    items: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item(Data):
    """One planned entry of an interview: a question or an exercise, by id."""

    id: str
    stage: str
    kind: Literal["question", "exercise"]
    minutes: float
