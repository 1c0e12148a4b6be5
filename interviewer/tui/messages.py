"""What background work tells the screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from interviewer.conductor import Desk, Notice, Progress, Saying
    from interviewer.core.events import Event, SessionInfo
    from interviewer.core.model import Plan
    from interviewer.core.ports import Model


@dataclass
class DeskOpened(Message):
    """Store, catalog, grader and runner are there; ``begin`` is what to open with."""

    desk: Desk
    begin: dict[str, Any] | None


@dataclass
class DeskFailed(Message):
    """They are not, and why: one sentence."""

    text: str


@dataclass
class HomeRead(Message):
    """What the home screen shows."""

    sessions: list[SessionInfo]
    plans: list[Plan]
    due: list[str]
    grader: str
    runner: str
    model: str  # who converses; empty: the rubric's own words
    offer: Model | None  # a model server on this machine that nobody has chosen or declined
    notice: str | None


@dataclass
class Happened(Message):
    """The conductor told of something: durable events, notices, progress."""

    what: Event | Notice | Progress | Saying


@dataclass
class CommandFailed(Message):
    """A command could not be carried out; what was typed is still in its box."""

    text: str
