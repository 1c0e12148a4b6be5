"""A scripted candidate: decides what to do from the stored state alone, so that every client sits the same."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from support import wait_until
from terminal import Terminal

from interviewer.core import events as ev
from interviewer.core import interview as iv
from interviewer.core.interview import State, fold
from interviewer.store import Store

INTERVIEWER = [sys.executable, "-m", "interviewer"]


@dataclass(frozen=True)
class Act:
    """One thing a candidate does: ``answer`` or ``code`` with text, or a command."""

    what: str
    text: str = ""


def decide(state: State) -> Act:
    """Conceptual answers, a probe answered, a hint, a skip, code that fails and then passes."""
    match iv.next_move(state):
        case iv.AwaitCode(item=item):
            entry = state.items[item]
            if len(entry.attempts) == 2:
                return Act("done")
            # not the starter itself: whoever types it in could not see that it has arrived
            unready = f"# a first try\n{entry.exercise.starter}"
            return Act("code", entry.exercise.reference if entry.attempts else unready)
        case iv.AwaitAnswer(item=item, question=question):
            entry = state.items[item]
            part = entry.part(question)
            first = next(iter(state.items)) == item
            if part.part == "approach":
                return Act(
                    "answer", "I keep the best value seen so far, and count how long it has not got better."
                )
            if part.part == "follow_up":
                return Act("skip")
            if part.answers:
                return (
                    Act("answer", "I am not sure about that part.")
                    if first and len(part.probes) == 1
                    else Act("skip")
                )
            if not first and not part.hints:
                return Act("hint")
            return Act("answer", part.question.model_answer.strip().split(". ")[0].replace("\n", " ") + ".")
    return Act("wait")


class Stored:
    """What the interview on this home amounts to, read as another process reads it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def events(self) -> list[ev.Event]:
        if not (self.home / "sessions" / "interviewer.db").exists():
            return []
        store = Store(self.home)
        try:
            rows = store.sessions()
            return store.events(rows[0].id) if rows else []
        finally:
            store.close()

    def draft(self, box: str) -> str:
        store = Store(self.home)
        try:
            drafts = store.drafts(store.sessions()[0].id)
            return drafts[box].text if box in drafts else ""
        finally:
            store.close()

    def waiting(self) -> State | None:
        """The state, once the interview waits for the candidate (or has ended)."""
        state = fold(self.events())
        ready = isinstance(iv.next_move(state), iv.AwaitAnswer | iv.AwaitCode) or state.ended
        return state if ready else None


class PlainCandidate:
    """Sits through pipes."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.stored = Stored(home)
        environment = {**os.environ, "INTERVIEWER_HOME": str(home)}
        self.process = subprocess.Popen(
            [*INTERVIEWER, "start", "--plain", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
        )  # fmt: skip
        self.said = {self.process.stdout: b"", self.process.stderr: b""}
        self._selector = selectors.DefaultSelector()
        for stream in self.said:
            os.set_blocking(stream.fileno(), False)
            self._selector.register(stream, selectors.EVENT_READ)

    @property
    def out(self) -> str:
        return self.said[self.process.stdout].decode()

    @property
    def err(self) -> str:
        return self.said[self.process.stderr].decode()

    def read(self, seconds: float = 0.0) -> None:
        """Take in what has been printed."""
        end = time.monotonic() + seconds
        while True:
            for key, _ in self._selector.select(max(0.0, min(0.05, end - time.monotonic()))):
                data = os.read(key.fd, 65536)
                if not data:
                    self._selector.unregister(key.fileobj)
                self.said[key.fileobj] += data
            if time.monotonic() >= end:
                return

    def waits(self, times: int) -> bool:
        """Whether the prompt has come at least so many times, or the program has ended."""
        self.read()
        return self.err.count("answer>") + self.err.count("code>") >= times or self.process.poll() is not None

    def act(self, act: Act) -> None:
        lines = {
            "answer": f"{act.text}\n\n",
            "code": f"/code\n{act.text}/submit\n",
        }.get(act.what, f"/{act.what}\n")
        self.process.stdin.write(lines.encode())
        self.process.stdin.flush()

    def sit(self) -> None:
        """To the end."""
        prompts = 1
        while True:
            wait_until(lambda n=prompts: self.waits(n), 60)
            state = self.stored.waiting()
            if state is None or state.ended:
                break
            self.act(decide(state))
            prompts += 1
        self.process.stdin.close()
        wait_until(lambda: self.read() or self.process.poll() is not None, 30)
        self.read(0.2)


class TerminalCandidate:
    """Sits in a real terminal, by keyboard alone."""

    KEYS: ClassVar = {"hint": "F8", "skip": "C-n", "done": "F9"}

    def __init__(self, home: Path, *arguments: str, columns: int = 80, rows: int = 24) -> None:
        self.stored = Stored(home)
        self.terminal = Terminal(
            [*INTERVIEWER, "start", *arguments],
            columns=columns,
            rows=rows,
            env={"INTERVIEWER_HOME": str(home), "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
        )
        wait_until(self.stored.waiting, 60)
        self.terminal.wait_until_still()

    def act(self, act: Act) -> None:
        terminal = self.terminal
        if act.what == "answer":
            terminal.type(act.text)
            terminal.keys("Enter")
        elif act.what == "code":
            self._replace_code(act.text)
            terminal.keys("F5")
        else:
            terminal.keys(self.KEYS[act.what])

    def _replace_code(self, code: str) -> None:
        """Select all, paste, and see the draft that was kept; once more where the machine was too busy."""
        self.terminal.keys("F4")
        for _ in range(4):
            self.terminal.wait_until_still()
            self.terminal.keys("F7")  # select all
            self.terminal.wait_until_still()
            self.terminal.paste(code)
            self.terminal.wait_until_still()
            item = self.stored.waiting().current
            with contextlib.suppress(AssertionError):
                wait_until(lambda item=item: self.stored.draft(f"code:{item}") == code, 3)
                return
        raise AssertionError(f"the editor does not hold what was pasted:\n{self.terminal.screen()}")

    def step(self) -> State:
        """Do one thing, and wait until it is durable and answered; the state then."""
        state = wait_until(self.stored.waiting, 60)
        if state.ended:
            return state
        self.act(decide(state))
        after = wait_until(lambda: (s := self.stored.waiting()) and s.last_seq > state.last_seq and s, 90)
        self.terminal.wait_until_still()
        return after

    def sit(self) -> None:
        while not self.step().ended:
            pass
