"""The app's first paint and idle memory beside a bare Textual app and two published ones, what a key costs in
the editor and in the chat beside Textual's own widget, and how late the loop is while a submission burns both
cores and text streams: ``python -m benchmarks.tui``.

CPU milliseconds, the smallest of several runs: they hold still on a machine that does other things too. How
late the loop is cannot: the load that the machine had besides is told with it.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROWS, COLUMNS = 45, 160
ROUND_S = 60

#: An app reports when it has painted for the first time, and how much memory it has a few seconds later.
REPORT = """
import json, os, time
import textual.app
def figures(app, paint):
    pages = int(open("/proc/self/statm").read().split()[1])
    with open(os.environ["FIGURES"], "w") as file:
        json.dump(dict(paint, idle_mb=pages * os.sysconf("SC_PAGE_SIZE") / 2**20), file)
    app.exit()
def painted(app):
    wall = (time.time() - float(os.environ["BEGAN"])) * 1e3
    app.set_timer(float(os.environ["IDLE"]), lambda: figures(app, paint))
    paint = dict(cpu_ms=time.process_time() * 1e3, wall_ms=wall)
ready = textual.app.App._ready
async def _ready(self):
    await ready(self)
    self.call_after_refresh(painted, self)
textual.app.App._ready = _ready
"""

OURS = f"""{REPORT}
from interviewer.cli import main
main([])
"""

BARE = f"""{REPORT}
from textual.app import App
from textual.widgets import DataTable, Markdown, TextArea
class Bare(App):
    def compose(self):
        yield TextArea("text")
        yield Markdown("# text")
        yield DataTable()
Bare().run()
"""

SOUND = "tree-sitter<0.26"  # what posting asks for otherwise ends it with a signal
#: Two published apps that people like: distribution, and how it is started.
PUBLISHED = {
    "harlequin": "import sys; sys.argv = ['harlequin']; from harlequin.cli import harlequin; harlequin()",
    "posting": "import sys; sys.argv = ['posting']; from posting.__main__ import cli; cli()",
}


def first_paint(runs: int = 5, apps: Path | None = None, *, idle_s: float = 0.0) -> dict:
    """CPU and wall from exec to the first painted screen, and memory ``idle_s`` later: ours, a bare app of
    three widgets, and with ``apps`` (a folder for their environments) two published ones.

    Runs take turns, so that a busy moment of the machine meets all.
    """
    contest = {"interviewer": (sys.executable, OURS), "bare textual app": (sys.executable, BARE)}
    found: dict[str, Any] = {}
    for name, script in (PUBLISHED if apps else {}).items():
        python, why = installed(name, apps)  # type: ignore[arg-type]
        script = f"{REPORT}\n{script}"
        if python and "failed" in in_a_terminal(script, python=str(python)):
            found[name] = f"skipped: {why} ends before it paints here"
        elif python:
            contest[f"{name} {why}"] = (str(python), script)
        else:
            found[name] = f"skipped: {why}"
    rows: dict[str, list[dict]] = {name: [] for name in contest}
    for _ in range(runs):
        for name, (python, script) in contest.items():
            rows[name].append(in_a_terminal(script, python=python, idle_s=idle_s))
    best = {name: {k: round(min(r[k] for r in each), 1) for k in each[0]} for name, each in rows.items()}
    ratio = best["interviewer"]["cpu_ms"] / best["bare textual app"]["cpu_ms"]
    return {**best, **found, "cpu ratio": round(ratio, 2)}


def installed(name: str, apps: Path) -> tuple[Path | None, str]:
    """An interpreter that has the app, in an environment of its own, and its version; else None, and why."""
    folder = apps / name
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
            wanted = [*pip, "install", "--quiet", name, SOUND]
            subprocess.run(wanted, check=True, capture_output=True, timeout=600)
        shown = subprocess.run([*pip, "show", name], check=True, capture_output=True, text=True)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        said = said.decode(errors="replace") if isinstance(said, bytes) else said
        return None, said.strip().splitlines()[-1] if said.strip() else "it could not be installed"
    return python, shown.stdout.split("Version: ")[1].split()[0]


def in_a_terminal(
    script: str, *, python: str = sys.executable, home: Path | None = None, idle_s: float = 0.0
) -> dict:
    """Run a script in a pseudo-terminal; the figures that it left."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    threading.Thread(target=_drain, args=(master,), daemon=True).start()
    with tempfile.TemporaryDirectory() as scratch:
        figures = Path(scratch) / "figures.json"
        environment = {
            **os.environ,
            "INTERVIEWER_HOME": str(home or scratch),
            "HOME": scratch,  # published apps keep their settings there
            "FIGURES": str(figures),
            "IDLE": str(max(idle_s, 0.05)),
            "TERM": "xterm-256color",
            **({"PYTHONPATH": str(ROOT)} if python == sys.executable else {}),
            "BEGAN": str(time.time()),
        }
        environment.pop("NO_COLOR", None)
        process = subprocess.Popen(
            [python, "-c", script], stdin=slave, stdout=slave, stderr=slave, env=environment
        )
        os.close(slave)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return json.loads(figures.read_text()) if figures.exists() else {"failed": process.returncode}


