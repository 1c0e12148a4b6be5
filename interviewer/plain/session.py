"""One interview in plain mode: a client of the conductor that knows only lines."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import IO

from interviewer.conductor import Conductor, Desk, Notice, Progress, Saying, answer_box, code_box
from interviewer.core import events as ev
from interviewer.core import interview as iv
from interviewer.core.inert import inert
from interviewer.core.model import STAGE_TITLES
from interviewer.core.ports import StoreError
from interviewer.core.report import report, report_markdown
from interviewer.core.transcript import Teller, Turn
from interviewer.core.wording import minutes
from interviewer.plain.lines import LineReader

HOW_TO = """\
An answer may have many lines; an empty line submits it.
/hint  /skip  /repeat  /pause  /time  /end (early, with a report)  /quit (to go on later)  /help
/clarify WHAT asks what is meant, where a model leads the conversation.
For code: /starter shows the starter, /run FILE submits a file, /code begins typing (a line /submit ends it),
/done goes on, /reference shows the reference after a pass."""

WHO = {"interviewer": "Interviewer", "candidate": "You", "grade": "Grade", "note": "—"}


class Plain:
    """Reads answers and commands from ``lines``; the interview goes to ``out``, narration to ``err``."""

    def __init__(self, desk: Desk, lines: LineReader, out: IO[str], err: IO[str]) -> None:
        self._desk, self._lines, self._out, self._err = desk, lines, out, err
        self._teller = Teller()
        self._echo = False  # the candidate's own words are on their screen already
        self._answer: list[str] = []
        self._code: list[str] | None = None  # lines of code being typed

    async def start(self, plan, **how) -> bool:
        """Begin an interview; True when it ended, False when it can be taken up again."""
        conductor = self._desk.conductor(self._desk.new_session(), self.on_event)
        self._tell(f"Session {conductor.session}. {HOW_TO}")
        return await self._sit(conductor, conductor.start(plan, **how))

    async def take_up(self, session: str) -> bool:
        """Go on with a stored interview."""
        conductor = self._desk.conductor(session, self.on_event)
        for event in await asyncio.to_thread(self._desk.store.events, session):
            self._echo = True
            self.on_event(event)
        self._echo = False
        self._tell(f"Session {session}. {HOW_TO}")
        drafts = await conductor.take_up()
        return await self._sit(conductor, self._show_drafts(conductor, drafts))

    async def _sit(self, conductor: Conductor, begin) -> bool:
        try:
            self._on_interrupt(conductor)
            await begin
            self._prompt(conductor)
            while not conductor.state.ended:
                line = await self._lines.next()
                if line is None or line.strip() == "/quit":
                    break
                try:
                    await self._line(conductor, line)
                except StoreError as error:
                    self._tell(f"{error}\nWhat you typed is still here; an empty line submits it again.")
        finally:
            await conductor.close()
        if conductor.state.ended:
            self._out.write("\n" + inert(report_markdown(report(conductor.events))))
            self._out.flush()
            return True
        self._tell(
            f"Kept. Go on with: interviewer start --plain --resume {conductor.session}"
            + (" (your draft is kept too)" if self._answer or self._code else "")
        )
        return False

    def _on_interrupt(self, conductor: Conductor) -> None:
        """Ctrl-C stops a run, or the wait for the model; else it leaves, with everything kept."""

        def interrupted() -> None:
            if conductor.running:
                conductor.cancel_run()
            elif conductor.replying:
                conductor.cancel_reply()
            else:
                self._lines.stop()

        with contextlib.suppress(
            NotImplementedError, ValueError, RuntimeError
        ):  # not on this system or thread
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupted)

    # ------------------------------------------------------------------ input

    async def _line(self, conductor: Conductor, line: str) -> None:
        if self._code is not None:
            await self._code_line(conductor, line)
        elif line.startswith("/") and not self._answer:
            await self._command(conductor, line)
        elif line.strip():
            self._answer.append(line)
            move = conductor.move()
            if isinstance(move, iv.AwaitAnswer):
                conductor.draft_changed(answer_box(move.question), "\n".join(self._answer))
        elif self._answer:
            await self._submit_answer(conductor)

    async def _submit_answer(self, conductor: Conductor) -> None:
        if isinstance(conductor.move(), iv.AwaitCode):
            self._answer.clear()
            self._tell("Code is expected here: /run FILE, or /code to type it; /done goes on, /skip passes.")
            return
        await conductor.answer("\n".join(self._answer))
        self._answer.clear()
        self._prompt(conductor)

    async def _code_line(self, conductor: Conductor, line: str) -> None:
        assert self._code is not None
        if line.strip() == "/submit":
            source = "\n".join(self._code) + "\n"
            await conductor.submit(source)
            self._code = None
            self._prompt(conductor)
            return
        self._code.append(line)
        if conductor.state.current:
            conductor.draft_changed(code_box(conductor.state.current), "\n".join(self._code) + "\n")

    async def _command(self, conductor: Conductor, line: str) -> None:
        word, _, rest = line[1:].strip().partition(" ")
        commands = {
            "hint": conductor.hint,
            "skip": conductor.skip,
            "repeat": conductor.repeat,
            "pause": conductor.pause,
            "resume": conductor.resume,
            "end": conductor.end,
            "done": conductor.finish_code,
        }
        if word in commands:
            await commands[word]()
        elif word == "clarify":
            await conductor.clarify(rest.strip())
        elif word == "run":
            await self._run_file(conductor, rest.strip())
        elif word == "code":
            self._begin_code(conductor)
            return
        elif word in ("starter", "reference"):
            self._show_code(conductor, word)
        elif word == "time":
            self._tell(self._where(conductor))
        elif word == "help":
            self._tell(HOW_TO)
        else:
            self._tell(f"/{word} is not a command here. {HOW_TO}")
        self._prompt(conductor)

    async def _run_file(self, conductor: Conductor, name: str) -> None:
        if not name:
            self._tell("Name the file: /run solution.py")
            return
        try:
            source = await asyncio.to_thread(Path(name).expanduser().read_bytes)
        except OSError as error:
            self._tell(f"Cannot read {name} ({error.strerror}); check the path, and try again.")
            return
        try:
            await conductor.submit(source.decode())
        except UnicodeDecodeError as error:
            self._tell(f"{name} is not UTF-8 text (byte {error.start}); save it as UTF-8, and run it again.")

    def _begin_code(self, conductor: Conductor) -> None:
        if isinstance(conductor.move(), iv.AwaitCode):
            self._code = []
            self._tell("Type or paste the code; a line /submit ends it.")
        else:
            self._tell("There is no exercise waiting for code now.")

    def _show_code(self, conductor: Conductor, which: str) -> None:
        entry = conductor.state.item
        exercise = entry.exercise if entry else None
        if exercise is None:
            self._tell("There is no exercise in hand.")
        elif which == "starter":
            self._write(exercise.starter)
        elif entry and entry.last_result and entry.last_result.passed:
            self._write(exercise.reference)
        else:
            self._tell("The reference is shown after a pass, and in the report.")

    async def _show_drafts(self, conductor: Conductor, drafts: dict[str, ev.Draft]) -> None:
        move = conductor.move()
        box = answer_box(move.question) if isinstance(move, iv.AwaitAnswer) else ""
        if box in drafts and drafts[box].text.strip():
            self._answer = drafts[box].text.split("\n")
            self._tell("Your draft, kept; go on typing, or submit it with an empty line:")
            self._write(drafts[box].text)
        elif isinstance(move, iv.AwaitCode) and (draft := drafts.get(code_box(move.item))):
            self._code = draft.text.rstrip("\n").split("\n")
            self._tell("Your code, kept; go on typing, or submit it with a line /submit:")
            self._write(draft.text)

    # ------------------------------------------------------------------ output

    def on_event(self, event: ev.Event | Notice | Progress | Saying) -> None:
        """The conductor's listener."""
        if isinstance(event, Notice):
            self._tell(event.text)
        elif isinstance(event, Progress):
            self._tell("running…" if event.check is None else f"  {event.check.status}: {event.check.id}")
        elif isinstance(event, ev.Event):  # a turn still being said is not shown: lines are whole here
            for turn in self._teller.tell(event):
                if turn.speaker != "candidate" or self._echo:
                    self._show(turn)

    def _show(self, turn: Turn) -> None:
        self._write(f"\n{WHO[turn.speaker]}: {turn.text}")

    def _prompt(self, conductor: Conductor) -> None:
        if not conductor.state.ended:
            self._tell(self._where(conductor))

    def _where(self, conductor: Conductor) -> str:
        state = conductor.state
        stage = STAGE_TITLES.get(state.stage or "", "")
        waits = "code" if isinstance(conductor.move(), iv.AwaitCode) else "answer"
        waits = "paused; any command goes on" if state.paused else waits
        number = min(state.done + 1, len(state.items))
        return f"[{number}/{len(state.items)} {stage} {minutes(conductor.active_s())}] {waits}>"

    def _write(self, text: str) -> None:
        self._out.write(inert(text) + "\n")
        self._out.flush()

    def _tell(self, text: str) -> None:
        self._err.write(inert(text) + "\n")
        self._err.flush()
