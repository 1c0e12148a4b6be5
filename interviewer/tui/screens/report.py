"""The report: scores with their evidence, what to say instead, what to practise."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Collapsible, Markdown, Static

from interviewer.conductor import Desk, Notice
from interviewer.core.inert import fenced, inert
from interviewer.core.model import STAGE_TITLES
from interviewer.core.planning import ad_hoc_plan
from interviewer.core.ports import StoreError
from interviewer.core.report import (
    LOW,
    PRACTISE_BELOW,
    ItemReport,
    Mean,
    PartReport,
    Report,
    item_markdown,
    other_readings,
    provenance_line,
    report,
    report_markdown,
)
from interviewer.core.transcript import run_text
from interviewer.core.wording import GLYPHS, minutes, one_line, percent
from interviewer.tui.screens.base import BaseScreen
from interviewer.tui.widgets.conversation import TONES

BAR = 20  # cells of a bar from 0 to 1

MARKS = {
    "answer": "You: ",
    "probe": "Follow-up: ",
    "hint": "Hint: ",
    "request": "You asked: ",
    "clarification": "Clarified: ",
}
ENDED = {"completed": "completed", "ended_early": "ended early", None: "not finished"}


class ReportScreen(BaseScreen):
    """A summary, then an item a line; each opens to its evidence."""

    CSS_PATH = "report.tcss"
    HEADING = "Report"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "expand", "Open/close all", id="report.expand"),
        Binding("p", "practise", "Practise these", id="report.practise"),
        Binding("o", "contest", "Contest", id="report.contest"),
        Binding("t", "replay", "Transcript", id="report.replay"),
        Binding("x", "export", "Export", id="report.export"),
        Binding("y", "copy", "Copy", id="report.copy", show=False),
        Binding("n", "next(1)", "Next item", id="report.next", show=False),
        Binding("b", "next(-1)", "Item before", id="report.previous", show=False),
        Binding("escape,q", "app.pop_screen", "Back", id="report.back"),
    ]

    def __init__(self, desk: Desk, session: str) -> None:
        super().__init__()
        self._desk, self._session = desk, session
        self._report: Report | None = None

    def content(self) -> Iterable[Widget]:
        yield VerticalScroll(Static("Reading …", id="summary"), id="items")

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#items"))
        self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        try:
            events = await asyncio.to_thread(self._desk.store.events, self._session)
            self._report = await asyncio.to_thread(report, events)
        except Exception as error:  # whatever was stored, it must become a sentence
            self.query_one("#summary", Static).update(Content(f"This interview cannot be read: {error}"))
            return
        rep = self._report
        self.bar.say(f"Report: {rep.title}", f"{rep.started_at[:16].replace('T', ' ')} · {ENDED[rep.ended]}")
        self.query_one("#summary", Static).update(summary(rep))
        await self.query_one("#items").remove_children("ItemView, .heading, .advice")
        await self.query_one("#items").mount_all(ItemView(item) for item in rep.items)
        if rep.advice:
            heading = f"In the words of {rep.advice.by}, from the grades alone"
            await self.query_one("#items").mount(
                Static(Content(inert(heading)), classes="heading"),
                Markdown(inert(rep.advice.text), open_links=False, classes="advice"),
            )
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Practice is offered when there is something to practise, a second reading when a model can read."""
        if action == "contest":
            return self._desk.second is not None and self._report is not None
        return bool(self._report and self._report.practise) if action == "practise" else True

    def action_expand(self) -> None:
        views = list(self.query(ItemView))
        collapsed = any(view.collapsed for view in views)
        for view in views:
            view.collapsed = not collapsed

    def action_next(self, step: int) -> None:
        """Go to the next item's line, whatever is open."""
        views = list(self.query(ItemView))
        if not views:
            return
        now = next((i for i, view in enumerate(views) if view.has_pseudo_class("focus-within")), None)
        at = (0 if step > 0 else -1) if now is None else (now + step) % len(views)
        title = views[at].query_one("CollapsibleTitle")
        self.set_focus(title, scroll_visible=False)
        views[at].scroll_visible(top=True, animate=False)

    async def action_practise(self) -> None:
        """Sit what went worst, with grades after each answer."""
        import secrets

        index = await asyncio.to_thread(self._desk.catalog.index)
        ids = [i for i in (self._report.practise if self._report else ()) if i in index]
        if not ids:
            self.notify("What went worst here is not asked any more.")
            return
        how = {"plan": ad_hoc_plan(ids, index), "mode": "practice", "seed": secrets.randbelow(2**31)}
        self.app.call_later(self.app.leave_for, **how)  # type: ignore[attr-defined]

    def action_contest(self) -> None:
        """Dispute the grade of the item that is being read: a model reads the answer once more."""
        from interviewer.tui.screens.dialogs import Ask

        views = list(self.query(ItemView))
        view = next((v for v in views if v.has_pseudo_class("focus-within")), None)
        view = views[0] if len(views) == 1 else view
        part = next((p for p in (view.item.parts if view else ()) if p.grade and p.answered), None)
        if view is None or part is None:
            self.notify("Go to an item that was answered (n, or Tab), and press o there.")
            return
        place, question = views.index(view), part.question.id

        def ask(why: str | None) -> None:
            if why and why.strip():
                self.notify("The answer is being read again …")
                self.run_worker(self._contest(question, why, place), exit_on_error=False)

        self.app.push_screen(Ask("What did this grade overlook? The answer is then read once more.", ""), ask)

    async def _contest(self, question: str, why: str, place: int) -> None:
        conductor = None
        try:
            conductor = self._desk.conductor(self._session, self._heard)
            await conductor.look_back()
            grade = await conductor.contest(question, why)
        except (StoreError, ValueError) as error:
            self.notify(inert(str(error)), severity="error", markup=False)
            return
        finally:
            if conductor:
                await conductor.close()
        stands = f"{grade.note} The grade before stands." if grade.score is None else ""
        self.notify(inert(stands or f"Read again: {percent(grade.score)}."), markup=False)
        await self._read()
        if place < len(views := list(self.query(ItemView))):
            views[place].collapsed = False

    def _heard(self, what: object) -> None:
        if isinstance(what, Notice):
            self.notify(inert(what.text), markup=False)

    def action_copy(self) -> None:
        """The item that is being read, or the whole report, to the clipboard as Markdown."""
        if self._report is None:
            return
        item = next(
            (view.item for view in self.query(ItemView) if view.has_pseudo_class("focus-within")), None
        )
        self.app.copy_to_clipboard("\n".join(item_markdown(item)) if item else report_markdown(self._report))
        self.notify("This item is copied as Markdown." if item else "The report is copied as Markdown.")

    async def action_replay(self) -> None:
        from interviewer.tui.screens.replay import ReplayScreen

        await self.app.push_screen(ReplayScreen(self._desk, self._session))

    async def action_export(self) -> None:
        from interviewer.tui.screens.dialogs import save_session

        await save_session(self.app, self._desk.store, self._session)


