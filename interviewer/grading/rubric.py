"""The offline grader: reads an answer point by point, with nothing but the rubric.

Read ``_grade`` from top to bottom: refuse what cannot be read, cut into statements, set aside text
that addresses the grader, find for each point the window that supports or contradicts it, then
misconceptions, guards, score.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from interviewer.core.grading import EARNS, Flag, Grade, HeldMisconception, Status, Verdict, score
from interviewer.core.model import Question
from interviewer.grading import calibration as cal
from interviewer.grading import code as code_forms
from interviewer.grading import guards, match, text, vectors
from interviewer.grading.calibration import Line
from interviewer.grading.likeness import Likeness, concepts
from interviewer.grading.match import Covered, Reading
from interviewer.grading.nearness import Nearness
from interviewer.grading.prepared import Prepared, prepare
from interviewer.grading.reading import Reader, Window

VERSION = "1"
_KEPT = 256  # prepared questions


class RubricGrader:
    """Grades an answer against its question's rubric, offline. Deterministic; keeps no answers."""

    name = f"rubric@{VERSION}"

    def __init__(self, *, vectors: bool = True) -> None:
        """``vectors``: whether they have a say, where they are installed and a rubric says its points in one way only."""
        self._vectors = vectors
        self._kept: dict[int, Ready] = {}

    def grade(self, question: Question, answer: str) -> Grade:
        """Never raises for what a candidate typed; ``score`` is None when it cannot be read."""
        began = time.perf_counter()
        result = _grade(self._ready(question), answer)
        return replace(result, ms=(time.perf_counter() - began) * 1000)

    def explain(self, question: Question, answer: str) -> tuple[Grade, Trace]:
        """The same grade, with what it came from; ``explain.py`` makes it readable."""
        ready = self._ready(question)
        trace = Trace(ready.line)
        return _grade(ready, answer, trace), trace

    def _ready(self, question: Question) -> Ready:
        """The question ready for matching, and what its exemplars say; kept for the next answer."""
        found = self._kept.get(id(question))
        if found is None or found.prepared.question is not question:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[id(question)] = self._prepare(question)
        return found

    def _prepare(self, question: Question) -> Ready:
        prepared = prepare(question)
        nearness = Nearness(prepared, vectors.load() if self._vectors and prepared.one_way else None)
        name = f"{self.name}+vectors" if nearness.by_vectors else self.name
        return _taught(Ready(name, prepared, nearness))


class Ready(NamedTuple):
    """A question ready for matching, and what its exemplars say."""

    name: str  # of the grader
    prepared: Prepared
    nearness: Nearness
    line: Line = Line()
    likeness: Likeness = Likeness((), 1.0)


def _taught(ready: Ready) -> Ready:
    """With what the question's exemplars say beyond the arithmetic."""
    examples: list[tuple[float, float, Any]] = []
    for example in ready.prepared.question.exemplars:
        trace = Trace(ready.line)
        given = _grade(ready, example.answer, trace).score
        if given is not None and trace.reader:
            examples.append((given, example.score, trace.said))
    line = cal.fit((given, intended) for given, intended, _ in examples)
    line = line.drawn(ready.prepared.richness)  # of a thin rubric, likeness is the better witness
    beyond = [(said, intended - line(given)) for given, intended, said in examples]
    return ready._replace(line=line, likeness=Likeness(beyond, ready.prepared.richness))


@dataclass(slots=True)
class Trace:
    """What a grade came from; empty where the answer was refused."""

    line: Line  # the question's calibration
    reader: Reader | None = None
    #: per point, the reading that supports it best and the one that contradicts it most
    found: list[tuple[Reading | None, Reading | None]] = field(default_factory=list)
    near: list[float] = field(default_factory=list)  # per point, how near the answer as a whole comes
    earned: dict[str, float] = field(default_factory=dict)  # by point, what nearness makes of its verdict
    said: Any = None  # what likeness compares: a vector, or weighted concepts
    raw: float | None = None  # the score before calibration
    like: float = 0.0  # what its likeness to the exemplars added


