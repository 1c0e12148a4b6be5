"""Runs an interview through the ports: commands in, events out. It knows no screen.

A client (plain mode, the TUI, a test) calls the commands and is told every event *after* it is
durable, through one listener. What the interviewer does next is ``core.interview.next_move``;
this module only carries it out.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from interviewer import __version__
from interviewer.core import events as ev
from interviewer.core import interview as iv
from interviewer.core.asking import OwnWords, Wording, scene
from interviewer.core.grading import Grade
from interviewer.core.model import Item, Plan, Question, RubricPoint
from interviewer.core.planning import choose_items
from interviewer.core.ports import (
    Catalog,
    Clock,
    Grader,
    Interviewer,
    Runner,
    SecondGrader,
    SessionStore,
    StoreError,
)
from interviewer.core.report import grades_in_words, report
from interviewer.core.running import CheckResult, RunResult
from interviewer.readings import Readings

DRAFT_EVERY_S = 0.4  # a draft is at most this old, plus the write: the promise is one second
#: How long a follow-up waits for the model's reading, which may make it needless.
FOLLOW_UP_WAITS_S = 6.0
#: How long the end of the interview waits for the last ones.
END_WAITS_S = 30.0
MAX_ANSWER = 4_000_000  # characters; above this a paste is surely a mistake
INTERVIEW_WARNINGS = (
    (1.0, "The planned time for the interview is used up."),
    (0.8, "A fifth of the time is left."),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A line for the person that is not part of the interview."""

    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A run is under way; ``check`` is the one that just finished, if any."""

    item: str
    attempt: int
    check: CheckResult | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """The interviewer is speaking: ``text`` is all of the turn so far. A draft, until its event comes."""

    item: str
    text: str


Listener = Callable[[ev.Event | Notice | Progress | Saying], None]


def answer_box(question: str) -> str:
    """The name of the draft of an answer."""
    return f"answer:{question}"


def code_box(item: str) -> str:
    """The name of the draft of an exercise's code."""
    return f"code:{item}"


