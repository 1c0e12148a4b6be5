"""The interview as a function of its events: what has happened, and what comes next.

``fold(events)`` gives the state; ``next_move(state)`` says what the interviewer does now. Neither
reads a clock, a file or a random number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from interviewer.core import events as ev
from interviewer.core.grading import EARNS, Grade
from interviewer.core.model import Exercise, Item, Question, RubricPoint
from interviewer.core.running import RunResult

MAX_HINTS = 3
MAX_PROBES = 2
MAX_FOLLOW_UPS = 2
HINT_COST = 0.1  # off the score with help, for each step
PROBE_SHARE = 0.5  # of what the answer to a probe adds

#: An answer at or above this is good enough to move on without a probe.
PROBE_BELOW = 0.85
#: With an item this many times over its planned minutes, the interviewer moves on.
MOVE_ON_AFTER = 1.5


@dataclass(slots=True)
class Part:
    """One question put to the candidate, and all that came of it."""

    question: Question
    part: str  # "question", "approach" or "follow_up"
    answers: list[str] = field(default_factory=list)
    helped: list[str] = field(default_factory=list)  # before each answer: "", "probe" or "hint"
    grades: dict[int, Grade] = field(default_factory=dict)  # by number of answers read: the one that counts
    readings: list[Grade] = field(default_factory=list)  # of everything said so far, in order
    contested: str = ""  # what the candidate objects to the grade
    said: str = ""  # how it was worded
    probes: list[ev.Probed] = field(default_factory=list)
    hints: list[ev.Hinted] = field(default_factory=list)
    #: ("answer" | "probe" | "hint" | "request" | "clarification", text)
    dialogue: list[tuple[str, str]] = field(default_factory=list)
    pending_help: str = ""
    skipped: bool = False

    @property
    def text(self) -> str:
        """All that was answered: what a grader reads, and what quotes refer to."""
        return "\n\n".join(self.answers)

    @property
    def grade(self) -> Grade | None:
        """The grade of everything said so far, or None while it has not been read."""
        return self.grades.get(len(self.answers)) if self.answers else None

    def take(self, grade: Grade, number: int | None) -> None:
        """One more reading, of the first ``number`` answers: it counts if it is scored, or the first."""
        number = number or len(self.answers)
        if number == len(self.answers):
            self.readings.append(grade)
        if number not in self.grades or grade.score is not None:
            self.grades[number] = grade

    @property
    def unread(self) -> bool:
        return bool(self.answers) and self.grade is None

    @property
    def probe_pending(self) -> bool:
        return self.pending_help == "probe"

    def unaided(self) -> float | None:
        """Score of what was said before any hint or probe; 0 if all came with help."""
        if not self.answers or self.grade is None or self.grade.score is None:
            return None
        if self.helped[0]:
            return 0.0
        first = self.grades.get(1)
        return first.score if first else None

    def with_help(self) -> float | None:
        """The score where help counts: a probe's gain by half, a tenth off for each hint."""
        if not self.answers or self.grade is None or self.grade.score is None:
            return None
        total = before = 0.0
        for number, helped in enumerate(self.helped, start=1):
            grade = self.grades.get(number)
            if grade is None or grade.score is None:
                continue
            gain = grade.score - before
            total += gain * (PROBE_SHARE if helped == "probe" else 1.0)
            before = grade.score
        return min(1.0, max(0.0, total - HINT_COST * len(self.hints)))


@dataclass(slots=True)
class Attempt:
    """One submission of code."""

    code: str
    result: RunResult | None = None
    hints_before: int = 0


