"""What is searched for, as SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from interviewer.core.searching import Condition

#: Characters of what is searched for that count; more is a paste that went to the wrong box.
MOST_SEARCHED = 500

#: What every session meets.
ALL = "1"
STATE = "CASE WHEN number = 0 THEN 'example' WHEN ended THEN 'ended' ELSE 'open' END"


def words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text[:MOST_SEARCHED]).split()


def query(words: list[str]) -> str:
    """All of the words; from three letters on, also as beginnings (shorter ones begin half of the index)."""
    return " ".join(f'"{word}"*' if len(word) > 2 else f'"{word}"' for word in words)


def where(conditions: Iterable[Condition]) -> tuple[str, list[Any]]:
    """An expression on a row of ``sessions``, and its values. ``folded`` is Python's lower case."""
    parts: list[str] = []
    values: list[Any] = []
    for condition in conditions:
        part, found = _part(condition)
        parts.append(part)
        values += found
    return " AND ".join(parts) or ALL, values


def _part(condition: Condition) -> tuple[str, list[Any]]:
    value: Any = condition.value
    match condition.field:
        case "plan":
            return "(instr(folded(plan), ?) OR instr(folded(title), ?))", [value, value]
        case "grader":
            return "instr(folded(graders), ?)", [value]
        case "mode":
            return "substr(mode, 1, length(?)) = ?", [value, value]
        case "state":
            return f"substr({STATE}, 1, length(?)) = ?", [value, value]
        case "score" if condition.sign == "=":
            return "round(score, 2) = round(?, 2)", [value]
        case "score":
            return f"score {condition.sign} ?", [value]
        case "started":
            return f"substr(started_at, 1, 10) {condition.sign} ?", [value.isoformat()]
    having = "SELECT session FROM outcomes WHERE item IN (SELECT value FROM json_each(?))"
    return f"id IN ({having})", [json.dumps(value)]
