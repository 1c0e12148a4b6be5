"""The report: a function of the events, and its Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from interviewer.core import events as ev
from interviewer.core import performance
from interviewer.core.grading import Grade, Provenance, Verdict, disagree
from interviewer.core.inert import fenced
from interviewer.core.interview import ItemState, Part, State, fold
from interviewer.core.model import STAGE_TITLES, STAGES, Exercise, Question
from interviewer.core.running import VERDICTS, RunResult
from interviewer.core.wording import CHECK_GLYPHS, GLYPHS, minutes, one_line, percent

#: Below this an item is worth practising.
PRACTISE_BELOW = 0.7
#: Below this it went badly.
LOW = 0.4


@dataclass(frozen=True, slots=True)
class PointLine:
    """One rubric point as the report shows it."""

    text: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class PartReport:
    """One question of the interview: what was said, and how it was read."""

    question: Question
    part: str
    dialogue: tuple[tuple[str, str], ...]  # ("answer" | "probe" | "hint", text), in order
    grade: Grade | None
    unaided: float | None
    with_help: float | None
    hints: int
    probes: tuple[ev.Probed, ...]
    skipped: bool
    readings: tuple[Grade, ...] = ()  # every reading of the whole answer, in order
    contested: str = ""

    @property
    def answered(self) -> bool:
        return any(kind == "answer" for kind, _ in self.dialogue)

    @property
    def lines(self) -> tuple[PointLine, ...]:
        if not self.grade:
            return ()
        texts = {p.id: p.text for p in self.question.points}
        return tuple(PointLine(texts.get(v.id, v.id), v) for v in self.grade.points)


@dataclass(frozen=True, slots=True)
class ItemReport:
    """One planned item."""

    id: str
    stage: str
    kind: str
    title: str
    topics: tuple[str, ...]
    minutes: float  # planned
    spent_s: float
    unaided: float | None
    with_help: float | None
    status: str  # "done", "skipped", "not answered", "not reached", "open"
    parts: tuple[PartReport, ...] = ()
    exercise: Exercise | None = None
    attempts: tuple[tuple[str, RunResult | None], ...] = ()
    hints: int = 0

    @property
    def unscored(self) -> str:
        """Why there is no score; empty where there is one."""
        if self.with_help is not None:
            return ""
        if self.status != "done":
            return self.status
        grade = self.parts[0].grade if self.parts else None
        if self.kind == "exercise":
            return "no submission was judged"
        return (grade.note if grade and grade.note else "not graded") if self.parts else "not graded"


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of item scores by planned minutes."""

    unaided: float | None
    with_help: float | None
    items: int
    unscored: int


@dataclass(frozen=True, slots=True)
class Report:
    """An interview, read back."""

    title: str
    mode: str
    seed: int
    started_at: str
    active_s: float
    planned_s: float
    ended: str | None
    graders: tuple[str, ...]
    total: Mean
    stages: dict[str, Mean]
    topics: dict[str, Mean]
    items: tuple[ItemReport, ...]
    left_out: tuple[str, ...] = ()
    practise: tuple[str, ...] = field(default=())  # ids, the weakest first
    advice: ev.Advised | None = None  # a model's words; the report is whole without them


def report(events: Iterable[ev.Event]) -> Report:
    """The report of an interview, finished or not. Raises ValueError for an empty list."""
    events = list(events)
    if not events:
        raise ValueError("no events: the session is empty")
    state = fold(events)
    started = state.started
    assert started is not None
    items = tuple(_item(entry, state) for entry in state.items.values())
    graders = {part.grade.grader: None for item in items for part in item.parts if part.grade}
    stages = {s: mean(i for i in items if i.stage == s) for s in STAGES if any(i.stage == s for i in items)}
    scored = [i for i in items if i.with_help is not None]
    names = dict.fromkeys(t for i in scored for t in i.topics)
    topics = {t: mean(i for i in scored if t in i.topics) for t in names}
    weak = sorted((i for i in scored if i.with_help < PRACTISE_BELOW), key=lambda i: i.with_help)
    skipped = [i for i in items if i.status == "skipped"]
    return Report(
        title=started.plan.title,
        mode=started.mode,
        seed=started.seed,
        started_at=events[0].at.isoformat(timespec="seconds"),
        active_s=state.active_s,
        planned_s=60 * sum(i.minutes for i in items),
        ended=state.ended,
        graders=tuple(graders) + (("the judge",) if any(item.attempts for item in items) else ()),
        total=mean(items),
        stages=stages,
        topics=topics,
        items=items,
        left_out=started.left_out,
        practise=tuple(dict.fromkeys(i.id for i in [*weak, *skipped])),
        advice=state.advice,
    )


