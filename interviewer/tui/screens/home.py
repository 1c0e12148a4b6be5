"""Home: what to continue, what to start, what is due, how it went, and what works on this machine."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from interviewer import __version__
from interviewer.core.inert import inert
from interviewer.tui.messages import HomeRead
from interviewer.tui.screens.base import BaseScreen

if TYPE_CHECKING:  # what an interview is made of is imported after the first paint
    from interviewer.conductor import Desk
    from interviewer.core.events import SessionInfo
    from interviewer.core.model import Plan
    from interviewer.core.planning import Past
    from interviewer.core.ports import Model, Preferences

SHOWN_RESULTS = 5
SHOWN_OPEN = 3
DUE_AT_ONCE = 4  # items in one sitting of what is due


class HomeScreen(BaseScreen):
    """One list to act on, one panel to read."""

    AUTO_FOCUS = "#actions"
    HEADING = f"interviewer {__version__} — mock interviews for deep-learning roles"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "carry_on", "Continue", id="home.continue"),
        Binding("p", "practice", "Mock/practice", id="home.practice"),
        Binding("h", "history", "History", id="home.history"),
        Binding("s", "app.settings", "Settings", id="home.settings"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._plans: dict[str, Plan] = {}
        self._sessions: list[SessionInfo] = []
        self._due: list[str] = []
        self._offer: Model | None = None
        self._practice = False
        self._desk: Desk | None = None

    def content(self) -> Iterable[Widget]:
        yield Static(id="read-only")
        with Horizontal(id="columns"):
            yield OptionList(id="actions", compact=True)
            with VerticalScroll(id="panel", can_focus=False):
                yield Static("Opening …", id="about")
                yield Static(self._mode(), id="mode")
                yield Static(id="results")
                yield Static(id="machine")

    def on_screen_resume(self) -> None:
        if self._desk:
            self.run_worker(self.app.reopen(), exit_on_error=False, group="reopen")  # type: ignore[attr-defined]

    # ------------------------------------------------------------------ reading

    def read(self, desk: Desk) -> None:
        """Read history and packs in the background, then show them."""
        self._desk = desk
        self.run_worker(self._read(desk), exclusive=True, exit_on_error=False, group="home")

    async def _read(self, desk: Desk) -> None:
        try:
            settings, preferences = self.app.settings, self.app.preferences  # type: ignore[attr-defined]
            offered = preferences if not settings.profile else None
            self.post_message(await asyncio.to_thread(gather, desk, offered))
        except Exception as error:  # a sentence on the screen; the rest of the app still works
            self.query_one("#about", Static).update(Content(f"The history could not be read: {error}"))

    def on_home_read(self, message: HomeRead) -> None:
        self._plans = {plan.id: plan for plan in message.plans}
        self._sessions, self._due, self._offer = message.sessions, message.due, message.offer
        actions = self.query_one(OptionList)
        kept = actions.highlighted_option.id if actions.highlighted_option else None
        actions.clear_options()
        actions.add_options(self._options())
        ids = [option.id for option in actions.options]
        actions.highlighted = ids.index(kept) if kept in ids else 0
        self.query_one("#results", Static).update(results(message.sessions))
        machine = [
            ("This machine\n", "bold"),
            f"Grader     {message.grader}\n",
            f"Exercises  {message.runner}\n",
            f"Model      {message.model or 'none, all is offline'}",
        ]
        self.query_one("#machine", Static).update(Content.assemble(*machine))
        self._show_read_only()
        self.refresh_bindings()
        if message.notice:
            self.notify(message.notice, severity="warning", timeout=20)

    def _show_read_only(self) -> None:
        why = self.app.read_only  # type: ignore[attr-defined]
        banner = self.query_one("#read-only", Static)
        banner.display = why is not None
        banner.update(Content(f"Read only: reports and history are open to you here. {why or ''}"))

    def _options(self) -> list[Option | None]:
        """What can be done, most likely first."""
        groups: list[list[Option | None]] = []
        unfinished = [s for s in self._sessions if not s.ended and not s.example][:SHOWN_OPEN]
        groups.append(
            [row(f"Continue {s.title}", f"{s.answered}/{s.items}", f"resume/{s.id}") for s in unfinished]
        )
        groups.append(
            [
                row(plan.title, f"{plan.minutes:.0f} min" if plan.minutes else "", f"plan/{plan.id}")
                for plan in self._plans.values()
            ]
        )
        if self._due:
            groups.append([row("Practise what is weakest", f"{len(self._due)} due", "due")])
        if self._offer:
            groups.append([row("Use the model on this machine", self._offer.profile, "model")])
        groups.append([row("History and worked examples", "", "history"), row("Quit", "", "quit")])
        options: list[Option | None] = []
        for group in filter(None, groups):
            options += [None, *group] if options else group
        return options

    # ------------------------------------------------------------------ acting

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        title, text = self._about(event.option_id or "")
        self.query_one("#about", Static).update(Content.assemble((title, "bold"), "\n", inert(text)))

    def _about(self, option: str) -> tuple[str, str]:
        from interviewer.core.wording import minutes

        what, _, id = option.partition("/")
        if what == "plan":
            plan = self._plans[id]
            return inert(plan.title), plan.description or ""
        if what == "resume":
            s = next(s for s in self._sessions if s.id == id)
            begun = (
                f"Begun {s.started_at:%d %b, %H:%M}, {s.mode}. "
                f"{s.answered} of {s.items} done in {minutes(s.active_s)}."
            )
            return inert(s.title), f"{begun} It goes on where you left it; drafts are kept."
        if what == "model" and self._offer:
            offer = f"{self._offer.profile} {self._offer.where}. It asks in its own words and reads again"
            return "A local model", f"{offer} what you said; s, Model, says no for good."
        return {
            "due": ("Practise", f"{', '.join(self._due)}: with a grade after each answer."),
            "history": ("History", "Read past interviews, search what was said, replay, export."),
            "quit": ("Quit", "Everything is kept."),
        }.get(what, ("", ""))

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        what, _, id = (event.option_id or "").partition("/")
        if what == "plan":
            await self.app.sit(**self._choice(self._plans[id]))  # type: ignore[attr-defined]
        elif what == "resume":
            await self.app.sit(resume=id)  # type: ignore[attr-defined]
        elif what == "due":
            await self._practise_due()
        elif what == "history":
            await self.action_history()
        elif what == "model" and self._offer:
            self.app.set("profile", self._offer.profile)  # type: ignore[attr-defined]
            await self.app.reopen()  # type: ignore[attr-defined]
        elif what == "quit":
            await self.app.run_action("leave")

    def _choice(self, plan: Plan) -> dict[str, Any]:
        mode = "practice" if self._practice else "mock"
        return {"plan": plan, "mode": mode, "seed": secrets.randbelow(2**31), "as_set": True}

    async def _practise_due(self) -> None:
        from interviewer.core.planning import ad_hoc_plan

        assert self._desk is not None
        index = await asyncio.to_thread(self._desk.catalog.index)
        plan = ad_hoc_plan(self._due, index)
        await self.app.sit(plan=plan, mode="practice", seed=secrets.randbelow(2**31))  # type: ignore[attr-defined]

    async def action_carry_on(self) -> None:
        unfinished = next((s for s in self._sessions if not s.ended and not s.example), None)
        if unfinished:
            await self.app.sit(resume=unfinished.id)  # type: ignore[attr-defined]
        else:
            self.notify("There is no unfinished interview.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Continue is offered when there is something to continue."""
        if action == "carry_on":
            return any(not s.ended and not s.example for s in self._sessions)
        return True

    def action_practice(self) -> None:
        self._practice = not self._practice
        self.query_one("#mode", Static).update(self._mode())

    def _mode(self) -> Content:
        now = "practice, a grade after each answer" if self._practice else "mock, grades at the end"
        return Content.assemble(("Starts as ", "bold"), now, (" (p)", "dim"))

    async def action_history(self) -> None:
        from interviewer.tui.screens.history import HistoryScreen

        if self._desk:
            await self.app.push_screen(HistoryScreen(self._desk))