@dataclass(slots=True)
class ItemState:
    """One planned item as it stands."""

    item: Item
    parts: list[Part] = field(default_factory=list)
    exercise: Exercise | None = None
    attempts: list[Attempt] = field(default_factory=list)
    code_hints: list[ev.Hinted] = field(default_factory=list)
    code_finished: bool = False
    skipped: bool = False
    closed: bool = False
    entered_s: float | None = None  # the interview's clock when it was put
    spent_s: float = 0.0

    @property
    def main(self) -> Part | None:
        """The item's own question (None for an exercise)."""
        return next((p for p in self.parts if p.part == "question"), None)

    @property
    def approach(self) -> Part | None:
        return next((p for p in self.parts if p.part == "approach"), None)

    @property
    def follow_ups(self) -> list[Part]:
        return [p for p in self.parts if p.part == "follow_up"]

    def part(self, question_id: str) -> Part:
        return next(p for p in self.parts if p.question.id == question_id)

    @property
    def last_result(self) -> RunResult | None:
        """The last submission that was judged."""
        return next((a.result for a in reversed(self.attempts) if a.result), None)

    def unaided(self) -> float | None:
        """The item's score without help, 0..1; None: unscored."""
        if self.item.kind == "question":
            return self.main.unaided() if self.main else None
        if not self.exercise:
            return None
        shares = [
            a.result.share(self.exercise.checks) for a in self.attempts if a.result and not a.hints_before
        ]
        known = [s for s in shares if s is not None]
        if known:
            return known[-1]
        return 0.0 if self.with_help() is not None else None

    def with_help(self) -> float | None:
        """The item's score with hints and probes counted, 0..1; None: unscored."""
        if self.item.kind == "question":
            return self.main.with_help() if self.main else None
        if not self.exercise:
            return None
        shares = [a.result.share(self.exercise.checks) for a in self.attempts if a.result]
        known = [s for s in shares if s is not None]
        return max(0.0, known[-1] - HINT_COST * len(self.code_hints)) if known else None


@dataclass(slots=True)
class State:
    """An interview as it stands."""

    started: ev.Started | None = None
    items: dict[str, ItemState] = field(default_factory=dict)
    stage: str | None = None
    current: str | None = None  # the open item
    paused: bool = False
    ended: str | None = None
    advice: ev.Advised | None = None
    active_s: float = 0.0
    warned: set[tuple[str, str]] = field(default_factory=set)
    last_seq: int = 0

    @property
    def item(self) -> ItemState | None:
        return self.items.get(self.current) if self.current else None

    @property
    def open_part(self) -> Part | None:
        """The question that waits for words, if any."""
        move = next_move(self)
        return self.items[move.item].part(move.question) if isinstance(move, AwaitAnswer) else None

    @property
    def done(self) -> int:
        """How many planned items are over."""
        return sum(i.closed for i in self.items.values())


# ---------------------------------------------------------------------------- fold


def fold(events: Iterable[ev.Event]) -> State:
    """The state that a list of events amounts to."""
    state = State()
    for event in events:
        apply(state, event)
    return state


def apply(state: State, event: ev.Event) -> None:
    """Bring ``state`` forward by one event, in place."""
    body = event.body
    if state.item and not state.item.closed:
        state.item.spent_s += max(0.0, event.active_s - max(state.active_s, state.item.entered_s or 0.0))
    state.active_s = max(state.active_s, event.active_s)
    state.last_seq = event.seq
    match body:
        case ev.Started():
            state.started = body
            state.items = {item.id: ItemState(item) for item in body.items}
        case ev.StageEntered(stage=stage):
            state.stage = stage
        case ev.Asked(item=item, question=question, part=part):
            _enter(state, item, event.active_s)
            state.items[item].parts.append(Part(question, part, said=body.said or question.prompt))
        case ev.ExerciseSet(item=item, exercise=exercise):
            _enter(state, item, event.active_s)
            state.items[item].exercise = exercise
        case ev.Answered(item=item, question=question, text=text):
            part = state.items[item].part(question)
            part.answers.append(text)
            part.readings = []
            part.dialogue.append(("answer", text))
            part.helped.append(part.pending_help)
            part.pending_help = ""
        case ev.Graded(item=item, question=question, grade=grade):
            state.items[item].part(question).take(grade, body.answers)
        case ev.Clarified(item=item, question=question):
            dialogue = state.items[item].part(question).dialogue
            dialogue += [("request", body.request), ("clarification", body.text)]
        case ev.Contested(item=item, question=question, text=text):
            state.items[item].part(question).contested = text
        case ev.Probed(item=item, question=question):
            part = state.items[item].part(question)
            part.probes.append(body)
            part.dialogue.append(("probe", body.text))
            part.pending_help = "probe"
        case ev.Hinted(item=item, question=question):
            _hinted(state.items[item], body)
        case ev.Skipped(item=item, question=question):
            _skipped(state.items[item], question)
        case ev.CodeSubmitted(item=item, code=code):
            entry = state.items[item]
            entry.attempts.append(Attempt(code, hints_before=len(entry.code_hints)))
        case ev.RunJudged(item=item, attempt=attempt, result=result):
            state.items[item].attempts[attempt - 1].result = result
        case ev.CodeFinished(item=item):
            state.items[item].code_finished = True
        case ev.ItemClosed(item=item):
            state.items[item].closed = True
            state.current = None
        case ev.ClockWarned(about=about, text=text):
            state.warned.add((about, text))
        case ev.Paused():
            state.paused = True
        case ev.Resumed():
            state.paused = False
        case ev.Advised():
            state.advice = body
        case ev.Ended(reason=reason):
            state.ended = reason