def _grade(ready: Ready, answer: str, trace: Trace | None = None) -> Grade:
    name, prepared = ready.name, ready.prepared
    question = prepared.question
    refused = guards.refusal(answer)
    if refused:
        given = 0.0 if refused.cap == 0.0 else None
        status: Status = "unverified" if given is None else "missed"
        return Grade(question.id, given, name, _all(question, status), flags=(refused,), note=refused.reason)
    flags: list[Flag] = []
    if len(answer) > guards.READ_AT_MOST:
        flags.append(Flag("too_long", f"Only the first {guards.READ_AT_MOST:,} characters were read."))
    read = answer[: guards.READ_AT_MOST]
    tokens = text.words(read, 0, len(read))
    foreign = guards.language(tokens)
    if foreign:
        flags.append(foreign)
        unread = _all(question, "unverified")
        return Grade(question.id, None, name, unread, flags=tuple(flags), note=foreign.reason)

    spans = text.split(read)
    gaming = [span for span in spans if guards.addressed_to_grader(read, span)]
    spans = [span for span in spans if span not in gaming]
    reader = Reader(prepared, read, spans, tokens)
    windows = reader.windows
    rows = match.covered(prepared, windows)
    beliefs = _beliefs(prepared, windows, rows)
    found = _found(reader, rows, beliefs)
    verdicts = [
        _verdict(point.id, point.weight, supports, denies, read)
        for point, (supports, denies) in zip(question.points, found, strict=True)
    ]
    encoded = ready.nearness.encoded(reader)
    near = ready.nearness(reader, encoded)
    verdicts, earned = _nearer(verdicts, near, found, read)
    held = _misconceptions(prepared, read, beliefs)
    flags += _flags(reader, gaming, verdicts)
    raw = score(question, verdicts, held, flags, earned)
    said, like = None, 0.0
    if trace or ready.likeness.has_a_say:
        said = concepts(reader.concepts) if encoded is None else encoded.mean
        like = ready.likeness(said)
    if trace:
        trace.reader, trace.found, trace.near, trace.earned = reader, found, near, earned
        trace.said, trace.raw, trace.like = said, raw, like
    value = min(1.0, max(0.0, ready.line(raw) + like))
    for flag in flags:
        value = value if flag.cap is None else min(value, flag.cap)
    return Grade(question.id, round(value, 4), name, tuple(verdicts), tuple(held), tuple(flags))


def _all(question: Question, status: Status) -> tuple[Verdict, ...]:
    return tuple(Verdict(point.id, status, point.weight) for point in question.points)


# --- points


def _found(
    reader: Reader, rows: list[Covered], beliefs: dict[int, Window]
) -> list[tuple[Reading | None, Reading | None]]:
    """For each point, what supports it best and what contradicts it most, doubts taken off."""
    prepared = reader.prepared
    said = [(at, code_forms.form(source)) for at, source in reader.snippets()] if any(prepared.code) else []
    found = []
    for index in range(len(prepared.question.points)):
        supports, denies = _best(_readings(prepared, index, reader.windows, rows))
        whole = match.read_terse(reader, index)
        if whole and (supports is None or whole.support > supports.support):
            supports = whole
        coded = _code_reading(prepared.code[index], said)
        if coded and coded.support > (supports.support if supports else 0.0):
            supports = coded
        if coded and coded.against > (denies.against if denies else 0.0):
            denies = coded
        if denies and prepared.one_way and denies.against < cal.AGAINST_ONE_WAY:
            denies = None
        found.append((supports, denies))
    wrong = [denies.window for supports, denies in found if denies and _contradicts(supports, denies)]
    elsewhere = [w for w in beliefs.values() if all(set(w.parts).isdisjoint(one.parts) for one in wrong)]
    wrong += elsewhere
    mostly = _mostly_wrong(prepared, found, len(elsewhere))
    return [(_doubted(supports, wrong, mostly), denies) for supports, denies in found]


