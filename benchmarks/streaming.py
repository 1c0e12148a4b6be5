"""Keys while a model speaks: ``python -m benchmarks.streaming [--json FILE]``.

A server in a process of its own streams 100 tokens a second through the real client into the real app,
whose conversation has 60 turns (and then five times as many); meanwhile keys are pressed in the chat and
in the editor beside it. A figure is the time from the key to the frame that shows it. Then half an hour is
talked through, turn by turn: the processor time of a turn at its beginning and at its end. Then a submission
burns two cores in the real runner while text streams: how late the app's loop comes to what is due.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "tui")]

TOKENS_PER_S = 100
TURNS = (60, 300)
KEYS = 60
LINES, LINE = 200, 24  # lines of code; characters typed in one
TALK_TURNS, TALK_TOKENS = 240, 60  # of half an hour: two people, seven seconds each
TALK_WATCHED = 12  # turns at either end whose time is taken
LIMIT_MS = 50.0


async def serve() -> None:
    """Endless words at the given rate, to whoever asks."""
    from fault_server import HANG, FaultServer, chunk, head

    def script(_: dict) -> list:
        return [
            head(),
            *[step for _ in range(60 * TOKENS_PER_S) for step in (chunk("momentum "), 1 / TOKENS_PER_S)],
            HANG,
        ]

    async with FaultServer() as server:
        server.script = script
        print(server.port, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


class Frames:
    """When the app drew, and what had been typed by then."""

    def __init__(self, app: Any) -> None:
        self._show, self._wanted, self._seen = app._display, None, asyncio.Event()
        self.drawn_at = 0.0
        app._display = self._display

    def _display(self, *what: Any) -> None:
        self._show(*what)
        if self._wanted and self._wanted():
            self.drawn_at, self._wanted = time.perf_counter(), None
            self._seen.set()

    async def first_with(self, wanted: Any) -> float:
        """When the first frame was drawn in which ``wanted()``."""
        self._seen.clear()
        self._wanted = wanted
        await asyncio.wait_for(self._seen.wait(), 10)
        return self.drawn_at


async def press(app: Any, frames: Frames, box: Any, count: int = KEYS) -> list[float]:
    """Milliseconds from each key to the frame that shows it."""
    from textual import events

    each = []
    for number in range(count):
        await asyncio.sleep(0.03 + 0.007 * (number % 11))  # as a person types, not in step with the frames
        before = len(box.text)
        at = time.perf_counter()
        breaks = box.id == "code" and number % LINE == LINE - 1
        key = events.Key("enter", "\r") if breaks else events.Key("x", "x")
        app.post_message(key)
        shown = await frames.first_with(lambda before=before: len(box.text) > before)
        each.append((shown - at) * 1e3)
    return each


async def speak(screen: Any, profile: Any) -> None:
    """A turn through the real client, as the conductor passes it on."""
    from interviewer.conductor import Saying
    from interviewer.llm.client import Client
    from interviewer.tui.messages import Happened

    client, said = Client(profile), ""

    def more(piece: str) -> None:
        nonlocal said
        said = (said + piece)[-600:]
        screen.post_message(Happened(Saying("double", said)))

    try:
        await client.stream([{"role": "user", "content": "speak"}], on_text=more)
    finally:
        await client.close()


async def spoken(screen: Any) -> None:
    """The model is heard: its client has been imported, which takes a second, once."""
    while not screen.query("#saying-now"):
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)


async def measure(port: int) -> dict[str, Any]:
    from support import small_desk
    from tui_driving import CODE, sitting

    from interviewer.compose import SystemClock
    from interviewer.core.transcript import Turn
    from interviewer.llm.profiles import build
    from interviewer.tui.widgets.conversation import Conversation

    profile = build(
        "speaker",
        {"base_url": f"http://127.0.0.1:{port}/v1", "model": "m", "max_chars": 10**9, "total_s": 600.0},
    )
    home, figures = Path(tempfile.mkdtemp()), {}
    async with sitting(
        home, SystemClock(), plan=CODE, size=(160, 45), open_desk=lambda: small_desk(home, SystemClock())
    ) as (pilot, app):
        screen, frames = app.screen, Frames(app)
        talk, shown = screen.query_one(Conversation), 0
        turn = "It keeps a running average of the previous gradients, and so it damps oscillation. " * 4
        for turns in TURNS:
            await talk.add(*(Turn(n, ("interviewer", "candidate")[n % 2], turn) for n in range(shown, turns)))
            shown = turns
            await pilot.pause()
            quiet = await press(app, frames, screen.answer)
            speaking = asyncio.create_task(speak(screen, profile))
            await spoken(screen)
            figures[f"chat, {turns} turns"] = {
                "quiet": summary(quiet),
                "speaking": summary(await press(app, frames, screen.answer)),
            }
            speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)
        await screen.conductor.skip()
        await pilot.pause()
        code = screen.code
        code.load_text(
            "\n".join(f"def f{n}(x):\n    return x * {n} + sum(range({n}))" for n in range(LINES // 2))
        )
        screen.action_pane("talk")
        code.focus()
        await pilot.pause()
        quiet = await press(app, frames, code)
        speaking = asyncio.create_task(speak(screen, profile))
        await spoken(screen)
        figures[f"editor, {LINES} lines"] = {
            "quiet": summary(quiet),
            "speaking": summary(await press(app, frames, code)),
        }
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
        await talk.clear()
        figures["half an hour"] = await half_an_hour(pilot, talk, turn)
    return figures


async def half_an_hour(pilot: Any, talk: Any, turn: str) -> dict[str, float]:
    """Processor milliseconds of a spoken turn and its answer, at the two ends of a talk."""
    from interviewer.core.transcript import Turn

    each: dict[int, float] = {}
    for number in range(TALK_TURNS // 2):
        began, said = time.process_time(), "momentum " * TALK_TOKENS
        watched = min(number, TALK_TURNS // 2 - 1 - number) < TALK_WATCHED
        for token in range(TALK_TOKENS if watched else 0):
            talk.say(said[: 9 * token])
            await asyncio.sleep(0.25 / TOKENS_PER_S)  # hurried: it is not the clock that is read
        await talk.add(Turn(number, "interviewer", said), Turn(number, "candidate", turn))
        await pilot.pause()
        if watched and number:  # the first of all warms up
            each[number] = (time.process_time() - began) * 1e3
    at = {
        "first_ms": [ms for n, ms in each.items() if n < TALK_WATCHED],
        "last_ms": [ms for n, ms in each.items() if n >= TALK_WATCHED],
    }
    return {name: round(sorted(some)[len(some) // 2], 1) for name, some in at.items()}


#: Never ends by itself, on two threads that hold no lock while they work.
BURNS = """
import threading
import torch

