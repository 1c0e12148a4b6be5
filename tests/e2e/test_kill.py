"""kill -9 at random moments, held against what the screen had shown.

The reference is one undisturbed run of the same answers and the same seed: what a killed run has
stored must be a beginning of it, and at least as much of it as was seen. Drafts are held against
what was seen in the box a second before.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from candidate import INTERVIEWER, PlainCandidate, Stored, TerminalCandidate, decide
from support import gone, wait_until
from terminal import Terminal
from test_whole_interview import SEED, essence

from interviewer.core import events as ev
from interviewer.core import interview as iv
from interviewer.core.inert import inert
from interviewer.core.transcript import Teller
from interviewer.plain.session import WHO

pytestmark = pytest.mark.torch
CLOCKED = (ev.Resumed, ev.ClockWarned)  # what time and restarts put into the list
ANSWER_PIECE = 12  # characters typed at a time


class Killed(Exception):
    """The program under the candidate is gone."""


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """An undisturbed run, and how long it took."""
    began = time.monotonic()
    candidate = PlainCandidate(tmp_path_factory.mktemp("reference"), *SEED)
    candidate.sit()
    return candidate.stored.events(), time.monotonic() - began


def same_interview(events, whole) -> None:
    """Every stored event is the reference's, in its order, but for what clocks and restarts add."""
    mine = essence([e for e in events if not isinstance(e.body, CLOCKED)])
    theirs = essence([e for e in whole if not isinstance(e.body, CLOCKED)])
    assert mine == theirs[: len(mine)]


def flat(text: str) -> str:
    """Text as a screen and a file have it in common: letters and digits only."""
    return re.sub(r"\W+", "", text)