def _enter(state: State, item: str, active_s: float) -> None:
    state.current = item
    if state.items[item].entered_s is None:
        state.items[item].entered_s = active_s


def _hinted(entry: ItemState, hint: ev.Hinted) -> None:
    part = next((p for p in entry.parts if p.question.id == hint.question), None)
    if part is None or (part.part == "approach" and _approach_over(entry)):
        entry.code_hints.append(hint)
    else:
        part.hints.append(hint)
        part.dialogue.append(("hint", hint.text))
        part.pending_help = part.pending_help or "hint"


def _skipped(entry: ItemState, question: str) -> None:
    part = next((p for p in entry.parts if p.question.id == question), None)
    if part is None:
        entry.skipped = True
        entry.code_finished = True
        return
    part.skipped = True
    part.pending_help = ""
    if part.part == "question" and not part.answers:
        entry.skipped = True


# ---------------------------------------------------------------------------- moves


@dataclass(frozen=True, slots=True)
class EnterStage:
    stage: str


@dataclass(frozen=True, slots=True)
class Put:
    """Put an item before the candidate: its question, or its exercise."""

    item: str


@dataclass(frozen=True, slots=True)
class AskPart:
    """Ask a question that belongs to an exercise."""

    item: str
    question: Question
    part: str


@dataclass(frozen=True, slots=True)
class Read:
    """Grade what was answered to ``question`` so far."""

    item: str
    question: str


@dataclass(frozen=True, slots=True)
class Probe:
    item: str
    question: str
    point: RubricPoint
    reason: str


@dataclass(frozen=True, slots=True)
class Judge:
    """Run the last submission."""

    item: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Close:
    item: str


@dataclass(frozen=True, slots=True)
class Finish:
    reason: str = "completed"


@dataclass(frozen=True, slots=True)
class AwaitAnswer:
    item: str
    question: str