def mean(items: Iterable[ItemReport]) -> Mean:
    """Mean of the scored items by planned minutes; unscored ones are counted, not averaged."""
    items = list(items)
    scored = [i for i in items if i.with_help is not None]
    weight = sum(i.minutes for i in scored)
    if not weight:
        return Mean(None, None, 0, len(items))
    return Mean(
        unaided=sum((i.unaided or 0.0) * i.minutes for i in scored) / weight,
        with_help=sum((i.with_help or 0.0) * i.minutes for i in scored) / weight,
        items=len(scored),
        unscored=len(items) - len(scored),
    )


def _item(entry: ItemState, state: State) -> ItemReport:
    main = entry.main
    topics = main.question.topics if main else (entry.exercise.topics if entry.exercise else ())
    title = main.question.prompt if main else (entry.exercise.title if entry.exercise else entry.item.id)
    return ItemReport(
        id=entry.item.id,
        stage=entry.item.stage,
        kind=entry.item.kind,
        title=title,
        topics=topics,
        minutes=entry.item.minutes,
        spent_s=entry.spent_s,
        unaided=entry.unaided(),
        with_help=entry.with_help(),
        status=_status(entry, state),
        parts=tuple(_part(p) for p in entry.parts),
        exercise=entry.exercise,
        attempts=tuple((a.code, a.result) for a in entry.attempts),
        hints=len(entry.code_hints) + sum(len(p.hints) for p in entry.parts),
    )


def _status(entry: ItemState, state: State) -> str:
    if entry.skipped:
        return "skipped"
    if entry.closed or (state.ended and (entry.attempts or any(p.answers for p in entry.parts))):
        return "done"
    if entry.entered_s is None:
        return "not reached"
    return "not answered" if state.ended else "open"


def _part(part: Part) -> PartReport:
    return PartReport(
        question=part.question,
        part=part.part,
        dialogue=tuple(part.dialogue),
        grade=part.grade,
        unaided=part.unaided(),
        with_help=part.with_help(),
        hints=len(part.hints),
        probes=tuple(part.probes),
        skipped=part.skipped,
        readings=tuple(part.readings),
        contested=part.contested,
    )


# ---------------------------------------------------------------------------- Markdown


def report_markdown(rep: Report) -> str:
    """The whole report as one Markdown document."""
    ended = {"completed": "completed", "ended_early": "ended early", None: "not finished"}[rep.ended]
    left = f", {rep.total.unscored} unscored and left out" if rep.total.unscored else ""
    out = [
        f"# Interview report: {rep.title}",
        "",
        f"Started {rep.started_at} · {rep.mode} · "
        f"{minutes(rep.active_s)} of {minutes(rep.planned_s)} planned · "
        f"graded by {', '.join(rep.graders) or 'nobody yet'} · {ended}",
        "",
        f"**Total: {percent(rep.total.unaided)} unaided, {percent(rep.total.with_help)} with help** "
        f"({rep.total.items} scored{left}).",
        "",
    ]
    out += [f"- {line}" for line in rep.left_out] + ([""] if rep.left_out else [])
    out += ["| stage | unaided | with help | items |", "|---|---|---|---|"]
    out += [
        f"| {STAGE_TITLES.get(s, s)} | {percent(m.unaided)} | {percent(m.with_help)} | "
        f"{m.items}{f' + {m.unscored} unscored' if m.unscored else ''} |"
        for s, m in rep.stages.items()
    ]
    if rep.topics:
        out += ["", "| topic | unaided | with help |", "|---|---|---|"]
        out += [f"| {t} | {percent(m.unaided)} | {percent(m.with_help)} |" for t, m in rep.topics.items()]
    out += ["", "| where time went | spent | planned |", "|---|---|---|"]
    out += [f"| {i.id} | {minutes(i.spent_s)} | {minutes(60 * i.minutes)} |" for i in rep.items if i.spent_s]
    if rep.practise:
        out += ["", "**Practise these next:** " + ", ".join(f"`{i}`" for i in rep.practise)]
    if rep.advice:
        out += ["", f"## In the words of {rep.advice.by}, from the grades alone", "", rep.advice.text]
    for item in rep.items:
        out += ["", *item_markdown(item)]
    return "\n".join(out) + "\n"


def grades_in_words(rep: Report) -> str:
    """The grades and nothing else, a line a point: what advice may be worded from."""
    lines = []
    for item in rep.items:
        lines.append(f"{item.title} ({item.stage}): {item.unscored or percent(item.with_help)}")
        lines += [f"- {line.verdict.status}: {line.text}" for part in item.parts for line in part.lines]
        if item.attempts and (result := item.attempts[-1][1]):
            lines.append(f"- code: {result.verdict}")
            lines += [f"- review: {finding.message}" for finding in result.review]
    return "\n".join(lines)