class Conductor:
    """One interview. Every command returns when the interviewer waits for the candidate again.

    Commands raise StoreError when something could not be made durable: what was typed is then
    still the client's, and the same command may be given again.
    """

    def __init__(
        self,
        session: str,
        *,
        store: SessionStore,
        catalog: Catalog,
        grader: Grader,
        runner: Runner,
        clock: Clock,
        listener: Listener,
        interviewer: Interviewer | None = None,
        second: SecondGrader | None = None,
    ) -> None:
        self.session = session
        self.state = iv.State()
        self.events: list[ev.Event] = []
        self.listener = listener
        self._store, self._catalog, self._grader = store, catalog, grader
        self._runner, self._clock = runner, clock
        self._commands = asyncio.Lock()
        self._drafts = Drafts(self)
        self._stopwatch = Stopwatch(clock)
        self._interviewer = interviewer or OwnWords()
        self._readings = Readings(second, self._record, self._say)
        self._second = second
        self._recording = asyncio.Lock()
        self._told = ""  # the last reason why there were no words of the model
        self._waited = 0  # the event after which a reading was waited for last
        self._run: asyncio.Task[RunResult] | None = None
        self._reply: asyncio.Task | None = None  # what the model is doing while the candidate waits
        self._hurried = False  # the command in hand waits for no model: another one waits for it
        self._background: set[asyncio.Task] = set()

    # ------------------------------------------------------------------ beginning and ending

    async def start(
        self, plan: Plan, *, mode: ev.Mode = "mock", seed: int, choose: dict | None = None
    ) -> None:
        """Begin a new interview by ``plan``; ``choose`` are further arguments of ``choose_items``."""
        items = choose_items(plan, self._catalog.index(), seed=seed, **(choose or {}))
        items, left_out = await self._possible(items)
        if not items:
            raise ValueError(
                "\n".join(left_out) or "nothing in the plan fits this choice; try another stage or topic"
            )
        model = self._interviewer.name or (self._second.name if self._second else "")
        started = ev.Started(plan, items, mode, seed, self._grader.name, __version__, left_out, model)
        async with self._commands:
            await self._record(started)
            await self._advance()

    async def take_up(self) -> dict[str, ev.Draft]:
        """Go on with a stored interview, from the last thing that was made durable; its drafts."""
        self.events = await asyncio.to_thread(self._store.events, self.session)
        drafts = await asyncio.to_thread(self._store.drafts, self.session)
        self.state = iv.fold(self.events)
        if self.state.started is None:
            raise StoreError(
                f"There is no session {self.session!r}; `interviewer sessions list` shows what there is."
            )
        self._stopwatch.set(max([self.state.active_s, *(d.active_s for d in drafts.values())]))
        if self.state.ended:
            return drafts
        self._catch_up()
        async with self._commands:
            await self._record(ev.Resumed("pause" if self.state.paused else "break"))
            await self._advance()
        return drafts

    async def end(self) -> None:
        """End early. What was said so far is in the report."""
        self.cancel_run()
        self._hurry()
        async with self._commands:
            self._hurried = False
            if not self.state.ended:
                await self._last_readings()
                await self._record(ev.Ended("ended_early"))

    async def close(self) -> None:
        """Save drafts and stop what is running. The interview can be taken up again."""
        self.cancel_run(abandon=True)
        self.cancel_reply(abandon=True)
        await self._readings.close()
        for task in self._background:
            task.cancel()
        await self._drafts.flush()

    # ------------------------------------------------------------------ commands

    async def answer(self, text: str) -> None:
        """Submit an answer to the question that waits."""
        text = clean(text)
        async with self._turn() as move:
            if not isinstance(move, iv.AwaitAnswer):
                self._say("There is no question waiting for an answer now.")
            elif not text.strip():
                self._say("Nothing was said yet. Type an answer, ask for a hint, or skip.")
            elif len(text) > MAX_ANSWER:
                self._say(
                    f"That is {len(text):,} characters, too long to read; shorten it, and submit again."
                )
            else:
                said = ev.Answered(move.item, move.question, text)
                await self._record(said, clear=answer_box(move.question))

    async def submit(self, code: str) -> None:
        """Submit code for the exercise in hand; returns when it is judged."""
        async with self._turn() as move:
            if isinstance(move, iv.AwaitCode):
                attempt = len(self.state.items[move.item].attempts) + 1
                await self._record(ev.CodeSubmitted(move.item, attempt, clean(code)))
            else:
                self._say("There is no exercise waiting for code now.")

    async def finish_code(self) -> None:
        """Done with the code; go on."""
        async with self._turn() as move:
            if isinstance(move, iv.AwaitCode):
                await self._record(ev.CodeFinished(move.item))

    async def hint(self) -> None:
        """Ask for the next hint."""
        async with self._turn():
            entry = self.state.item
            found = iv.next_hint(entry) if entry else None
            if entry is None or found is None:
                self._say("There is no further hint here.")
                return
            question, point, step, text = found
            await self._record(ev.Hinted(entry.item.id, question.id, point.id, step, text))

    async def skip(self) -> None:
        """Pass on what is asked now: a follow-up, a question, or an exercise."""
        self._hurry()
        async with self._turn() as move:
            if isinstance(move, iv.AwaitAnswer):
                await self._record(ev.Skipped(move.item, move.question), clear=answer_box(move.question))
            elif isinstance(move, iv.AwaitCode):
                await self._record(ev.Skipped(move.item, move.item))

    async def repeat(self) -> None:
        """Hear the question again."""
        async with self._turn():
            if self.state.current:
                await self._record(ev.Repeated(self.state.current))

    async def clarify(self, request: str) -> None:
        """Ask what is meant. Without a model the question can only be repeated."""
        request = clean(request).strip()
        async with self._turn() as move:
            if not isinstance(move, iv.AwaitAnswer):
                self._say("There is no question to clarify now.")
                return
            part = self.state.items[move.item].part(move.question)
            said = await self._word(move.item, "clarify", part.question, request=request)
            if said.by:
                await self._record(ev.Clarified(move.item, move.question, request, said.text, said.by))
            else:
                led = self._interviewer.name
                self._say(
                    "The question is repeated." if led else "There is no model: the question is repeated."
                )
                await self._record(ev.Repeated(move.item))

    async def contest(self, question: str, why: str) -> Grade:
        """Dispute the grade of an answer: the model reads it once more. Raises ValueError where it cannot."""
        entry, part = self._answered(question)
        if self._second is None:
            raise ValueError("there is no model to read it again; name one with --profile")
        await self._record(ev.Contested(entry.item.id, question, clean(why)))
        first = await self._offline(part.question, part.text)
        return await self._readings.read(entry.item.id, part, part.question, first, objection=clean(why))

    async def read_again(self, question: str, rubric: Question | None = None) -> Grade:
        """Grade a stored answer once more, by the model if there is one; by ``rubric`` if it is another.

        Raises ValueError where nothing was answered.
        """
        entry, part = self._answered(question)
        rubric = rubric or part.question
        for number in range(1, len(part.answers) + 1):  # what was said unaided too, by the same grader
            said = replace(part, answers=part.answers[:number])
            grade = await self._offline(rubric, said.text)
            if self._second is not None:
                grade = await self._readings.read(entry.item.id, said, rubric, grade)
            else:
                await self._record(ev.Graded(entry.item.id, question, grade, number, rubric.pack_hash))
        return grade

    async def look_back(self) -> None:
        """Open a stored interview to grade it again, without going on with it."""
        self.events = await asyncio.to_thread(self._store.events, self.session)
        self.state = iv.fold(self.events)
        self._stopwatch.set(self.state.active_s)
        self._stopwatch.stop()

    async def pause(self) -> None:
        """Stop the clock."""
        self._hurry()
        async with self._commands:
            self._hurried = False
            if not self.state.paused and not self.state.ended:
                await self._record(ev.Paused())
                self._stopwatch.stop()

    async def resume(self) -> None:
        """Go on after a pause."""
        async with self._turn():
            pass

    def cancel_run(self, *, abandon: bool = False) -> None:
        """Stop the run that is under way, at once. ``abandon``: leave it unjudged, for a later take-up."""
        if self._run and not self._run.done():
            self._run.cancel("abandon" if abandon else "cancelled")

    def cancel_reply(self, *, abandon: bool = False) -> None:
        """Do not wait for the model any longer: what it said so far stays, and the interview goes on."""
        if self.replying:
            self._reply.cancel("abandon" if abandon else "cancelled")  # type: ignore[union-attr]

    async def tick(self) -> None:
        """Look at the clock; a client calls this about once a second."""
        if self._commands.locked() or self.state.paused or self.state.ended or not self.state.started:
            return
        async with self._commands:
            await self._warn()

    # ------------------------------------------------------------------ for clients to show

    def active_s(self) -> float:
        """The interview's clock, in seconds."""
        return self._stopwatch.read()

    @property
    def running(self) -> bool:
        """Whether a submission is being judged."""
        return self._run is not None and not self._run.done()

    @property
    def replying(self) -> bool:
        """Whether the candidate waits for the model; ``cancel_reply`` ends that."""
        return self._reply is not None and not self._reply.done()

    def move(self) -> iv.Move:
        """What the interview waits for."""
        return iv.next_move(self.state)

    def draft_changed(self, box: str, text: str) -> None:
        """Note what stands in an input box; it is durable within a second."""
        self._drafts.changed(box, clean(text))

    async def save_drafts(self) -> None:
        """Make noted drafts durable now."""
        await self._drafts.flush()

    # ------------------------------------------------------------------ carrying moves out

    async def _advance(self) -> None:
        while True:
            match iv.next_move(self.state):
                case iv.EnterStage(stage=stage):
                    await self._record(ev.StageEntered(stage))
                case iv.Put(item=item):
                    await self._put(self.state.items[item].item)
                case iv.AskPart(item=item, question=question, part=part):
                    await self._ask(item, question, part)
                case iv.Read(item=item, question=question):
                    grade = await self._read(item, question)
                    await self._record(ev.Graded(item, question, grade))
                    self._readings.begin(item, self.state.items[item].part(question), grade)
                case iv.Probe(item=item, question=question, point=point, reason=reason):
                    if self._worth_waiting(question):
                        await self._wait(self._readings.settled(FOLLOW_UP_WAITS_S, question))
                        continue
                    asked = self.state.items[item].part(question).question
                    said = await self._word(item, "probe", asked, point=point)
                    await self._record(ev.Probed(item, question, point.id, said.text, reason, said.by))
                case iv.Judge(item=item, attempt=attempt):
                    await self._record(ev.RunJudged(item, attempt, await self._judge(item, attempt)))
                case iv.Close(item=item):
                    await self._record(ev.ItemClosed(item))
                    await self._warn()
                case iv.Finish(reason=reason):
                    await self._last_readings()
                    await self._advise()
                    await self._record(ev.Ended(reason))  # type: ignore[arg-type]
                case _:
                    return

    async def _put(self, item: Item) -> None:
        try:
            if item.kind == "exercise":
                exercise = await asyncio.to_thread(self._catalog.exercise, item.id)
                await self._record(ev.ExerciseSet(item.id, replace(exercise, path="")))
                self._later(self._runner.warm())
            else:
                question = await asyncio.to_thread(self._catalog.question, item.id)
                await self._ask(item.id, question, "question")
        except LookupError as error:
            self._say(f"{item.id} is left out: {error}")
            await self._record(ev.ItemClosed(item.id))

    async def _read(self, item: str, question_id: str) -> Grade:
        part = self.state.items[item].part(question_id)
        return await self._offline(part.question, part.text)

    async def _offline(self, question: Question, text: str) -> Grade:
        try:
            return await asyncio.to_thread(self._grader.grade, question, text)
        except Exception as error:  # a grader's fault must not cost the answer: unscored, and said
            return unscored(
                question, self._grader.name, f"could not be graded ({type(error).__name__}: {error})"
            )

    # ------------------------------------------------------------------ what the model has to do with it

    async def _ask(self, item: str, question: Question, part: str) -> None:
        said = await self._word(item, part, question)
        words = said.text if said.text != question.prompt else ""
        await self._record(ev.Asked(item, question, part, words, said.by))  # type: ignore[arg-type]

    async def _word(
        self, item: str, task: str, question: Question, *, point: RubricPoint | None = None, request: str = ""
    ) -> Wording:
        """A turn of the interviewer, in the model's words if it has any; the rubric's follow what was cut."""
        what = scene(self.state, item, task, question, point=point, request=request)  # type: ignore[arg-type]
        if self._hurried:
            return Wording(what.words)
        so_far = ""

        def on_text(text: str) -> None:
            nonlocal so_far
            so_far = text
            self.listener(Saying(item, text))

        said = await self._wait(self._interviewer.word(what, on_text, self._say))
        if said is None:  # the candidate would not wait
            return Wording(f"{so_far.rstrip()} …\n\n{what.words}" if so_far.strip() else what.words)
        if said.note and said.note != self._told:
            self._say(said.note)
        self._told = said.note
        return said

    def _hurry(self) -> None:
        """Another command is to follow at once: the one in hand waits for no model."""
        self._hurried = True
        self.cancel_reply()

    async def _wait(self, work):
        """Wait for the model; None where the candidate stopped it."""
        self._reply = asyncio.ensure_future(work)
        try:
            return await self._reply
        except asyncio.CancelledError as error:
            if error.args != ("cancelled",):
                raise
            return None

    def _worth_waiting(self, question: str) -> bool:
        """Whether a reading of this answer is under way that was not waited for yet."""
        waited, self._waited = self._waited, self.state.last_seq
        return waited != self._waited and self._readings.pending(question) and not self._hurried

    async def _last_readings(self) -> None:
        """Before the end: let the model finish reading, within reason."""
        if self._readings.pending():
            self._say("The model is reading the last answers; Esc goes on without.")
            await self._wait(self._readings.settled(END_WAITS_S))
            await self._readings.close()

    async def _advise(self) -> None:
        """Closing words, where a model leads; the report is whole without them."""
        if not self._interviewer.name:
            return
        grades = grades_in_words(report(self.events))
        said = await self._wait(_within(END_WAITS_S, self._interviewer.advise(grades)))
        if said and said.by:
            await self._record(ev.Advised(said.text, said.by))

    def _catch_up(self) -> None:
        """Begin the readings that a crash or a closed terminal cut off."""
        for entry in self.state.items.values():
            for part in entry.parts:
                if len(part.readings) == 1:
                    self._readings.begin(entry.item.id, part, part.readings[0])

    def _answered(self, question: str) -> tuple[iv.ItemState, iv.Part]:
        for entry in self.state.items.values():
            for part in entry.parts:
                if part.question.id == question and part.answers:
                    return entry, part
        raise ValueError(f"nothing was answered to {question!r} in this session")

    # ------------------------------------------------------------------ running code

    async def _judge(self, item: str, attempt: int) -> RunResult:
        entry = self.state.items[item]
        code = entry.attempts[attempt - 1].code
        self.listener(Progress(item, attempt))
        exercise = await self._with_path(item)
        self._run = asyncio.ensure_future(
            self._runner.run(
                exercise,
                code,
                perf=True,  # where the exercise is about speed
                on_check=lambda check: self.listener(Progress(item, attempt, check)),
            )
        )
        try:
            return await self._run
        except asyncio.CancelledError as error:
            if error.args != ("cancelled",):
                raise
            return RunResult(item, "solution.py", "CANCELLED", "You stopped this run.")
        except Exception as error:  # the runner's own fault is not the candidate's: nothing is judged
            what = f"{type(error).__name__}: {error}"
            message = f"The judge failed ({what}); submit again, or see `interviewer doctor`."
            return RunResult(item, "solution.py", "UNAVAILABLE", message)

    async def _with_path(self, item: str):
        """The exercise as it is on this machine now: an event carries no path."""
        try:
            return await asyncio.to_thread(self._catalog.exercise, item)
        except LookupError:
            return self.state.items[item].exercise

    # ------------------------------------------------------------------ inside

    @contextlib.asynccontextmanager
    async def _turn(self):
        """One command: finish what an earlier failure left undone, do it, let the interviewer go on."""
        if self.running:
            self._hurried = False
            self._say("A run is under way; wait for it, or stop it first.")
            yield iv.Rest()
            return
        async with self._commands:
            self._hurried = False
            if self.state.paused:
                self._stopwatch.start()
                await self._record(ev.Resumed("pause"))
            await self._advance()
            yield iv.next_move(self.state)
            await self._advance()

    async def _record(self, body: ev.Body, *, clear: str | None = None) -> None:
        async with self._recording:  # readings by the model come in between
            event = ev.Event(self.state.last_seq + 1, self._clock.now(), self.active_s(), body)
            async with self._drafts.held(clear):
                await asyncio.to_thread(self._store.append, self.session, [event], clear=clear)
            iv.apply(self.state, event)
            self.events.append(event)
            self.listener(event)

    async def _warn(self) -> None:
        """Say once when planned time is used up. Nothing is ever cut off."""
        state, now = self.state, self.active_s()
        planned = 60 * sum(i.item.minutes for i in state.items.values())
        for share, text in INTERVIEW_WARNINGS:
            if now >= share * planned and not any(
                about == "interview" and text == t for about, t in state.warned
            ):
                await self._record(ev.ClockWarned("interview", text))
                break
        entry = state.item
        if entry and not entry.closed and entry.entered_s is not None:
            text = f"The {entry.item.minutes:.0f} minutes planned for this one are over; finish your thought."
            over = now - entry.entered_s >= 60 * entry.item.minutes
            if over and (entry.item.id, text) not in state.warned:
                await self._record(ev.ClockWarned(entry.item.id, text))

    async def _possible(self, items: tuple[Item, ...]) -> tuple[tuple[Item, ...], tuple[str, ...]]:
        """Leave exercises out, saying why, where they cannot be run."""
        coding = any(i.kind == "exercise" for i in items)
        why = await asyncio.to_thread(self._runner.unavailable) if coding else None
        if why is None:
            return items, ()
        return tuple(i for i in items if i.kind != "exercise"), (f"The coding stage is left out: {why}",)

    def _say(self, text: str) -> None:
        self.listener(Notice(text))

    def _later(self, work) -> None:
        async def quietly() -> None:
            with contextlib.suppress(Exception):  # a failed warm-up shows when code is submitted
                await work

        task = asyncio.create_task(quietly())
        self._background.add(task)
        task.add_done_callback(self._background.discard)