@dataclass(frozen=True, slots=True)
class AwaitCode:
    item: str


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do: paused, ended, or not begun."""


Move = EnterStage | Put | AskPart | Read | Probe | Judge | Close | Finish | AwaitAnswer | AwaitCode | Rest


def next_move(state: State) -> Move:
    """What the interviewer does now."""
    if state.started is None or state.ended or state.paused:
        return Rest()
    entry = state.item
    if entry is None:
        coming = next((i for i in state.items.values() if not i.closed), None)
        if coming is None:
            return Finish()
        if coming.item.stage != state.stage:
            return EnterStage(coming.item.stage)
        return Put(coming.item.id)
    return _exercise_move(entry) if entry.item.kind == "exercise" else _question_move(entry, entry.parts[0])


def _question_move(entry: ItemState, part: Part) -> Move:
    return _words(entry, part) or Close(entry.item.id)


def _words(entry: ItemState, part: Part) -> Move | None:
    """The move that one question still needs, or None when it is over."""
    item, question = entry.item.id, part.question.id
    if part.unread:
        return Read(item, question)
    if part.skipped:
        return None
    if not part.answers or part.probe_pending:
        return AwaitAnswer(item, question)
    point = worth_probing(part)
    over_time = entry.spent_s > MOVE_ON_AFTER * 60 * entry.item.minutes
    if point is None or over_time or part.part != "question":
        return None
    return Probe(item, question, point, probe_reason(part, point))


def _approach_over(entry: ItemState) -> bool:
    part = entry.approach
    return part is None or part.skipped or (bool(part.answers) and not part.unread)


def _exercise_move(entry: ItemState) -> Move:
    item, exercise = entry.item.id, entry.exercise
    assert exercise is not None  # Put sets it
    if exercise.approach and entry.approach is None and not entry.attempts and not entry.code_finished:
        return AskPart(item, exercise.approach, "approach")
    if entry.approach and (move := _words(entry, entry.approach)):
        return move
    if entry.attempts and entry.attempts[-1].result is None:
        return Judge(item, len(entry.attempts))
    if not entry.code_finished:
        return AwaitCode(item)
    if entry.follow_ups and (move := _words(entry, entry.follow_ups[-1])):
        return move
    question = _next_follow_up(entry)
    return AskPart(item, question, "follow_up") if question else Close(item)


def _next_follow_up(entry: ItemState) -> Question | None:
    """Follow-ups that a finding in the code calls for come first, then the general ones."""
    exercise, result = entry.exercise, entry.last_result
    if exercise is None or result is None or entry.skipped or len(entry.follow_ups) >= MAX_FOLLOW_UPS:
        return None
    asked = {p.question.id for p in entry.follow_ups}
    found = {finding.id for finding in result.review}
    open_ones = [q for q in exercise.follow_ups if q.id not in asked]
    called_for = [q for q in open_ones if q.when and q.when in found]
    return next(iter(called_for + [q for q in open_ones if not q.when]), None)


# ---------------------------------------------------------------------------- probes and hints


def gain(part: Part, point: RubricPoint) -> float:
    """What a full answer on ``point`` would add, in weight."""
    verdict = part.grade.verdict(point.id) if part.grade else None
    return point.weight * (1.0 - EARNS[verdict.status if verdict else "missed"])


def worth_probing(part: Part) -> RubricPoint | None:
    """The point to follow up on: a contradicted one before a missed one, then by what it would add."""
    grade = part.grade
    if grade is None or grade.score is None or grade.score >= PROBE_BELOW or len(part.probes) >= MAX_PROBES:
        return None
    if any(flag.id in ("gaming", "language", "empty", "too_long", "binary") for flag in grade.flags):
        return None
    asked = {p.point for p in part.probes}
    open_points = [p for p in part.question.points if p.probe and p.id not in asked and gain(part, p) > 0]
    return max(
        open_points,
        key=lambda p: (_status(part, p) == "contradicted", gain(part, p), p.required),
        default=None,
    )


def _status(part: Part, point: RubricPoint) -> str:
    verdict = part.grade.verdict(point.id) if part.grade else None
    return verdict.status if verdict else "missed"


def probe_reason(part: Part, point: RubricPoint) -> str:
    """Why this point, in words for the transcript."""
    status = _status(part, point)
    weights = sorted((p.weight for p in part.question.points), reverse=True)
    share = gain(part, point) / sum(weights[: part.question.n_of or None])
    why = "it would change the grade most" if status != "contradicted" else "what is wrong goes first"
    return f"{point.id} was {status}; {why} ({share:+.0%})"


def next_hint(entry: ItemState) -> tuple[Question, RubricPoint, int, str] | None:
    """(question, point, step, text) of the next hint, or None when there is none left.

    A hint stays with the point it began with, or with the point being probed, until its steps
    are used up.
    """
    part = next((p for p in entry.parts if _waiting(p)), None)
    if part is not None:
        question, given = part.question, part.hints
        order = _hint_order(part)
    elif entry.exercise and entry.exercise.approach and not entry.code_finished:
        question, given = entry.exercise.approach, entry.code_hints
        order = sorted(question.points, key=lambda p: (not p.required, -p.weight))
    else:
        return None
    if len(given) >= MAX_HINTS:
        return None
    for point in order:
        used = sum(h.point == point.id for h in given)
        if used < len(point.hints):
            return question, point, len(given) + 1, point.hints[used]
    return None


def _waiting(part: Part) -> bool:
    return not part.skipped and (not part.answers or part.probe_pending)


def _hint_order(part: Part) -> list[RubricPoint]:
    """Points in the order in which hints help: the one in hand, then by what they would add."""
    in_hand = part.probes[-1].point if part.probe_pending else (part.hints[-1].point if part.hints else None)
    return sorted(
        part.question.points,
        key=lambda p: (p.id != in_hand, not p.required, -gain(part, p)),
    )