def _mostly_wrong(
    prepared: Prepared, found: list[tuple[Reading | None, Reading | None]], beliefs: int
) -> bool:
    """Whether, of what an answer says of the points, much by weight is wrong; ``beliefs``: misconceptions that
    it holds besides, each as heavy as a point."""
    points = prepared.question.points
    wrong, right = beliefs * sum(point.weight for point in points) / len(points), 0.0
    for point, (supports, denies) in zip(prepared.question.points, found, strict=True):
        if denies and _contradicts(supports, denies):
            wrong += point.weight
        elif supports and supports.support >= cal.PARTIAL:
            right += point.weight * (1.0 if supports.support >= cal.MET else 0.5)
    return wrong >= cal.MOSTLY * (wrong + right) > 0.0


def _readings(
    prepared: Prepared, point: int, windows: list[Window], rows: list[Covered]
) -> Iterator[Reading]:
    """What each window that touches a point says about it."""
    enough = 0.0
    for window, row in zip(windows, rows, strict=True):
        if point in row.accepts or point in row.contras:
            one = match.read_point(prepared, point, row, window, enough)
            if one:
                reverse = max(row.contras.get(point, [(0.0, 0)]))[0]
                if one.against >= cal.AGAINST and match.explained(prepared, window, reverse):
                    one = one._replace(against=0.0)
                leaning = window.leaning
                one = one._replace(
                    support=one.support - cal.leaning(leaning), against=one.against - cal.leaning(-leaning)
                )
                enough = max(enough, one.support)
                yield one


def _contradicts(supports: Reading | None, denies: Reading) -> bool:
    return denies.against >= cal.AGAINST and denies.against > (supports.support if supports else 0.0)


def _doubted(supports: Reading | None, wrong: list[Window], mostly: bool) -> Reading | None:
    """Words of a statement that gets another point wrong are weaker evidence, and so is every loose
    match in an answer that gets several wrong; ``mostly``: as many as it gets right."""
    if supports is None or not wrong:
        return supports
    tainted = any(not set(supports.window.parts).isdisjoint(one.parts) for one in wrong)
    doubt = cal.DOUBT * (len(wrong) - 1) + (cal.TAINT if tainted else 0.0)
    return supports._replace(support=supports.support - (cal.MOST if mostly else min(doubt, cal.MOST)))


def _verdict(
    id: str, weight: float, supports: Reading | None, denies: Reading | None, answer: str
) -> Verdict:
    if denies and denies.window.rejected and supports and supports.support >= cal.MET:
        supports = supports._replace(support=cal.PARTIAL)  # it says so, and that it is wrong
    if denies and _contradicts(supports, denies):
        return _quoted(id, "contradicted", weight, denies, answer)
    support = supports.support if supports else 0.0
    if supports and support >= cal.PARTIAL:
        return _quoted(id, "met" if support >= cal.MET else "partial", weight, supports, answer)
    return Verdict(id, "missed", weight, why=f"nothing said comes closer than {support:.2f}")


def _nearer(
    verdicts: list[Verdict],
    near: list[float],
    found: list[tuple[Reading | None, Reading | None]],
    answer: str,
) -> tuple[list[Verdict], dict[str, float]]:
    """The verdicts, seen with how near the answer as a whole comes to each point, and what each of them earns by
    point. What is contradicted stays so."""
    if not near:
        return verdicts, {}
    seen, earned = [], {}
    for verdict, share, (supports, _) in zip(verdicts, near, found, strict=True):
        if verdict.status != "contradicted":
            earns = cal.VERDICT_ONE_WAY * EARNS[verdict.status] + (1 - cal.VERDICT_ONE_WAY) * share
            if earns < cal.PARTIAL_ONE_WAY or supports is None:
                verdict = Verdict(
                    verdict.id, "missed", verdict.weight, why=f"it comes no nearer than {earns:.2f}"
                )
                earns = 0.0
            else:
                status: Status = "met" if earns >= cal.MET_ONE_WAY else "partial"
                verdict = _quoted(verdict.id, status, verdict.weight, supports, answer)
            earned[verdict.id] = earns
        seen.append(verdict)
    return seen, earned


def _quoted(id: str, status: Status, weight: float, found: Reading, answer: str) -> Verdict:
    start, end, _ = found.window.span
    return Verdict(id, status, weight, answer[start:end], (start, end), f"{found.why}: “{found.saying}”")