class ItemView(Collapsible):
    """One item; its evidence is made when it is first opened."""

    def __init__(self, item: ItemReport) -> None:
        score = item.unscored if item.with_help is None else percent(item.with_help)
        time = f"{minutes(item.spent_s)} of {minutes(60 * item.minutes)}"
        super().__init__(title=Content(inert(f"{score[:12]:>12}  {item.title}")), collapsed=True)
        self.tooltip = time
        self.item = item
        self._filled = False

    async def on_collapsible_expanded(self) -> None:
        if not self._filled:
            self._filled = True
            await self.query_one(Collapsible.Contents).mount_all(evidence(self.item))


# ---------------------------------------------------------------------------- the summary


def summary(rep: Report) -> Content:
    """Scores per stage and topic, time, and what to practise."""
    names = [STAGE_TITLES.get(stage, stage) for stage in rep.stages]
    width = max([len(name) for name in [*names, *rep.topics]] + [5])
    lines = [line("Total", rep.total, width, "bold")]
    lines += [Content(), *(line(name, m, width) for name, m in zip(names, rep.stages.values(), strict=True))]
    if rep.topics:
        lines += [Content(), Content.from_markup("[b]By topic[/b]")]
        lines += [line(inert(topic), m, width) for topic, m in rep.topics.items()]
    lines += [Content(), *time_lines(rep, width)]
    lines += [Content(inert(text)) for text in rep.left_out]
    graders = ", ".join(rep.graders) or "nobody"
    lines += [Content(), Content.styled(inert(f"{rep.mode} · seed {rep.seed} · graded by {graders}"), "dim")]
    if rep.total.unaided is not None and percent(rep.total.unaided) != percent(rep.total.with_help):
        lines.append(Content.styled("Unaided: by the first answers, before any hint or follow-up.", "dim"))
    if rep.practise:
        lines.append(Content.assemble(("Practise these next (p): ", "bold"), inert(", ".join(rep.practise))))
    lines += [
        Content(),
        Content.styled("Tab and Enter open an item, e all of them, n goes to the next.", "dim"),
    ]
    return Content("\n").join(lines)


def line(name: str, mean: Mean, width: int, style: str = "") -> Content:
    """A name, a bar that reads without colour, and both numbers."""
    if mean.with_help is None:
        return Content.assemble((f"{name:<{width}}  ", style), (" " * BAR, "dim"), ("  unscored", "dim"))
    full = round(BAR * mean.with_help)
    tone = "$text-success" if mean.with_help >= PRACTISE_BELOW else "$text-warning"
    tone = "$text-error" if mean.with_help < LOW else tone
    unaided = (
        ""
        if mean.unaided is None or percent(mean.unaided) == percent(mean.with_help)
        else (f", {percent(mean.unaided)} unaided")
    )
    left = f", {mean.unscored} unscored" if mean.unscored else ""
    return Content.assemble(
        (f"{name:<{width}}  ", style),
        ("█" * full, tone),
        ("─" * (BAR - full), "dim"),
        (f"  {percent(mean.with_help):>4}", style),
        (f"{unaided}{left}", "dim"),
    )