def row(name: str, detail: str, id: str) -> Option:
    """One line of the list: the name, and a detail in grey."""
    return Option(Content.assemble(inert(name), (f"  {inert(detail)}" if detail else "", "dim")), id=id)


def gather(desk: Desk, preferences: Preferences | None = None) -> HomeRead:
    """Everything the home screen shows, and with ``preferences`` a model to offer; blocks on disk."""
    store, model = desk.store, desk.interviewer
    offer = None
    if preferences is not None and model is None:
        offer = next((found for found in preferences.models() if found.listens), None)
    return HomeRead(
        sessions=store.sessions(),
        plans=list(desk.catalog.plans().values()),
        due=due(store.past(desk.clock.now()), desk.catalog.index()),
        grader=f"{desk.grader.name} (offline)" if desk.grader.name.startswith("rubric") else desk.grader.name,
        runner=desk.runner.unavailable() or "ready",
        model=model.name if model else "",
        offer=offer,
        notice=getattr(store, "notice", None),
    )


def due(past: dict[str, Past], known: Any) -> list[str]:
    """What went worst and is longest ago, of what is still asked."""
    from interviewer.core.report import PRACTISE_BELOW

    weak = [(i, p) for i, p in past.items() if i in known and (p.score or 0.0) < PRACTISE_BELOW]
    weak.sort(key=lambda pair: ((pair[1].score or 0.0) - min(pair[1].days_ago, 30.0) / 30.0, pair[0]))
    return [i for i, _ in weak[:DUE_AT_ONCE]]


def results(sessions: list[SessionInfo]) -> Content:
    """The last results, a line each."""
    from interviewer.core.wording import percent

    ended = [s for s in sessions if s.ended and not s.example][:SHOWN_RESULTS]
    if not ended:
        examples = sum(s.example for s in sessions)
        see = " History holds worked examples, so that you can see a report at once." if examples else ""
        return Content(f"No result yet.{see}")
    rows = [f"{percent(s.score):>8}  {s.last_at:%d %b}  {inert(s.title)}\n" for s in ended]
    return Content.assemble(("Last results\n", "bold"), *rows)