def item_markdown(item: ItemReport) -> list[str]:
    """One item of the report."""
    score = (
        item.unscored
        if item.with_help is None
        else f"{percent(item.unaided)} unaided, {percent(item.with_help)} with help"
    )
    out = [f"## {item.title}", "", f"`{item.id}` · {STAGE_TITLES.get(item.stage, item.stage)} · {score}"]
    if item.exercise:
        out += _exercise_markdown(item)
    for part in item.parts:
        out += ["", *part_markdown(part, heading=part.part != "question")]
    return out


def part_markdown(part: PartReport, *, heading: bool) -> list[str]:
    """One question: answers, verdicts with quotes, the model answer."""
    out = [f"### {part.question.prompt}", ""] if heading else []
    reasons = iter(part.probes)
    for kind, text in part.dialogue:
        if kind == "answer":
            out += ["", *(f"> {line}" for line in text.splitlines())]
        elif kind == "probe":
            out += ["", f"*Follow-up:* {text} ({next(reasons).reason})"]
        elif kind == "request":
            out += ["", f"*You asked:* {one_line(text)}"]
        elif kind == "clarification":
            out += ["", f"*Clarified:* {text}"]
        else:
            out += ["", f"*Hint:* {text}"]
    if part.skipped:
        out += ["", "*skipped the follow-up*" if part.answered else "*skipped*"]
    if part.grade:
        out += ["", *grade_markdown(part)]
    if part.question.model_answer and (part.answered or part.skipped):
        out += ["", "**A strong answer**", "", part.question.model_answer.strip()]
    if part.question.explanation and (part.answered or part.skipped):
        out += ["", "**Why it matters**", "", part.question.explanation.strip()]
    return out


def grade_markdown(part: PartReport) -> list[str]:
    """Verdicts, misconceptions and flags of one grade."""
    grade = part.grade
    assert grade is not None
    out = [f"**{percent(grade.score)}** by {grade.grader}" + (f" — {grade.note}" if grade.note else ""), ""]
    for line in part.lines:
        quote = f" — “{one_line(line.verdict.quote)}”" if line.verdict.quote else ""
        out.append(f"- {GLYPHS[line.verdict.status]} {line.verdict.status}: {line.text}{quote}")
    out += [f"- ⚠ misconception “{one_line(m.quote)}”: {m.correction}" for m in grade.misconceptions]
    out += [f"- note ({flag.id}): {flag.reason}" for flag in grade.flags]
    out += [f"- {line}" for line in other_readings(part)]
    if grade.provenance:
        out.append(f"- {provenance_line(grade.provenance)}")
    if part.contested:
        out.append(f"- contested: {one_line(part.contested)}")
    return out


def provenance_line(how: Provenance) -> str:
    """How a model came to a grade, on one line."""
    line = f"read by {how.model}, prompt {how.prompt} ({how.prompt_hash}), form by {how.rung}"
    if how.tokens_in is not None and how.tokens_out is not None:
        line += f", {how.tokens_in} + {how.tokens_out} tokens"
    return line + (f", cost {how.cost:.4f}" if how.cost is not None else "")


def other_readings(part: PartReport) -> list[str]:
    """What is to be said of the readings that do not count, a line each: that one failed, or differs."""
    if part.grade is None:
        return []
    lines = []
    for grade in part.readings:
        if grade is part.grade:
            continue
        if grade.score is None:
            lines.append(f"unscored by {grade.grader}: {grade.note}")
        elif disagree(grade, part.grade):
            lines.append(
                f"{percent(grade.score)} by {grade.grader}: the readings differ; contest it if you do"
            )
        else:
            lines.append(f"{percent(grade.score)} by {grade.grader}")
    return lines


def _exercise_markdown(item: ItemReport) -> list[str]:
    out: list[str] = []
    for number, (code, result) in enumerate(item.attempts, start=1):
        verdict = (
            f"{result.verdict}: {result.message or VERDICTS.get(result.verdict, '')}"
            if result
            else "not judged"
        )
        out += ["", f"### Attempt {number}: {verdict}", ""]
        if result:
            out += [
                f"- {CHECK_GLYPHS[c.status]} {c.status.replace('_', ' ')}: {c.id} {c.message}".rstrip()
                for c in result.checks
            ]
            out += [f"- line {f.line}: {f.message} ({f.id})" for f in result.review]
            if result.performance:
                out += ["", fenced("\n".join(performance.lines(result.performance)))]
        out += ["", fenced(code, "python")]
    exercise = item.exercise
    if exercise and (item.attempts or item.status == "skipped"):
        out += ["", "### The reference", "", fenced(exercise.reference, "python")]
        if exercise.explanation:
            out += ["", exercise.explanation.strip()]
    return out