def _best(readings: Iterable[Reading]) -> tuple[Reading | None, Reading | None]:
    """The reading that supports a point best, and the one that contradicts it most."""
    supports: Reading | None = None
    denies: Reading | None = None
    for one in readings:
        if one.window.single and one.against > one.support:
            if denies is None or one.against > denies.against + 1e-9:
                denies = one
        elif supports is None or (one.support, -_size(one)) > (supports.support, -_size(supports)):
            supports = one._replace(why="comes close to")
    if denies and supports and denies.against >= cal.AGAINST:
        a, b = denies.window.span, supports.window.span
        if a.start < b.end and b.start < a.end and _size(supports) > _size(denies):
            supports = None  # a wider window that swallows the contradiction does not speak for the point
    return supports, denies


def _size(found: Reading) -> int:
    return len(found.window.passage.tokens)


def _code_reading(
    wanted: list[code_forms.Form], said: list[tuple[Window, code_forms.Form]]
) -> Reading | None:
    best: Reading | None = None
    for one in wanted:
        for window, there in said:
            value = code_forms.resembles(one, there)
            if -1 < value < 0.8:
                continue
            found = Reading(max(value, 0.0), 0.6 if value < 0 else 0.0, window, one.text, "is code like")
            if best is None or (found.support, found.against) > (best.support, best.against):
                best = found
    return best


# --- misconceptions


def _beliefs(prepared: Prepared, windows: list[Window], rows: list[Covered]) -> dict[int, Window]:
    """The misconceptions that are held, each with the window that says so most fully."""
    held: dict[int, tuple[float, Window]] = {}
    for window, row in zip(windows, rows, strict=True):
        if not window.single or window.rejected or window.listlike or window.leaning < -cal.LEANS:
            continue
        for owner, covered in row.beliefs.items():
            share = match.believed(prepared, covered, window)
            if share > held.get(owner, (0.0, None))[0] and not match.explained(prepared, window):
                held[owner] = (share, window)
    return {i: window for i, (_, window) in sorted(held.items())}


def _misconceptions(prepared: Prepared, answer: str, held: dict[int, Window]) -> list[HeldMisconception]:
    beliefs = prepared.question.misconceptions
    return [
        HeldMisconception(beliefs[i].id, answer[window.span.start : window.span.end], beliefs[i].correction)
        for i, window in held.items()
    ]


# --- guards


def _flags(reader: Reader, gaming: list[text.Span], verdicts: list[Verdict]) -> list[Flag]:
    flags: list[Flag] = []
    said = [window.passage for window in reader.statements]
    if gaming:
        quote = reader.answer[gaming[0].start : gaming[0].end][:80]
        reason = f"“{quote}” speaks to the grader and earns nothing."
        flags.append(Flag("gaming", reason, 0.3 if said else 0.0))
    if said and guards.echo({key for one in said for key in one.signs}, reader.prepared.prompt):
        flags.append(Flag("echo", "It only repeats the question.", 0.0))
    if _only_lists(reader, verdicts):
        flags.append(Flag("term_list", "It names terms and says nothing about them.", guards.TERM_LIST_CAP))
    elif said and not flags and all(verdict.status == "missed" for verdict in verdicts):
        flags.append(Flag("off_topic", "Nothing in it speaks to the points of this question."))
    return flags


def _only_lists(reader: Reader, verdicts: list[Verdict]) -> bool:
    """Whether an answer, or what of it earns something, is mere lists of terms."""
    spans = [verdict.span for verdict in verdicts if verdict.span and verdict.status in ("met", "partial")]
    earning = [
        one
        for one in reader.statements
        if any(start < one.span.end and one.span.start < end for start, end in spans)
    ]
    used = earning or reader.statements
    if any(one.span.code for one in used):
        return False
    return _lists(reader, used) or _lists(reader, reader.statements)


def _lists(reader: Reader, statements: list[Window]) -> bool:
    """Whether some statements, none of them a sentence, are together a list of terms."""
    if any(len(one.passage.tokens) >= guards.SHORTEST_LIST and not one.listlike for one in statements):
        return False
    return guards.listlike([word for one in statements for word in one.passage.tokens], reader.answer)
