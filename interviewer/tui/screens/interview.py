"""The interview: conversation, and for coding the task, the editor and the results."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from typing import Any, ClassVar

from textual import events as ui
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Markdown, TextArea

from interviewer.conductor import Conductor, Desk, Notice, Progress, Saying, answer_box, code_box
from interviewer.core import events as ev
from interviewer.core import interview as iv
from interviewer.core.inert import inert
from interviewer.core.model import STAGE_TITLES, Exercise
from interviewer.core.ports import StoreError
from interviewer.core.running import RunResult
from interviewer.core.transcript import Teller, Turn
from interviewer.core.wording import minutes
from interviewer.tui.editing import line_named
from interviewer.tui.editor import EditorFailed, edit_elsewhere
from interviewer.tui.messages import CommandFailed, Happened
from interviewer.tui.screens.base import BaseScreen
from interviewer.tui.watching import WatchedFile
from interviewer.tui.widgets.answer import AnswerBox
from interviewer.tui.widgets.code import CodeEditor
from interviewer.tui.widgets.conversation import Conversation
from interviewer.tui.widgets.find import FindBar
from interviewer.tui.widgets.panes import PaneTabs
from interviewer.tui.widgets.results import Results

PANES = {"talk": ("F2", "Talk"), "task": ("F3", "Task"), "code": ("F4", "Code"), "results": ("F6", "Results")}

#: What people type who look for the way: not an answer to any question.
ASKS_THE_PROGRAM = {
    **dict.fromkeys(
        ("help", "?", "/help", ":help", ":h"),
        "F1 shows all keys; F8 gives a hint, ctrl+n skips the question, alt+r asks what it means.",
    ),
    **dict.fromkeys(
        ("quit", "exit", ":q", ":q!", ":wq", "/quit", "/exit", "bye"),
        "ctrl+l leaves: for now, or with a report; ctrl+q quits. Everything is kept.",
    ),
    **dict.fromkeys(("skip", "/skip", "pass", "next"), "ctrl+n skips the question."),
    **dict.fromkeys(("hint", "/hint"), "F8 gives a hint; it costs a tenth of the score with help."),
}

#: From this share of the planned time on, the clock is not calm any more.
SOON = 0.8

#: A whole garbage collection takes as long as a few keys, so it waits until nobody has typed for so long, and it
#: is worth while after so many small ones.
IDLE_S, COLLECTED = 3.0, 30
NEVER = 1_000_000


class InterviewScreen(BaseScreen):
    """A client of the conductor: keys become commands, events become turns."""

    CSS_PATH = "interview.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "pane('talk')", "Talk", id="interview.talk", show=False),
        Binding("f3", "pane('task')", "Task", id="interview.task", show=False),
        Binding("f4", "pane('code')", "Code", id="interview.code", show=False),
        Binding("f6", "pane('results')", "Results", id="interview.results", show=False, priority=True),
        Binding("f5", "run", "Run", id="interview.run"),
        Binding("f9", "done", "Done", id="interview.done"),
        Binding("f8", "command('hint')", "Hint", id="interview.hint"),
        Binding("ctrl+n", "skip", "Skip", id="interview.skip"),
        Binding("ctrl+r", "command('repeat')", "Repeat the question", id="interview.repeat", show=False),
        Binding("alt+r", "clarify", "Ask what is meant", id="interview.clarify", show=False),
        Binding("ctrl+b", "pause", "Pause", id="interview.pause"),
        Binding("ctrl+l", "leave", "Leave", id="interview.leave"),
        Binding("ctrl+o", "edit", "Type in $EDITOR", id="interview.editor", show=False),
        Binding("alt+o", "watch", "Run a file of mine on save", id="interview.watch", show=False),
        Binding("f12", "compare", "Compare or reset the code", id="interview.compare", show=False),
        Binding("ctrl+f", "find", "Find and replace", id="interview.find", show=False),
        Binding("ctrl+g", "go_to_line", "Go to line", id="interview.line", show=False),
        Binding("ctrl+s", "save_elsewhere", "Save the text to a file", id="interview.save", show=False),
        Binding("alt+y", "copy", "Copy", id="interview.copy", show=False),
        Binding("escape", "cancel_run", "Stop the run", id="interview.cancel", show=False),
    ]

    def __init__(self, desk: Desk, session: str, how: dict[str, Any] | None) -> None:
        super().__init__()
        self._desk, self._how, self.session = desk, how, session
        self.conductor: Conductor = desk.conductor(session, lambda what: self.post_message(Happened(what)))
        self._teller = Teller()
        self._put_away = False
        self._asked = ""  # a word that was not taken for an answer, just now
        self._last_said = ""
        self._told_of = ""  # the exercise of which was said where its code is
        self._left = "talk"
        self._code_front = False
        self._front = {"talk"}  # the panes that are in sight
        self._exercise: Exercise | None = None  # the exercise that the panes show
        self._watched: WatchedFile | None = None  # the file that is run when it is saved
        self._typed_at = 0.0
        self._collecting = gc.get_threshold()

    def content(self) -> Iterable[Widget]:
        editor = self._editor()
        yield PaneTabs(PANES, id="tabs")
        with Horizontal(id="panes"):
            with ContentSwitcher(initial="talk", id="left"):
                yield Conversation(id="talk")
                yield VerticalScroll(Markdown(id="statement", open_links=False), id="task")
                yield Results(id="results")
            with Vertical(id="right"):
                yield editor
                yield FindBar(editor, id="find")
        with Vertical(id="saying"):
            yield AnswerBox(id="answer")

    def _editor(self) -> CodeEditor:
        """The code editor, with vim's modes where they are set."""
        if not self.app.settings.vim_keys:  # type: ignore[attr-defined]
            return CodeEditor(id="code")
        from interviewer.tui.widgets.vim import VimCodeEditor

        return VimCodeEditor(id="code")

    @property
    def answer(self) -> AnswerBox:
        return self.query_one("#answer", AnswerBox)

    @property
    def code(self) -> CodeEditor:
        return self.query_one("#code", CodeEditor)

    @property
    def results(self) -> Results:
        return self.query_one(Results)

    # ------------------------------------------------------------------ beginning

    async def on_mount(self) -> None:
        settings = self.app.settings  # type: ignore[attr-defined]
        self.code.close_brackets = settings.close_brackets
        self.code.cursor_blink = self.answer.cursor_blink = not settings.reduced_motion
        self.query_one(FindBar).display = False
        self._arrange()
        gc.set_threshold(*self._collecting[:2], NEVER)
        self.set_focus(self.answer)
        self.set_interval(1.0, self._tick)
        self.set_interval(0.5, self._look_at_file)
        self.run_worker(self._begin(), exit_on_error=False, group="command")

    def on_unmount(self) -> None:
        gc.set_threshold(*self._collecting)

    async def _painted(self) -> None:
        """Return when what was changed so far is on the screen."""
        done = asyncio.Event()
        self.call_after_refresh(done.set)
        await done.wait()

    async def _begin(self) -> None:
        await self._painted()
        _keep_imported()
        try:
            if self._how is None:
                await self._take_up()
            else:
                await self._start(dict(self._how))
        except (StoreError, ValueError) as error:
            self.app.notify(str(error), severity="error", timeout=20)
            self.app.call_later(self.app.leave_for)  # type: ignore[attr-defined]

    async def _start(self, how: dict[str, Any]) -> None:
        choose = dict(how.pop("choose", None) or {})
        if how.pop("as_set", False):
            choose["history"] = await asyncio.to_thread(self._desk.store.past, self._desk.clock.now())
            choose["role"] = await self._role()
        await self.conductor.start(how.pop("plan"), choose=choose, **how)

    async def _role(self) -> str:
        """The job description that is set; without it where it cannot be read, and that is said."""
        preferences = self.app.preferences  # type: ignore[attr-defined]
        try:
            return await asyncio.to_thread(preferences.role) if preferences else ""
        except (OSError, ValueError) as error:
            self.app.notify(f"The role cannot be read, and is left out: {error}", severity="warning")
            return ""

    async def _take_up(self) -> None:
        """Show what was said, put the drafts back into their boxes, and go on."""
        events = await asyncio.to_thread(self._desk.store.events, self.session)
        drafts = await asyncio.to_thread(self._desk.store.drafts, self.session)
        await self.query_one(Conversation).add(*(turn for event in events for turn in self._tell(event)))
        state = iv.fold(events)
        self.answer.said = [e.body.text for e in events if isinstance(e.body, ev.Answered)]
        state.paused = False
        move, item = iv.next_move(state), state.item
        if isinstance(move, iv.AwaitAnswer) and (draft := drafts.get(answer_box(move.question))):
            self.answer.put(draft.text)
        if item and item.exercise:
            await self._set_exercise(item.exercise, drafts.get(code_box(item.item.id)), item.attempts)
            if isinstance(move, iv.AwaitAnswer):
                self._left = "talk"  # where it is asked
                self._arrange()
        await self._painted()
        await self.conductor.take_up()
        if self.conductor.state.ended:
            await self._finish()

    async def _set_exercise(
        self, exercise: Exercise, draft: ev.Draft | None = None, attempts: Iterable[iv.Attempt] = ()
    ) -> None:
        """Put an exercise on the desk: its statement, and the code as it stands."""
        self._exercise = exercise
        await self.query_one("#statement", Markdown).update(exercise.statement)
        attempts = list(attempts)
        self.code.load_text(draft.text if draft else attempts[-1].code if attempts else exercise.starter)
        self.code.mark({})
        self._left, self._code_front = "task", False
        for number, attempt in enumerate(attempts, start=1):
            if attempt.result:
                self.results.show(number, attempt.result, exercise)
                self.code.mark(marks(attempt.result))
        self._arrange()

    # ------------------------------------------------------------------ what happened

    async def on_happened(self, message: Happened) -> None:
        what = message.what
        if isinstance(what, Notice):
            self.notify(inert(what.text), timeout=8)
        elif isinstance(what, Progress):
            self._progress(what)
        elif isinstance(what, Saying):
            self.query_one(Conversation).say(what.text)
            self._offer_stop()
            return
        else:
            turns = self._tell(what)
            self._last_said = next((t.text for t in turns if t.speaker == "interviewer"), self._last_said)
            await self.query_one(Conversation).add(*turns)
            await self._follow(what)
        self._show_status()

    def _tell(self, event: ev.Event) -> list[Turn]:
        """An event as turns. A task is a pane of its own, so the conversation only announces it."""
        if isinstance(event.body, ev.ExerciseSet):
            self._teller.tell(event)
            text = f"{event.body.exercise.title}. F3 shows the task, F4 the code; F5 runs it, F9 goes on."
            return [Turn(event.seq, "interviewer", text, event.body.item)]
        return self._teller.tell(event)

    def _progress(self, progress: Progress) -> None:
        if progress.check is None:
            self.results.begin(progress.attempt)
            self.action_pane("results")
        else:
            self.results.check(progress.check)

    async def _follow(self, event: ev.Event) -> None:
        """Let the panes follow the interview."""
        match event.body:
            case ev.ExerciseSet(exercise=exercise):
                await self._set_exercise(exercise)
            case ev.RunJudged(item=item, attempt=attempt, result=result):
                self.results.show(attempt, result, self.conductor.state.items[item].exercise)
                self.code.mark(found := marks(result))
                wrong = next((row for row, glyph in found.items() if glyph == "✗"), None)
                if wrong is not None and not self.code.has_focus:
                    self.code.go_to(wrong)
            case ev.Hinted(text=text) if "talk" not in self._front:
                self.notify(inert(text), title="Hint", timeout=20)
            case ev.Answered(text=text):
                self.answer.sent(text)
            case ev.Skipped():
                self.answer.sent("")
            case ev.Asked(part=part) if part != "question":
                self._left, self._code_front = "talk", False
            case ev.ItemClosed():
                self._exercise, self._left, self._code_front = None, "talk", False
                self._watched = None
            case ev.Ended():
                await self._finish()
                return
        self._arrange()
        self._focus_what_waits(event)

    async def _finish(self) -> None:
        await self.put_away()
        self.app.call_later(self.app.leave_for, report=self.session)  # type: ignore[attr-defined]

    # ------------------------------------------------------------------ panes

    def _arrange(self) -> None:
        """Show the panes that belong to what the interview waits for."""
        move, wide = self.conductor.move(), self.has_class("-wide")
        coding = self._exercise is not None
        code_only = coding and self._code_front and not wide
        self.query_one("#left", ContentSwitcher).current = self._left
        self.query_one("#left").display = not code_only
        self.query_one("#right").display = coding and (wide or self._code_front)
        self.query_one("#saying").display = not isinstance(move, iv.AwaitCode | iv.Judge)
        self.code.read_only = coding and self._handed_in(move)
        self._front = {"code"} if code_only else {self._left, "code"} if wide else {self._left}
        self._show_tabs()
        self._label_answer(move)
        self.refresh_bindings()

    def _handed_in(self, move: iv.Move) -> bool:
        """Whether what is asked now is about code that does not change any more."""
        part = self._part(move)
        return part is not None and part.part == "follow_up"

    def _part(self, move: iv.Move) -> iv.Part | None:
        """What an answer is awaited to."""
        if not isinstance(move, iv.AwaitAnswer):
            return None
        return self.conductor.state.items[move.item].part(move.question)

    def _show_tabs(self) -> None:
        """The row of panes, and beside it the exercise, vim's mode, and the file that is watched."""
        tabs = self.query_one(PaneTabs)
        tabs.display = self._exercise is not None
        notes = [
            self._exercise.title if self._exercise and self.has_class("-wide") else "",
            getattr(self.code, "status_text", "") if "code" in self._front else "",
            f"runs {self._watched.path.name} on save" if self._watched else "",
        ]
        tabs.show(self._front, list(PANES), inert("   ".join(filter(None, notes))))

    def _label_answer(self, move: iv.Move) -> None:
        """Say above the box what it is for."""
        box = self.answer
        self._offer_stop()
        if part := self._part(move):
            skip = self.app._keymap.get("interview.skip", "ctrl+n").partition(",")[0]
            box.border_title = {
                "approach": f"Before you code: how will you go about it? ({skip} skips this)",
                "follow_up": "About your code",
            }.get(part.part, "Your answer to the follow-up" if part.probe_pending else "Your answer")
        elif isinstance(move, iv.Read):
            box.border_title = "Reading your answer …"

    def _offer_stop(self) -> None:
        """Below the box, what its keys do; and while one waits for the model, that one need not."""
        key = self.app._keymap.get("interview.cancel", "escape").partition(",")[0]
        stops = f"{self.app.get_key_display(Binding(key, ''))} stops the model · "
        keys = f"{stops if self.conductor.replying else ''}Enter sends · ctrl+j new line"
        if self.answer.border_subtitle != keys:
            self.answer.border_subtitle = keys

    def _focus_what_waits(self, event: ev.Event) -> None:
        """Put the cursor where the candidate goes on, without taking it from where they type."""
        move = self.conductor.move()
        if isinstance(move, iv.AwaitAnswer) and not isinstance(event.body, ev.ClockWarned | ev.Graded):
            if not self.answer.has_focus:
                self.set_focus(self.answer)
        elif isinstance(move, iv.AwaitCode) and self.answer.has_focus:
            self.action_pane("task")
            if self.has_class("-wide"):
                self.set_focus(self.code)

    def on_resize(self, event: ui.Resize) -> None:
        super().on_resize(event)
        self._arrange()

    def action_pane(self, pane: str) -> None:
        """Bring a pane to the front; with room for two the code stays beside it."""
        if pane != "talk" and self._exercise is None:
            return
        self._code_front = pane == "code"
        if pane != "code":
            self._left = pane
        typing = self.has_class("-wide") and self.code.has_focus
        self._arrange()
        if pane == "code":
            self.set_focus(self.code)
        elif pane == "talk" and self.query_one("#saying").display:
            self.set_focus(self.answer)
        elif not typing:
            self.set_focus(self.query_one(f"#{pane}"))

    def on_pane_tabs_chosen(self, message: PaneTabs.Chosen) -> None:
        self.action_pane(message.pane)

    # ------------------------------------------------------------------ commands

    def _command(self, act: Callable[[], Awaitable[None]]) -> None:
        """Give the conductor a command in the background; a failure arrives as a message."""

        async def give() -> None:
            try:
                await act()
            except StoreError as error:
                self.post_message(CommandFailed(str(error)))

        self.run_worker(give(), exit_on_error=False, group="command")

    def on_command_failed(self, message: CommandFailed) -> None:
        self.notify(
            f"{message.text}\nWhat you typed is still here; ctrl+s saves it to a file elsewhere.",
            severity="error",
            timeout=30,
        )

    def on_answer_box_sent(self, message: AnswerBox.Sent) -> None:
        """A word that asks the program something is no answer, the first time."""
        word = message.text.strip().lower()
        if word in ASKS_THE_PROGRAM and word != self._asked:
            self._asked = word
            self.notify(f"{ASKS_THE_PROGRAM[word]}\nEnter again sends it as your answer.", timeout=12)
            return
        if self._asked:
            self._asked = ""
            self.app.clear_notifications()
        self.query_one(Conversation).anchor()  # whoever answers wants to see what comes next
        self._command(lambda: self.conductor.answer(message.text))

    def on_answer_box_paged(self, message: AnswerBox.Paged) -> None:
        pane = self.query_one(f"#{self._left}")
        pane.scroll_page_down(animate=False) if message.step > 0 else pane.scroll_page_up(animate=False)

    def on_key(self, event: ui.Key) -> None:
        """Who types while the task is in front is told where the code is, once for each exercise."""
        if self._exercise is not None and not self._coding() and self._is(event.key, "run", "done"):
            self.notify(self._why_not_yet())
            return
        typed = event.is_printable and event.character not in (None, " ")
        if typed and self._left == "talk" and self.query_one("#talk").has_focus:
            self.set_focus(self.answer)
            self.answer.insert(event.character or "")
            return
        if typed and self._coding() and self._exercise is not None and self._told_of != self._exercise.id:
            self._told_of = self._exercise.id
            self.notify("F4 is where you write the code; F3 comes back to the task, F5 runs it.")

    def _is(self, key: str, *names: str) -> bool:
        """Whether a key is one of those that the screen's own bindings have, changed ones too."""
        own = {binding.id: binding.key for binding in self.BINDINGS if isinstance(binding, Binding)}
        ids = [f"interview.{name}" for name in names]
        return any(key in self.app._keymap.get(id, own[id]).split(",") for id in ids)

    def _why_not_yet(self) -> str:
        """Why the code can be neither run nor handed in."""
        part = self._part(self.conductor.move())
        if part and part.part == "approach":
            return "First say how you will go about it, or skip that with ctrl+n; then F5 runs your code."
        return "Your code is handed in; what is asked about it stands under F2, Talk."

    def action_copy(self) -> None:
        """What is in front, to the clipboard: the code, the results, or what was said last."""
        if self.code.has_focus:
            what, text = "The code", self.code.text
        elif self._left == "results" and self._exercise is not None:
            what, text = "The results", self.results.told
        else:
            what, text = "What was said last", self._last_said
        self.app.copy_to_clipboard(text)
        self.notify(f"{what} is copied." if what != "The results" else "The results are copied.")

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self._typed_at = time.monotonic()
        move, item = self.conductor.move(), self.conductor.state.item
        if event.text_area.id == "answer":
            lines = event.text_area.wrapped_document.height
            event.text_area.styles.height = max(3, min(lines + 2, (self.size.height - 2) // 2))
            if isinstance(move, iv.AwaitAnswer):
                self.conductor.draft_changed(answer_box(move.question), event.text_area.text)
        elif event.text_area.id == "code" and item and item.exercise:
            self.conductor.draft_changed(code_box(item.item.id), event.text_area.text)

    def action_command(self, name: str) -> None:
        self._command(getattr(self.conductor, name))

    def action_clarify(self) -> None:
        """Ask the interviewer what the question means."""
        from interviewer.tui.screens.dialogs import Ask

        if self._desk.interviewer is None:  # nobody there to read what was unclear
            self._command(lambda: self.conductor.clarify("What do you mean?"))
            return

        def ask(said: str | None) -> None:
            if said and said.strip():
                self._command(lambda: self.conductor.clarify(said))

        self.app.push_screen(Ask("What is unclear about the question?", ""), ask)

    def action_run(self) -> None:
        self._command(lambda: self.conductor.submit(self.code.text))

    def action_pause(self) -> None:
        self._command(self.conductor.resume if self.conductor.state.paused else self.conductor.pause)

    def action_cancel_run(self) -> None:
        if self.query_one(FindBar).display:
            self.query_one(FindBar).action_close()
        self.conductor.cancel_run()
        self.conductor.cancel_reply()

    def action_skip(self) -> None:
        """A question is passed on at once; an exercise only when it is meant."""
        if self._coding():
            self._sure("Skip this exercise? It stays without a score.", self.conductor.skip)
        elif self.answer.text.strip():
            self._sure("Skip the question, and throw away what you typed?", self.conductor.skip)
        else:
            self._command(self.conductor.skip)

    def action_done(self) -> None:
        """Go on; ask when that leaves the exercise without a score."""
        item = self.conductor.state.item
        if item and item.last_result is None:
            question = "Go on without running your code? The exercise stays without a score."
            self._sure(question, self.conductor.finish_code)
        elif item and item.attempts and item.attempts[-1].code != self.code.text:
            question = "Your code has changed since it was run. Hand in what was run?"
            self._sure(question, self.conductor.finish_code)
        elif item and item.last_result and not item.last_result.passed:
            question = "Hand in code that does not pass? There is no way back to it."
            self._sure(question, self.conductor.finish_code)
        else:
            self._command(self.conductor.finish_code)

    def _sure(self, question: str, act: Callable[[], Awaitable[None]]) -> None:
        from interviewer.tui.screens.dialogs import Confirm

        self.app.push_screen(Confirm(question), lambda sure: self._command(act) if sure else None)

    def action_leave(self) -> None:
        """Leave for now, or end here; everything is kept either way."""
        from interviewer.tui.screens.dialogs import Choose

        ways = [
            ("h", "Home: go on later, from here", "home"),
            ("e", "End now, with a report of what was said", "end"),
            ("s", "Stay", None),
        ]

        async def leave(way: str | None) -> None:
            if way == "home":
                await self.put_away()
                self.app.call_later(self.app.leave_for)  # type: ignore[attr-defined]
            elif way == "end":
                self._command(self.conductor.end)

        self.app.push_screen(Choose("Leave the interview?", ways), leave)

    async def put_away(self) -> None:
        """Save what stands in the boxes, stop what runs, and let another program write."""
        if not self._put_away:
            self._put_away = True
            await self.conductor.close()
            self._desk.store.unlock()

    # ------------------------------------------------------------------ the text in hand

    @property
    def _box(self) -> AnswerBox | CodeEditor:
        """The box that is being typed in."""
        return self.code if self._coding() or self.code.has_focus else self.answer

    def action_save_elsewhere(self) -> None:
        from interviewer.tui.screens.dialogs import SaveElsewhere

        name = "solution.py" if self._box is self.code else "answer.txt"
        self.app.push_screen(SaveElsewhere(self._box.text, name))

    def action_edit(self) -> None:
        """Hand the box in use to $EDITOR."""
        box = self._box
        try:
            text = edit_elsewhere(self.app, box.text, ".py" if box is self.code else ".md")
        except EditorFailed as error:
            self.notify(str(error), severity="error", timeout=12)
        else:
            self.code.set_text(text) if box is self.code else self.answer.put(text.rstrip("\n"))

    def action_watch(self) -> None:
        """Let the code live in a file, and run it whenever that is saved; or stop doing so."""
        from pathlib import Path

        from interviewer.tui.screens.dialogs import Ask

        if self._watched:
            self.notify(
                f"{self._watched.path} is not watched any more; the code is here as you saved it last."
            )
            self._watched = None
            self._arrange()
            return

        def watch(said: str | None) -> None:
            if not said or not said.strip():
                return
            try:
                self._watched = WatchedFile(Path(said.strip()).expanduser(), self.code.text)
            except (OSError, ValueError) as error:
                self.notify(
                    f"It cannot be used: {getattr(error, 'strerror', None) or error}.", severity="error"
                )
                return
            self.code.set_text(self._watched.code)
            self.notify(f"Open {self._watched.path} in your editor; every save runs it.", timeout=10)
            self._arrange()

        assert self._exercise is not None
        here = Path.cwd() / f"{self._exercise.id}.py"
        self.app.push_screen(Ask("Keep the code in this file, and run it on save:", str(here)), watch)

    def _look_at_file(self) -> None:
        """Run the watched file if it was saved, and no run is under way."""
        if self._watched and self._coding() and not self.conductor.running:
            code = self._watched.saved()
            if code is not None:
                self.code.set_text(code)
                self.action_run()

    def action_compare(self) -> None:
        """The code against the starter, the last submission and, after a pass, the reference."""
        from interviewer.tui.screens.compare import CompareScreen

        item, exercise = self.conductor.state.item, self._exercise
        if item is None or exercise is None:
            return
        others = [("the starter", exercise.starter)]
        if item.attempts:
            others.append(("your last submission", item.attempts[-1].code))
        passed = item.last_result is not None and item.last_result.passed
        if passed:
            others.append(("the reference", exercise.reference))

        def reset(code: str | None) -> None:
            if code is not None:
                self.code.set_text(code)
                self.notify("ctrl+z takes it back.")
            self.action_pane("code")

        first = len(others) - 1 if passed else 0
        self.app.push_screen(CompareScreen(self.code.text, others, first), reset)

    # what vim's keys ask of the screen; where they are not set, nobody does

    def on_vim_code_editor_status_changed(self) -> None:
        self._show_tabs()

    def on_vim_code_editor_save_requested(self) -> None:
        self.action_run()

    def on_vim_code_editor_quit_requested(self) -> None:
        self.action_leave()

    def on_vim_code_editor_search_requested(self) -> None:
        self.action_find()

    def on_vim_code_editor_search_again(self, message: Any) -> None:
        self.query_one(FindBar).action_next(backwards=message.backwards)

    def on_vim_code_editor_command_entered(self, message: Any) -> None:
        self.notify(f"There is no :{message.command} here. :w runs the code, :12 goes to a line, :q leaves.")

    def action_find(self) -> None:
        self.action_pane("code")
        self.query_one(FindBar).open()

    def action_go_to_line(self) -> None:
        from interviewer.tui.screens.dialogs import Ask

        def go(said: str | None) -> None:
            self.action_pane("code")
            if said and said.strip().isdigit():
                self.code.go_to(int(said) - 1)

        self.app.push_screen(Ask(f"Go to line (1 to {self.code.document.line_count}):", ""), go)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that do nothing now are not offered."""
        if action in ("run", "done"):
            return self._coding()
        if action in ("compare", "find", "go_to_line", "watch"):
            return self._exercise is not None
        if action == "pane" and parameters[0] != "talk":
            return self._exercise is not None
        return True

    def _coding(self) -> bool:
        return isinstance(self.conductor.move(), iv.AwaitCode | iv.Judge)

    # ------------------------------------------------------------------ status

    def _tick(self) -> None:
        self._show_status()
        self._offer_stop()
        self._command(self.conductor.tick)
        idle = time.monotonic() - self._typed_at > IDLE_S and not self.conductor.replying
        if idle and gc.get_count()[2] >= COLLECTED:
            gc.collect()

    def _show_status(self) -> None:
        state = self.conductor.state
        if state.started is None:
            return
        number = min(state.done + 1, len(state.items))
        left = f"{number}/{len(state.items)}  {STAGE_TITLES.get(state.stage or '', '')}"
        if self.conductor.running:
            left += " · running …"
        planned = 60 * sum(i.item.minutes for i in state.items.values())
        spent = self.conductor.active_s()
        grader = state.started.grader.split("@")[0]
        grader = "rubric, offline" if grader == "rubric" else grader
        if state.started.model:
            grader = "rubric, then model"
        if state.paused:
            clock, urgency = f"PAUSED at {minutes(spent)}", "soon"
        elif spent > planned:
            clock, urgency = f"{minutes(spent - planned)} over", "over"
        else:
            clock, urgency = (
                f"{minutes(spent)} of {minutes(planned)}",
                "soon" if spent > SOON * planned else "",
            )
        self.bar.say(left, f"{state.started.mode} · {grader} · {clock}", urgency)


@cache
def _keep_imported() -> None:
    """Let no collection look through what is imported and built by now, which stays: that takes a key's time.
    Once, because whatever is garbage by then stays too."""
    gc.freeze()


def marks(result: RunResult) -> dict[int, str]:
    """Glyphs for the rows (0-based) that a run's error and review name."""
    found = {finding.line - 1: "!" for finding in result.review}
    line = None if result.passed else line_named(result.message)
    return {**found, **({line - 1: "✗"} if line else {})}