def descendants(pid: int) -> set[int]:
    """Every process under ``pid``, by /proc."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, todo = set(), [pid]
    while todo:
        for child in children.get(todo.pop(), []):
            found.add(child)
            todo.append(child)
    return found


# ---------------------------------------------------------------------- through a pipe


def kill_plain(home: Path, after_s: float) -> tuple[str, list[int]]:
    """Sit through pipes, and be killed after so many seconds; what had been printed, and the processes."""
    candidate = PlainCandidate(home, *SEED)
    killer_at, prompts = time.monotonic() + after_s, 1
    with contextlib.suppress(BrokenPipeError):
        while time.monotonic() < killer_at and candidate.process.poll() is None:
            if candidate.waits(prompts) and (state := candidate.stored.waiting()) and not state.ended:
                candidate.act(decide(state))
                prompts += 1
            time.sleep(0.01)
    under = descendants(candidate.process.pid)
    candidate.process.send_signal(signal.SIGKILL)
    candidate.process.wait()
    wait_until(lambda: all(gone(pid) for pid in under), 10)
    candidate.read(0.2)
    return candidate.out, candidate.process.returncode


def printed(events) -> str:
    """What plain mode prints for these events."""
    teller = Teller()
    turns = [turn for event in events for turn in teller.tell(event) if turn.speaker != "candidate"]
    return "".join(inert(f"\n{WHO[turn.speaker]}: {turn.text}") + "\n" for turn in turns)


def killed_in_a_pipe(home: Path, moment: float, reference) -> None:
    whole, takes = reference
    out, _ = kill_plain(home, moment * takes)
    stored = Stored(home).events()
    same_interview(stored, whole)
    # The report comes after the last event, and is a function of the events.
    told = printed(stored)
    assert told.startswith(out) or (out.startswith(told) and isinstance(stored[-1].body, ev.Ended)), out[
        -300:
    ]
    if not stored or isinstance(stored[-1].body, ev.Ended):
        return
    again = subprocess.run(
        [*INTERVIEWER, "start", "--plain", "--resume"],
        input="/quit\n", capture_output=True, text=True, timeout=60,
        env={**os.environ, "INTERVIEWER_HOME": str(home)},
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    after = Stored(home).events()
    assert [e.to_dict() for e in after[: len(stored)]] == [e.to_dict() for e in stored]
    assert any(isinstance(e.body, ev.Resumed) for e in after[len(stored) :])
    shown = flat(again.stdout)
    teller = Teller()
    for turn in (t for e in stored for t in teller.tell(e)):
        assert flat(inert(turn.text)) in shown


# ---------------------------------------------------------------------- in a terminal


class Watched(TerminalCandidate):
    """A candidate who types in pieces, watched by a camera, until the program is killed."""

    def __init__(self, home: Path) -> None:
        self.over = threading.Event()
        self.typed: list[str] = []  # every state of the box in hand, oldest first
        super().__init__(home, *SEED)
        waiting = self.stored.waiting

        def until_killed():
            if self.over.is_set():
                raise Killed
            return waiting()

        self.stored.waiting = until_killed

    def act(self, act) -> None:
        if act.what == "answer":
            pieces = [act.text[i : i + ANSWER_PIECE] for i in range(0, len(act.text), ANSWER_PIECE)]
            for n, piece in enumerate(pieces):
                if self.over.is_set():
                    raise Killed
                self.terminal.type(piece)
                self.typed.append("".join(pieces[: n + 1]))
                time.sleep(0.3)  # so that a fair share of the kills hits a draft
            self.terminal.keys("Enter")
            self.typed.clear()
        else:
            super().act(act)

    def live(self) -> None:
        with contextlib.suppress(Killed, AssertionError, subprocess.CalledProcessError):
            self.sit()


def undisturbed(home: Path) -> float:
    """Seconds that the whole run takes in a terminal, on this machine and in its present mood."""
    candidate, began = Watched(home), time.monotonic()
    try:
        candidate.live()
        assert isinstance(candidate.stored.events()[-1].body, ev.Ended)
        return time.monotonic() - began
    finally:
        candidate.terminal.close()


def box_text(screen: str) -> str:
    """What stands in the answer box of a screen, letters and digits only."""
    inside = re.findall(r"^│(.*)│$", screen, re.MULTILINE)
    return flat("".join(inside))


def killed_in_a_terminal(home: Path, seconds: float, reference) -> str:
    """One kill; what kind of moment it hit."""
    whole, _ = reference
    candidate = Watched(home)
    screens: list[tuple[float, str]] = []
    life = threading.Thread(target=candidate.live, daemon=True)
    try:
        life.start()
        at = time.monotonic() + seconds
        while time.monotonic() < at:
            screens.append((time.monotonic(), candidate.terminal.screen()))
            time.sleep(0.05)
        under = descendants(candidate.terminal.pid)
        screens.append((time.monotonic(), candidate.terminal.screen()))
        with contextlib.suppress(ProcessLookupError):
            candidate.terminal.kill_9()
        killed = time.monotonic()
        candidate.over.set()
        wait_until(lambda: all(gone(pid) for pid in under), 10)
        life.join(20)
    finally:
        candidate.over.set()
        candidate.terminal.close()

    fresh = Stored(home)
    stored = fresh.events()
    same_interview(stored, whole)
    missing = unseen(whole, stored, screens)
    assert not missing, f"shown and not kept: {missing}"
    if isinstance(stored[-1].body, ev.Ended):
        return "after the end"
    draft = draft_kept(fresh, stored, candidate, screens, killed)
    env = {"INTERVIEWER_HOME": str(home), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    again = Terminal([*INTERVIEWER, "start", "--resume"], env=env)
    try:
        wait_until(
            lambda: isinstance(fresh.events()[-1].body, ev.Resumed) or len(fresh.events()) > len(stored) + 1
        )
        shown = again.wait_until_still()
        if draft:
            assert flat(draft)[-40:] in box_text(shown), shown
    finally:
        again.close()
    after = fresh.events()
    assert [e.to_dict() for e in after[: len(stored)]] == [e.to_dict() for e in stored]
    return "with a draft" if draft else "between"


def unseen(whole, stored, screens) -> list[str]:
    """Turns of the reference that a screen showed and the store does not hold."""
    kept = len([e for e in stored if not isinstance(e.body, CLOCKED)])
    later = [e for e in whole if not isinstance(e.body, CLOCKED)][kept:]
    teller = Teller()
    for event in whole:
        if event not in later:
            teller.tell(event)
    before = flat("".join(t.text for e in whole if e not in later for t in Teller().tell(e)))
    fresh = [flat(t.text)[:40] for e in later for t in teller.tell(e) if t.speaker == "interviewer"]
    fresh = [text for text in fresh if len(text) >= 15 and text not in before]
    seen = [flat(screen) for _, screen in screens]
    return [text for text in fresh if any(text in screen for screen in seen)]


def draft_kept(fresh: Stored, stored, candidate: Watched, screens, killed: float) -> str:
    """The draft in the store, which holds what the box showed a second before the kill."""
    asked = next((e.body.question for e in reversed(stored) if isinstance(e.body, ev.Asked)), None)
    if asked is None or not candidate.typed:
        return ""
    kept = fresh.draft(f"answer:{asked.id}")
    whole = flat(candidate.typed[-1])
    boxes = [box_text(screen) for at, screen in screens if at <= killed - 1.0]
    if boxes and boxes[-1] and whole.startswith(boxes[-1]):
        assert flat(kept).startswith(boxes[-1]), (kept, boxes[-1])
    return kept


def moments(count: int, seed: int) -> list[float]:
    rng = random.Random(seed)
    return [round(rng.uniform(0.02, 0.98), 3) for _ in range(count)]


@pytest.mark.parametrize("moment", moments(2, 1))
def test_killed_in_a_pipe(tmp_path, moment, reference):
    killed_in_a_pipe(tmp_path, moment, reference)


@pytest.mark.tmux
@pytest.mark.parametrize("moment", moments(3, 37))
def test_killed_in_a_terminal(tmp_path, moment, reference):
    killed_in_a_terminal(tmp_path, 14 * moment, reference)


@pytest.mark.tmux
def test_code_in_the_editor_is_kept_within_a_second(tmp_path):
    arguments = ("--question", "early-stopping", "--offline")
    candidate = TerminalCandidate(tmp_path, *arguments)
    half = "class EarlyStopping:\n    def __init__(self, patience"
    try:
        while not isinstance(iv.next_move(candidate.stored.waiting()), iv.AwaitCode):
            before = len(candidate.stored.events())
            candidate.terminal.keys("C-n")
            wait_until(lambda n=before: len(candidate.stored.events()) > n and candidate.stored.waiting())
        candidate.terminal.keys("F4")
        candidate.terminal.wait_until_still()
        candidate.terminal.keys("F7")
        candidate.terminal.wait_until_still()
        candidate.terminal.type(half)
        candidate.terminal.wait_for("patience")
        time.sleep(1.0)
        candidate.terminal.kill_9()
        wait_until(lambda: gone(candidate.terminal.pid))
    finally:
        candidate.terminal.close()
    kept = Stored(tmp_path).draft("code:early-stopping")
    assert kept.count("def __init__(self, patience") == 1
    again = Terminal([*INTERVIEWER, "start", "--resume"], env={"INTERVIEWER_HOME": str(tmp_path)})
    try:
        again.wait_for("Hands-on PyTorch")
        again.wait_until_still(1.0)
        again.keys("F4")
        again.wait_for("def __init__(self, patience")
    finally:
        again.close()


@pytest.mark.long
@pytest.mark.parametrize("moment", moments(12, 3))
def test_killed_in_a_pipe_many_times(tmp_path, moment, reference):
    killed_in_a_pipe(tmp_path, moment, reference)


@pytest.mark.long
@pytest.mark.tmux
def test_killed_in_a_terminal_many_times(tmp_path, reference):
    """Thirty kills between the start and the report; some of them must hit a draft."""
    takes = undisturbed(tmp_path / "undisturbed")
    hit = [
        killed_in_a_terminal(tmp_path / str(n), takes * m, reference) for n, m in enumerate(moments(30, 4))
    ]
    assert hit.count("with a draft") >= 5, hit
    assert hit.count("between") >= 5, hit
