"""What is typed over the history: words that were said, and conditions on the interview.

``attention plan:quick score<70 after:2026-01-01 state:open`` – every part must hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from interviewer.core.events import SessionInfo

HELP = "words said · topic: · plan: · score<70 · after:2026-01-31 · before: · grader: · mode: · state:open"

Condition = Callable[[SessionInfo], bool]


@dataclass(frozen=True)
class Filter:
    """Conditions, the words that remain for the full-text search, and what could not be understood."""

    conditions: tuple[Condition, ...] = ()
    topics: tuple[str, ...] = ()  # which sessions have them is for the store to say
    words: str = ""
    problems: tuple[str, ...] = ()

    def admits(self, session: SessionInfo) -> bool:
        """Whether a session meets every condition."""
        return all(holds(session) for holds in self.conditions)


def read(text: str) -> Filter:
    """Understand what was typed."""
    conditions: list[Condition] = []
    topics: list[str] = []
    words: list[str] = []
    problems: list[str] = []
    for part in text.split():
        found = re.fullmatch(r"(plan|mode|state|score|after|before|topic|grader)(:|<=|>=|<|>|=)(.*)", part)
        if not found:
            words.append(part)
            continue
        name, sign, value = found.groups()
        try:
            if value and name == "topic":
                topics.append(value.lower())
            elif value:
                conditions.append(_condition(name, sign, value.lower()))
        except ValueError:
            problems.append(part)
    return Filter(tuple(conditions), tuple(topics), " ".join(words), tuple(problems))


def _condition(name: str, sign: str, value: str) -> Condition:
    if name == "score":
        least = float(value.rstrip("%")) / 100
        compare = {
            "<": lambda s: s < least,
            ">": lambda s: s > least,
            "<=": lambda s: s <= least,
            ">=": lambda s: s >= least,
        }.get(sign, lambda s: round(s, 2) == round(least, 2))
        return lambda session: session.score is not None and compare(session.score)
    if name in ("after", "before"):
        day = date.fromisoformat(value)
        later = name == "after"
        return lambda s: s.started_at.date() >= day if later else s.started_at.date() < day
    if name == "grader":
        return lambda s: value in s.graders.lower()
    if name == "state":
        return lambda s: state(s).startswith(value)
    if name == "plan":
        return lambda s: value in s.plan.lower() or value in s.title.lower()
    return lambda s: s.mode.startswith(value)


def state(session: SessionInfo) -> str:
    """open, ended or example."""
    return "example" if session.example else "ended" if session.ended else "open"