def _drain(master: int) -> None:
    """Read what the terminal shows, as a terminal would, and answer nothing."""
    try:
        while os.read(master, 65536):
            pass
    except OSError:
        pass
    finally:
        os.close(master)


# ---------------------------------------------------------------------------- keys

BLOCK = '''def step{n}(x, weight, bias):
    """One layer: a linear map, then an activation."""
    logits = x @ weight + bias  # (N, D)
    if logits.isnan().any():
        raise ValueError(f"not a number in step {n}")
    return logits.relu()

'''


def code(lines: int) -> str:
    """Python of so many lines."""
    blocks = "".join(BLOCK.replace("{n}", str(n)) for n in range(lines // 7 + 1))
    return "\n".join(blocks.split("\n")[:lines])


def editor_keys(sizes: tuple[int, ...] = (100, 500, 2000), keys: int = 20) -> dict:
    """CPU milliseconds of one key in the middle of so many lines: ours, and Textual's own code editor."""
    from textual.widgets import TextArea

    from interviewer.tui.widgets.code import CodeEditor

    makers = {
        "interviewer": lambda: CodeEditor(id="code"),
        "textual TextArea": lambda: TextArea.code_editor(language="python"),
    }
    return {
        f"{lines} lines": {name: asyncio.run(_editor_key(make, lines, keys)) for name, make in makers.items()}
        for lines in sizes
    }


async def _editor_key(make, lines: int, keys: int) -> float:
    from textual import events
    from textual.app import App

    class Desk(App):
        def compose(self):
            yield make()

    app = Desk()
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        editor = app.query_one("TextArea")
        editor.load_text(code(lines))
        editor.focus()
        editor.move_cursor((lines // 2, 4))
        await pilot.pause()
        return await _per_key(pilot, lambda: editor.post_message(events.Key("x", "x")), keys)


def chat_keys(turns: tuple[int, ...] = (10, 100, 400), keys: int = 20) -> dict:
    """CPU milliseconds of one key in the answer box under so many turns of conversation."""
    return {f"{count} turns": asyncio.run(_chat_key(count, keys)) for count in turns}


async def _chat_key(count: int, keys: int) -> float:
    from textual import events
    from textual.app import App

    from interviewer.core.transcript import Turn
    from interviewer.tui.widgets.answer import AnswerBox
    from interviewer.tui.widgets.conversation import Conversation

    class Desk(App):
        CSS = "AnswerBox { height: 3; }"

        def compose(self):
            yield Conversation()
            yield AnswerBox(id="answer")

    app = Desk()
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        said = "The gradient of the loss with respect to the weights says which way is down. " * 3
        for n in range(count):
            await app.query_one(Conversation).add(Turn(n, ("interviewer", "candidate")[n % 2], said))
        box = app.query_one(AnswerBox)
        box.focus()
        await pilot.pause()
        return await _per_key(pilot, lambda: box.post_message(events.Key("x", "x")), keys)


def loop_lag(rounds: int = 3) -> dict[str, Any]:
    """How late the loop is, of some rounds the one whose submission got most of the processor.

    A call ends after ten seconds, so what is measured is shorter; see ``benchmarks.streaming``.
    """
    from benchmarks import streaming

    streaming.LAG_S = 3.0
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.streaming", "--serve"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    try:
        port = int(server.stdout.readline())  # type: ignore[union-attr]
        found = []
        for _ in range(rounds):
            try:
                found.append(asyncio.run(asyncio.wait_for(streaming.lag(port), ROUND_S)))
            except TimeoutError:
                return {"skipped": f"a round was not over after {ROUND_S} s: this machine is too busy"}
    finally:
        server.communicate()
    return max(found, key=lambda each: each["burning and speaking"]["cores_burnt"])


async def _per_key(pilot, press, keys: int) -> float:
    """CPU milliseconds of one press, up to the repaint; what waiting alone costs is taken off."""

    async def cost(act) -> float:
        best = float("inf")
        for _ in range(keys):
            began = time.process_time()
            act()
            await pilot.pause()
            best = min(best, time.process_time() - began)
        return best * 1e3

    await cost(press)
    idle = await cost(lambda: None)
    return round(max(0.0, await cost(press) - idle), 2)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--apps", type=Path, help="where the published apps are, or are installed")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    apps = chosen.apps or Path(tempfile.mkdtemp())
    figures: dict[str, Any] = {"cores": os.cpu_count()}
    for name, measure in (
        ("first paint", lambda: first_paint(chosen.runs, apps, idle_s=3.0)),
        ("a key in the editor, CPU ms", editor_keys),
        ("a key in the chat, CPU ms", chat_keys),
        ("the loop is late", loop_lag),
    ):
        before = os.getloadavg()[0]
        figures[name] = {**measure(), "load before": round(before, 1)}
        print(name, json.dumps(figures[name], indent=1), flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