def time_lines(rep: Report, width: int) -> list[Content]:
    """Where time went: a bar per item, as long as planned, with what went over."""
    out = [
        Content.assemble(("Time", "bold"), f"  {minutes(rep.active_s)} of {minutes(rep.planned_s)} planned")
    ]
    longest = max((max(i.spent_s, 60 * i.minutes) for i in rep.items), default=0) or 1.0
    for item in rep.items:
        if not item.spent_s:
            continue
        planned, spent = 60 * item.minutes, item.spent_s
        within = round(BAR * min(spent, planned) / longest)
        over = round(BAR * max(0.0, spent - planned) / longest)
        left = max(0, round(BAR * planned / longest) - within)
        out.append(
            Content.assemble(
                f"{inert(item.id)[:width]:<{width}}  ",
                ("▬" * within, "$text-primary"),
                ("▬" * over, "$text-error"),
                ("·" * left, "dim"),
                f"  {minutes(spent)}",
                (f" of {minutes(planned)}" + (", over" if spent > planned else ""), "dim"),
            )
        )
    return out


# ---------------------------------------------------------------------------- the evidence


def evidence(item: ItemReport) -> Iterator[Widget]:
    """What an item's score stands on."""
    spent = f"{minutes(item.spent_s)} of {minutes(60 * item.minutes)} planned"
    yield Static(
        Content(inert(f"{item.id} · {STAGE_TITLES.get(item.stage, item.stage)} · {spent}")), classes="muted"
    )
    if item.exercise and item.attempts:
        yield from exercise_views(item)
    for part in item.parts:
        yield from part_views(part)
    if item.unscored and not item.parts:
        yield Static(Content(inert(item.unscored)))


def part_views(part: PartReport) -> Iterator[Widget]:
    """One question: what was said beside what to say, then the verdicts."""
    if part.part != "question":
        yield Static(Content(inert(part.question.prompt)), classes="heading")
    yield Horizontal(Vertical(*said_views(part)), Vertical(*better_views(part)), classes="side-by-side")
    if part.grade:
        yield from grade_views(part)
    if part.question.explanation and (part.answered or part.skipped):
        yield Markdown(f"**Why it matters.** {part.question.explanation}", open_links=False, classes="why")


def said_views(part: PartReport) -> Iterator[Widget]:
    for kind, text in part.dialogue:
        yield Static(Content(inert(MARKS[kind] + text)), classes=kind)
    if part.skipped:
        yield Static("You skipped the follow-up." if part.answered else "You skipped this.", classes="muted")
    elif not part.answered:
        yield Static("You did not answer.", classes="muted")


def better_views(part: PartReport) -> Iterator[Widget]:
    if part.question.model_answer:
        yield Markdown(
            f"**A strong answer**\n\n{part.question.model_answer}", open_links=False, classes="better"
        )


def grade_views(part: PartReport) -> Iterator[Widget]:
    """The score, who gave it, and each point with its quote."""
    grade = part.grade
    assert grade is not None
    scores = percent(part.with_help)
    if part.unaided is not None and percent(part.unaided) != scores:
        scores += f" with help, {percent(part.unaided)} unaided"
    note = f" — {grade.note}" if grade.note else ""
    yield Static(Content(inert(f"{scores} · given by {grade.grader}{note}")), classes="heading")
    for point in part.lines:
        glyph, status = GLYPHS[point.verdict.status], point.verdict.status
        quote = f"\n    “{one_line(point.verdict.quote)}”" if point.verdict.quote else ""
        yield Static(
            Content.assemble(
                (f"{glyph} {status}", f"{TONES.get(glyph, '')} bold".strip()),
                f": {inert(point.text)}",
                (inert(quote), "italic"),
            ),
            classes="point",
        )
    for held in grade.misconceptions:
        text = f": “{one_line(held.quote)}” — {held.correction}"
        yield Static(Content.assemble(("⚠ misconception", "$text-error bold"), inert(text)), classes="point")
    for flag in grade.flags:
        yield Static(Content(inert(f"note ({flag.id}): {flag.reason}")), classes="point")
    how = [provenance_line(grade.provenance)] if grade.provenance else []
    contested = [f"contested: {one_line(part.contested)}"] if part.contested else []
    if lines := [*other_readings(part), *how, *contested]:
        yield Static(Content(inert("\n".join(lines))), classes="point muted")


def exercise_views(item: ItemReport) -> Iterator[Widget]:
    """Every attempt, the last code beside the reference, and why that works."""
    exercise = item.exercise
    assert exercise is not None
    for number, (_, result) in enumerate(item.attempts, start=1):
        said, *lines = run_text(result).split("\n") if result else ["not judged"]
        yield Static(Content(inert(f"Attempt {number}: {said}")), classes="heading")
        yield Static(Content(inert("\n".join(lines))), classes="point")
    yours = fenced(inert(item.attempts[-1][0]), "python")
    reference = fenced(exercise.reference, "python")
    yield Horizontal(
        Vertical(Markdown(f"**Your last code**\n\n{yours}", open_links=False)),
        Vertical(Markdown(f"**The reference**\n\n{reference}", open_links=False)),
        classes="side-by-side",
    )
    if exercise.explanation:
        yield Markdown(exercise.explanation, open_links=False)