@dataclass(slots=True)
class Desk:
    """All that a client needs for sitting interviews and for reading them back."""

    store: SessionStore
    catalog: Catalog
    grader: Grader
    runner: Runner
    clock: Clock
    interviewer: Interviewer | None = None  # None: the rubric's own words
    second: SecondGrader | None = None  # None: the offline grade is the only one

    def new_session(self) -> str:
        """A session id: when it began, and a few letters that make it unique."""
        return f"{self.clock.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"

    def conductor(self, session: str, listener: Listener) -> Conductor:
        """Become the one writer, and conduct ``session``. Raises StoreError where another is."""
        self.store.lock()
        return Conductor(
            session,
            store=self.store,
            catalog=self.catalog,
            grader=self.grader,
            runner=self.runner,
            clock=self.clock,
            listener=listener,
            interviewer=self.interviewer,
            second=self.second,
        )

    async def close(self) -> None:
        """Leave no process and no lock behind."""
        await self.runner.close()
        for model in (self.interviewer, self.second):
            if model is not None:
                await model.close()
        self.store.close()


class Drafts:
    """Keeps what stands in the input boxes durable, at most one write each ``DRAFT_EVERY_S``."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._pending: dict[str, str] = {}
        self._writing = asyncio.Lock()
        self._timer: asyncio.Task | None = None
        self._failed = False

    def changed(self, box: str, text: str) -> None:
        self._pending[box] = text
        if self._timer is None or self._timer.done():
            self._timer = asyncio.create_task(self._soon())

    async def flush(self) -> None:
        """Write what is pending now."""
        conductor = self._conductor
        async with self._writing:
            pending, self._pending = self._pending, {}
            for box, text in pending.items():
                draft = ev.Draft(conductor.session, box, text, conductor._clock.now(), conductor.active_s())
                try:
                    await asyncio.to_thread(conductor._store.save_draft, draft)
                    self._failed = False
                except StoreError as error:
                    self._pending.setdefault(box, text)
                    if not self._failed:
                        conductor._say(f"The draft is not saved. {error}")
                    self._failed = True

    @contextlib.asynccontextmanager
    async def held(self, box: str | None):
        """No draft of ``box`` is written while its text is being committed as an event."""
        async with self._writing:
            dropped = self._pending.pop(box, None) if box else None
            try:
                yield
            except BaseException:
                if box and dropped is not None:
                    self._pending.setdefault(box, dropped)
                raise

    async def _soon(self) -> None:
        await asyncio.sleep(DRAFT_EVERY_S)
        await self.flush()


class Stopwatch:
    """Seconds of interview, with pauses left out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._base = 0.0
        self._since: float | None = clock.monotonic()

    def read(self) -> float:
        return self._base + (self._clock.monotonic() - self._since if self._since is not None else 0.0)

    def set(self, seconds: float) -> None:
        self._base, self._since = seconds, self._clock.monotonic()

    def stop(self) -> None:
        self._base, self._since = self.read(), None

    def start(self) -> None:
        if self._since is None:
            self._since = self._clock.monotonic()


async def _within(seconds: float, work):
    """What ``work`` gives within a time, or None."""
    with contextlib.suppress(TimeoutError):
        return await asyncio.wait_for(work, seconds)
    return None


def clean(text: str) -> str:
    """Text that can be stored: a lone surrogate (a broken paste) becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def unscored(question: Question, grader: str, note: str) -> Grade:
    """A grade that says why there is none. Never 0: that would be a judgement."""
    return Grade(question.id, None, grader, note=note)
