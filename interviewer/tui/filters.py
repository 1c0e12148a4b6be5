"""What is typed over the history: words that were said, and conditions on the interview.

``attention plan:quick score<70 after:2026-01-01 state:open`` – every part must hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from interviewer.core.events import SessionInfo
from interviewer.core.searching import Condition

HELP = "words said · topic: · plan: · score<70 · after:2026-01-31 · before: · grader: · mode: · state:open"


@dataclass(frozen=True)
class Filter:
    """Conditions, the words that remain for the full-text search, and what could not be understood."""

    conditions: tuple[Condition, ...] = ()
    topics: tuple[str, ...] = ()  # which items have them is for the catalog to say
    words: str = ""
    problems: tuple[str, ...] = ()


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
        return Condition("score", float(value.rstrip("%")) / 100, "=" if sign == ":" else sign)
    if name in ("after", "before"):
        return Condition("started", date.fromisoformat(value), ">=" if name == "after" else "<")
    return Condition(name, value)


def state(session: SessionInfo) -> str:
    """open, ended or example."""
    return "example" if session.example else "ended" if session.ended else "open"
