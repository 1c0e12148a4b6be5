"""The arrows of the design, and the laziness of start-up."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_import_contracts_hold():
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_torch_is_imported_only_in_the_runners_own_processes():
    outside = [
        path
        for path in (ROOT / "interviewer").rglob("*.py")
        if "runner" not in path.parts and "import torch" in path.read_text()
    ]
    assert outside == []


HOME_SCREEN = """
import asyncio, sys, threading
from interviewer.commands.start import open_app
from interviewer.tui.app import InterviewerApp

HEAVY = "torch openai aiohttp yaml jsonschema sqlite3 sqlite_utils markdown_it pygments tree_sitter".split()
OURS = ["interviewer." + name for name in ("conductor", "store", "packs", "grading", "runner", "llm")]

def never_opens():
    threading.Event().wait(1)
    raise RuntimeError("not in this test")

async def main():
    app = InterviewerApp(never_opens)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.screen.query_one("#about").region.area
        print([name for name in HEAVY + OURS if name in sys.modules])

asyncio.run(main())
"""


def test_the_home_screen_paints_without_what_only_an_interview_needs():
    """Until the first paint nothing heavy is imported; the desk is opened after it, in a thread."""
    done = subprocess.run([sys.executable, "-c", HOME_SCREEN], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
