"""What a history is searched for, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from interviewer.core.events import Hit, SessionInfo

Field = Literal["plan", "mode", "state", "score", "started", "grader", "items"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that holds of a session.

    ``plan`` and ``grader`` contain the value, ``mode`` and ``state`` begin with it, ``score`` (0..1) and the
    day it ``started`` stand to it as the sign says, and one of ``items`` was answered.
    """

    field: Field
    value: str | float | date | tuple[str, ...]
    sign: Literal["<", "<=", "=", ">=", ">"] = "="


@dataclass(frozen=True, slots=True)
class Page:
    """The sessions that were found, newest first and worked examples last."""

    rows: list[SessionInfo]
    matched: int  # how many there are; with words, how many were looked for
    total: int  # how many sessions there are
    hits: list[Hit]  # a few of the places where the words were said