def burn():
    a = torch.rand(600, 600)
    while True:
        a = (a @ a).clamp(0, 1)

def fit(x, y, lr, steps):
    threading.Thread(target=burn, daemon=True).start()
    burn()
"""
LAG_S = 6.0


async def lag(port: int) -> dict[str, Any]:
    """How late the loop is, with nothing to do, and while a submission burns two cores and text streams."""
    from tui_driving import sitting, until, waits

    from interviewer.compose import SystemClock, open_desk
    from interviewer.core.model import Plan, PlanStage
    from interviewer.llm.profiles import build

    profile = build("speaker", {"base_url": f"http://127.0.0.1:{port}/v1", "model": "m", "max_chars": 10**9})
    plan = Plan("code", "code", 10, (PlanStage("coding", only=("logistic-regression",)),))
    home = Path(tempfile.mkdtemp())
    os.environ["INTERVIEWER_HOME"] = str(home)
    async with sitting(home, SystemClock(), plan=plan, size=(160, 45), open_desk=open_desk) as (pilot, app):
        screen = app.screen
        await screen.conductor.skip()
        await until(pilot, lambda: waits(app))
        screen.action_pane("talk")  # out of sight nothing is drawn
        await asyncio.sleep(2)
        quiet = await lateness(LAG_S)
        speaking = asyncio.create_task(speak(screen, profile))
        await spoken(screen)
        screen.code.load_text(BURNS)
        screen.action_run()
        began = cpu_of_children()
        while cpu_of_children() - began < 1.0:  # it is warm, and burns; a call ends after ten seconds
            await asyncio.sleep(0.05)
        began = cpu_of_children()
        busy = await lateness(LAG_S)
        burnt = (cpu_of_children() - began) / LAG_S
        screen.conductor.cancel_run()
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
    return {"quiet": quiet, "burning and speaking": {**busy, "cores_burnt": round(burnt, 2)}}


async def lateness(seconds: float, every: float = 0.01) -> dict[str, float]:
    """Milliseconds by which a sleep is overslept, over and over."""
    late, end = [], time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        await asyncio.sleep(every)
        late.append((time.perf_counter() - began - every) * 1e3)
    late.sort()
    at = {name: late[int(share * len(late))] for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99))}
    return {name: round(value, 1) for name, value in {**at, "max_ms": late[-1]}.items()}


def cpu_of_children() -> float:
    """CPU seconds of every process that descends from this one, so far."""
    rows = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        rows[int(stat.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    ours, grown = {os.getpid()}, True
    while grown:
        more = {pid for pid, (parent, _) in rows.items() if parent in ours} - ours
        ours |= more
        grown = bool(more)
    return sum(rows[pid][1] for pid in ours - {os.getpid()} if pid in rows) / os.sysconf("SC_CLK_TCK")


def summary(each: list[float]) -> dict[str, float]:
    each = sorted(each)
    return {
        "median_ms": round(each[len(each) // 2], 1),
        "p95_ms": round(each[int(0.95 * len(each))], 1),
        "max_ms": round(each[-1], 1),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    options.add_argument("--lag", action="store_true", help="only how late the loop is")
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        asyncio.run(serve())
        return
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.streaming", "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    before = os.getloadavg()[0]
    try:
        port = int(server.stdout.readline())  # type: ignore[union-attr]
        figures = asyncio.run(measure(port)) if not chosen.lag else {}
        late = asyncio.run(lag(port))
    finally:
        server.communicate()
    talk = figures.pop("half an hour", {})
    for name, pair in figures.items():
        for when, row in pair.items():
            print(f"{name:<18} {when:<9} " + "  ".join(f"{k} {v:>6}" for k, v in row.items()))
    if talk:
        told = "  ".join(f"{k} {v:>6}" for k, v in talk.items())
        print(f"processor time of a turn in half an hour  {told}")
    for when, row in late.items():
        print(f"{'the loop is late':<18} {when:<20} " + "  ".join(f"{k} {v:>6}" for k, v in row.items()))
    if chosen.json:
        load = {"before": before, "after": os.getloadavg()[0], "cores": os.cpu_count(), "nice": os.nice(0)}
        told = {"load": load, **figures, "half an hour": talk, "loop": late}
        chosen.json.write_text(json.dumps(told, indent=1) + "\n")
    if not figures:
        return
    worst = max(pair["speaking"]["p95_ms"] for pair in figures.values())
    print(f"worst p95 while speaking: {worst} ms, limit {LIMIT_MS:.0f} ms")


if __name__ == "__main__":
    main()
