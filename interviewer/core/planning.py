"""Which questions and exercises an interview is made of."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from interviewer.core.model import STAGES, Data, Item, Plan, PlanStage


@dataclass(frozen=True, slots=True)
class Entry(Data):
    """What choosing needs to know of a question or an exercise."""

    id: str
    stage: str
    kind: str  # "question" or "exercise"
    minutes: float
    difficulty: int = 3
    topics: tuple[str, ...] = ()
    overlaps: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """What history says of one item."""

    times: int  # how often it was asked
    score: float | None  # the last score, 0..1
    days_ago: float  # since it was last asked


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one item went on one day, or in the month that begins with it."""

    item: str
    day: date
    score: float  # 0..1, the mean of that time
    times: int


def ad_hoc_plan(ids: Iterable[str], entries: Mapping[str, Entry]) -> Plan:
    """A plan of exactly these items, in the order of the stages."""
    chosen = [entries[i] for i in dict.fromkeys(ids)]
    stages = tuple(
        PlanStage(stage, only=tuple(e.id for e in chosen if e.stage == stage))
        for stage in STAGES
        if any(e.stage == stage for e in chosen)
    )
    titles = ", ".join(e.id for e in chosen)
    return Plan("own-choice", titles, sum(e.minutes for e in chosen), stages)


def choose_items(
    plan: Plan,
    entries: Mapping[str, Entry],
    *,
    seed: int,
    history: Mapping[str, Past] | None = None,
    stage: str | None = None,
    topic: str | None = None,
    role: str = "",
) -> tuple[Item, ...]:
    """The items of one interview. A ``role``, in words, prefers what it mentions.

    ``history`` None (a fixed seed was asked for): the choice depends on the seed alone. Otherwise
    what was never asked comes first, then what went worst and is longest ago. At most one of a
    group of overlapping items is taken, unless the plan names its items itself.
    """
    rng, wanted = random.Random(seed), _stems(role)
    day = next_day(plan, history or {})
    stages = ad_hoc_plan((i for i in day.items if i in entries), entries).stages if day else plan.stages
    stages = tuple(part for part in stages if not stage or part.stage == stage)
    pools = [_pool(part, entries, topic) for part in stages]
    taken: dict[int, list[Entry]] = {}
    # The stage with the least to choose from chooses first, or others' overlaps would leave it short.
    for n in sorted(range(len(stages)), key=lambda n: len(pools[n]) - (stages[n].count or 0)):
        part, pool = stages[n], pools[n]
        if part.count is None:
            by_id = {e.id: e for e in pool}
            named = [by_id[i] for i in part.only if i in by_id]
            taken[n] = named if part.only else _ordered(pool, rng, history, wanted)
            continue
        taken[n] = []
        for entry in _ordered(pool, rng, history, wanted):
            if len(taken[n]) < part.count and not any(
                overlap(entry, o) for got in taken.values() for o in got
            ):
                taken[n].append(entry)
    chosen = [entry for n in range(len(stages)) for entry in taken[n]]
    return tuple(Item(e.id, e.stage, e.kind, e.minutes) for e in chosen)  # type: ignore[arg-type]


def _pool(part: PlanStage, entries: Mapping[str, Entry], topic: str | None) -> list[Entry]:
    return [
        entry
        for entry in entries.values()
        if entry.stage == part.stage
        and (not part.only or entry.id in part.only)
        and (not topic or topic in entry.topics)
    ]


def overlap(one: Entry, other: Entry) -> bool:
    """Whether a good answer to one is much the same as to the other."""
    return one.id == other.id or other.id in one.overlaps or one.id in other.overlaps


def next_day(plan: Plan, history: Mapping[str, Past], within_days: float = 14.0):
    """Of a plan spread over days, the first with something not yet done lately; None for other plans."""
    working = [day for day in plan.days if day.items]
    if not working:
        return None
    done = {i for i, past in history.items() if past.times and past.days_ago <= within_days}
    return next((day for day in working if not done.issuperset(day.items)), working[0])


def _ordered(
    pool: list[Entry], rng: random.Random, history: Mapping[str, Past] | None, wanted: frozenset[str]
) -> list[Entry]:
    shuffled = sorted(pool, key=lambda e: e.id)
    rng.shuffle(shuffled)

    def due(entry: Entry) -> tuple[bool, float]:
        past, asked_for = (history or {}).get(entry.id), relevance(entry, wanted)
        if past is None or not past.times:
            return (False, -asked_for)
        weakness = 1.0 - (past.score if past.score is not None else 0.0)
        return (True, -(weakness + min(past.days_ago, 30.0) / 30.0 + asked_for))

    return sorted(shuffled, key=due)


def relevance(entry: Entry, wanted: frozenset[str]) -> float:
    """How much of what an entry is about stands among the wanted stems, 0..1: its best topic, or its id."""
    abouts = [_stems(about) for about in (*entry.topics, entry.id)]
    return max((len(about & wanted) / len(about) for about in abouts if about), default=0.0)


#: Stems that every role in the field mentions.
_EVERYWHERE = frozenset(
    {"train", "model", "learn", "deep", "netwo", "neura", "data", "work", "the", "and", "for"}
)


def _stems(text: str) -> frozenset[str]:
    """The first five letters of each word that tells one topic from another."""
    words = re.findall(r"[a-z0-9]{3,}", text.lower())
    return frozenset(word.removesuffix("s")[:5] for word in words) - _EVERYWHERE
