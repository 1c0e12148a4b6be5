"""What an interview needs from outside, as Protocols. ``cli`` builds the adapters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from interviewer.core.asking import Scene, Wording
    from interviewer.core.events import Draft, Event, Hit, SessionInfo
    from interviewer.core.grading import Grade
    from interviewer.core.model import Exercise, Plan, Question
    from interviewer.core.planning import Entry, Outcome, Past
    from interviewer.core.running import CheckResult, RunResult
    from interviewer.core.searching import Condition, Page


class Clock(Protocol):
    """Time, so that tests can freeze it."""

    def now(self) -> datetime:
        """Wall time, UTC-aware."""
        ...

    def monotonic(self) -> float:
        """Seconds, never going back."""
        ...


class Grader(Protocol):
    """Reads one answer to one question."""

    name: str

    def grade(self, question: Question, answer: str) -> Grade:
        """Blocking; called off the event loop. Never raises for what a candidate typed."""
        ...


class SecondGrader(Protocol):
    """Reads an answer after the offline grader did; may take its time."""

    name: str

    async def grade(
        self,
        question: Question,
        answer: str,
        first: Grade,
        *,
        objection: str = "",
        say: Callable[[str], None] | None = None,
    ) -> Grade:
        """Never raises for what a model or a network does: such a grade is unscored, its note says why.

        ``first`` is the offline grade, which stands where a verdict has no evidence; ``objection`` is
        what the candidate has against the last grade; ``say`` gets sentences for a person (a retry).
        """
        ...

    async def close(self) -> None: ...


class Interviewer(Protocol):
    """Words what the interview has decided to say."""

    name: str  # empty: nobody's words but the rubric's own

    async def word(
        self, scene: Scene, on_text: Callable[[str], None], say: Callable[[str], None] | None = None
    ) -> Wording:
        """One turn. ``on_text`` gets all that is said so far, as it comes; cancelling stops at once.

        Never raises for what a model or a network does: the rubric's own words stand in, with a note.
        """
        ...

    async def advise(self, grades: str) -> Wording:
        """Summary and study advice from the grades alone; no text where there is none. Never raises."""
        ...

    async def close(self) -> None: ...


class Runner(Protocol):
    """Runs a submission against an exercise's hidden checks."""

    async def run(
        self,
        exercise: Exercise,
        source: str,
        *,
        file: str = "solution.py",
        device: str = "auto",
        perf: bool = False,
        on_check: Callable[[CheckResult], None] | None = None,
    ) -> RunResult:
        """Never raises for what a candidate wrote; cancelling the task stops the run at once."""
        ...

    def unavailable(self) -> str | None:
        """None when exercises can be run here, else one line saying how to make it so. Cheap."""
        ...

    async def prove(self) -> dict[str, Any]:
        """What contains the code on this machine, found out by attempting: ``files``, ``network``,
        ``processes``, ``memory`` (bools), ``layers`` that are on, ``why`` others are not; or ``error``."""
        ...

    async def warm(self) -> None:
        """Get ready in the background; may be called at any time, any number of times."""
        ...

    async def close(self) -> None:
        """Leave no process behind."""
        ...


class SessionStore(Protocol):
    """The event lists, durable. Every method blocks on disk; clients call it off the event loop.

    All raise StoreError, with one clear sentence, having changed nothing.
    """

    def append(self, session: str, events: Iterable[Event], *, clear: str | None = None) -> None:
        """Commit events (and remove the draft of box ``clear``) in one durable transaction."""
        ...

    def events(self, session: str) -> list[Event]:
        """The whole event list of a session, shipped examples included."""
        ...

    def save_draft(self, draft: Draft) -> None: ...

    def drafts(self, session: str) -> dict[str, Draft]:
        """Drafts of a session by box."""
        ...

    def sessions(self) -> list[SessionInfo]:
        """The history, newest first; worked examples last."""
        ...

    def search(self, text: str, limit: int = 50) -> list[Hit]:
        """Where these words were said, best first."""
        ...

    def history(self, conditions: Collection[Condition], text: str, limit: int) -> Page:
        """The newest sessions in which every condition holds, and where these words were said together."""
        ...

    def past(self, now: datetime) -> dict[str, Past]:
        """What history says of each item."""
        ...

    def trend(self) -> list[Outcome]:
        """How each item went on each day that it was scored (in a long history: each month), oldest first."""
        ...

    def delete(self, session: str) -> None: ...

    def export(self, session: str, form: str) -> str:
        """A session as text: ``markdown``, ``html`` or ``json``."""
        ...

    def lock(self) -> None:
        """Become the one writer, until ``unlock`` or this process ends."""
        ...

    def unlock(self) -> None:
        """Let another program write. Nothing happens where this one does not."""
        ...

    def other_writer(self) -> str | None:
        """Why ``lock`` would be refused, or None; nobody becomes the writer by it. Raises nothing."""
        ...

    def close(self) -> None: ...


class Catalog(Protocol):
    """The questions, exercises and plans that there are."""

    def index(self) -> Mapping[str, Entry]:
        """Everything that can be asked, lightly, by id."""
        ...

    def question(self, id: str) -> Question:
        """Raises LookupError, its message one sentence, for an id that is unknown or broken."""
        ...

    def exercise(self, id: str) -> Exercise: ...

    def plans(self) -> Mapping[str, Plan]: ...


@dataclass(frozen=True, slots=True)
class Model:
    """A model that could be used here."""

    profile: str  # what --profile takes
    where: str  # for a person
    listens: bool = False  # a server on this machine that nobody has written down
    default: bool = False


class Preferences(Protocol):
    """A person's settings on disk, and what there is to choose from. Every method blocks."""

    def text(self) -> str:
        """The whole file, as it would be with nothing set where there is none. Raises OSError, ValueError."""
        ...

    def write(self, text: str) -> None:
        """Replace the file. Raises OSError."""
        ...

    def change(self, name: str, value: str | bool) -> None:
        """Change one setting; every other line stays. Raises OSError, ValueError."""
        ...

    def role(self) -> str:
        """The job description that is set; empty without one. Raises OSError, ValueError."""
        ...

    def models(self) -> list[Model]:
        """The person's profiles, servers that listen on this machine, and presets whose key is there."""
        ...


class StoreError(Exception):
    """The store could not do it; the message is one sentence that says what to do next."""
