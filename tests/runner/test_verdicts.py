"""Every verdict of DESIGN's table, each with a sentence a candidate can act on."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import EXERCISES, Bench, reference

from interviewer.core.running import VERDICTS
from interviewer.runner.local import LocalRunner

pytestmark = pytest.mark.torch

RIGHT = reference("softmax")
SOLVE = "import os, sys, time, torch\ndef solve(x, w):\n    {}\n    return torch.softmax(x @ w, -1)\n"


def solve(*lines: str) -> str:
    return SOLVE.format("\n    ".join(lines))


#: source -> (verdict, words the message must hold)
CASES = {
    "wrong": ("def solve(x, w): return (x @ w).sigmoid()", "WRONG_ANSWER", "elements differ"),
    "none": ("def solve(x, w): x @ w", "INVALID_OUTPUT", "forget `return`"),
    "list": ("def solve(x, w): return (x @ w).softmax(-1).tolist()", "INVALID_OUTPUT", "a list; a tensor"),
    "shape": ("def solve(x, w): return (x @ w).softmax(-1).T", "INVALID_OUTPUT", "shape (5, 4); (4, 5)"),
    "dtype": ("def solve(x, w): return (x @ w).softmax(-1).double()", "INVALID_OUTPUT", "float64; float32"),
    "mutated": (solve("x.mul_(1.0 + 1e-6)"), "INPUT_MUTATED", "x was changed in place"),
    "raises": (solve("raise ValueError('no idea')"), "RUNTIME_ERROR", "Line 3: ValueError: no idea"),
    "signature": ("def solve(x): return x", "RUNTIME_ERROR", "It is called as solve(x, w)"),
    "syntax": ("import torch\ndef solve(x, w:\n    return x", "LOAD_ERROR", "Line 2: SyntaxError"),
    "import": ("import torch\nimport nowhere_to_be_found", "LOAD_ERROR", "Line 2: ModuleNotFoundError"),
    "missing": ("def softmax(x, w): return x", "MISSING_FUNCTION", "it defines softmax"),
    "constant": ("solve = 3", "MISSING_FUNCTION", "solve is there, but of type int"),
    "bidi": ("x = 1  # \u202e\ndef solve(x, w): ...", "REJECTED", "Line 1 holds an invisible"),
    "nul": ("def solve(x, w):\n    return '\0'", "REJECTED", "Line 2 holds a NUL"),
    "huge": ("#" * (1 << 20) + "\n" + RIGHT, "REJECTED", "larger than 1 MB"),
    "surrogate": ("x = '\udcff'\n" + RIGHT, "REJECTED", "not UTF-8"),
    "loop": (solve("while True: pass"), "TIMEOUT", "solve() took longer than 2 s"),
    "load-loop": ("while True: pass", "TIMEOUT", "import of your file took longer than 3 s"),
    "memory": (solve("a = [bytearray(b'x') * (1 << 24) for _ in range(99)]"), "MEMORY_LIMIT", "256 MB"),
    "one-alloc": (solve("a = torch.empty(1 << 40)"), "MEMORY_LIMIT", "Line 3"),
    "fork": (solve("[os.fork() or time.sleep(9) for _ in range(99)]"), "PROCESS_LIMIT", "more than 32"),
    "flood": (solve("while True: print('x' * 1000)"), "OUTPUT_LIMIT", "more than 160 KB"),
    "disk": (solve("open('f', 'wb').write(b'x' * (64 << 20))"), "DISK_LIMIT", "Line 3: OSError"),
    "exit": (solve("sys.exit(0)"), "EXITED", "Line 3"),
    "hard-exit": (solve("os._exit(0)"), "EXITED", "ended itself with status 0"),
    "abort": (solve("os.abort()"), "CRASHED", "SIGABRT"),
    "forged": (solve("os.write(3, b'\\0\\0\\0\\2{}' * 2)", "time.sleep(1)"), "PROTOCOL_ERROR", "was sent"),
    "closed": (solve("os.close(3)", "time.sleep(9)"), "PROTOCOL_ERROR", "closed"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(bench, name):
    source, verdict, words = CASES[name]
    result = bench.run("softmax", source)
    assert result.verdict == verdict, result
    assert words in result.message, result.message
    assert "\n" not in result.message
    assert verdict in VERDICTS
    # Whatever it did, the next submission is judged as if nothing had been.
    assert bench.run("softmax", RIGHT).verdict == "PASS"


def test_a_forbidden_shortcut_is_named_with_its_line(bench):
    for source, line in (
        ("import torch.nn.functional as F\ndef solve(x, beta=1.0):\n    return F.silu(x)", 3),
        ("from torch.nn.functional import silu as s\ndef solve(x, beta=1.0): return s(x)", 1),
        ("import torch\nf = getattr(torch.nn.functional, 'silu')\ndef solve(x, beta=1.0): return f(x)", 2),
        ("import torch\nF = torch.nn\ndef solve(x, beta=1.0): return F.functional.silu(x)", 3),
    ):
        result = bench.run("swish", source)
        assert result.verdict == "FORBIDDEN"
        assert result.message.startswith(f"Line {line} uses torch.nn.functional.silu"), result.message
        assert "what you are asked to write" in result.message


def test_a_class_that_cannot_be_built_is_a_runtime_error(bench):
    result = bench.run("tracker", "class Tracker:\n    def __init__(self): ...")
    assert result.verdict == "RUNTIME_ERROR" and "Tracker(patience, min_delta)" in result.message


def test_cancelling_stops_at_once_and_leaves_nothing(bench):
    async def cancelled() -> float:
        task = asyncio.create_task(bench.runner.run(EXERCISES["softmax"], solve("time.sleep(60)")))
        await asyncio.sleep(0.5)
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - started

    bench.run("softmax", RIGHT)
    assert bench.loop.run_until_complete(cancelled()) < 1.0
    assert bench.run("softmax", RIGHT).verdict == "PASS"


def test_a_lost_warm_parent_is_said_and_made_anew(bench):
    bench.run("softmax", RIGHT)
    judge = bench.runner._judge.process.pid
    [warm] = [int(p) for p in Path(f"/proc/{judge}/task/{judge}/children").read_text().split()]

    async def kill_it():
        await asyncio.sleep(0.7)
        os.kill(warm, signal.SIGKILL)

    async def both():
        killing = asyncio.create_task(kill_it())
        result = await bench.runner.run(EXERCISES["softmax"], solve("time.sleep(1.5)"))
        await killing
        return result

    assert bench.loop.run_until_complete(both()).verdict == "RUNNER_RESTARTED"
    assert bench.run("softmax", RIGHT).verdict == "PASS"


def test_a_lost_judge_is_said_and_made_anew(bench):
    bench.run("softmax", RIGHT)
    os.kill(bench.runner._judge.process.pid, signal.SIGKILL)
    result = bench.run("softmax", RIGHT)
    assert result.verdict == "RUNNER_RESTARTED" and "run again" in result.message
    assert bench.run("softmax", RIGHT).verdict == "PASS"


def test_a_broken_pack_is_not_the_candidates_fault(bench, tmp_path):
    (tmp_path / "reference.py").write_text(RIGHT)
    for cases, words in (
        ("def cases(ctx): return 1 / 0", "cases.py:1: raised ZeroDivisionError"),
        ("def cases(ctx): return []", "no case decides values"),
        ("nothing = 1", "defines no cases"),
        (
            "from interviewer.runner.cases import Case\n"
            "def cases(ctx): return [Case(c, ('text', 2)) for c in ('values', 'shapes', 'large')]",
            "the reference raised",
        ),
    ):
        (tmp_path / "cases.py").write_text(cases)
        result = bench.run(replace(EXERCISES["softmax"], path=str(tmp_path)), RIGHT)
        assert result.verdict == "UNAVAILABLE" and words in result.message, result.message
        assert result.share(EXERCISES["softmax"].checks) is None


@pytest.mark.parametrize(
    ("python", "words"), [("/nowhere/python", "not a working Python"), ("/bin/false", "not a working Python")]
)
def test_an_interpreter_that_cannot_run_exercises_is_said_in_one_line(python, words):
    runner = LocalRunner(Path(python))
    assert words in runner.unavailable() and "--python" in runner.unavailable()
    result = asyncio.run(runner.run(EXERCISES["softmax"], RIGHT))
    assert result.verdict == "UNAVAILABLE" and words in result.message


def test_without_any_layer_it_refuses_unless_told_otherwise(tmp_path):
    from interviewer.runner.sandbox.layers import NAMES

    bench = Bench(off=NAMES, home=tmp_path)
    try:
        result = bench.run("softmax", RIGHT)
        assert result.verdict == "UNAVAILABLE" and "--unsandboxed" in result.message
        bench.runner.allow_unsandboxed()
        bench.loop.run_until_complete(bench.runner.close())
        result = bench.run("softmax", RIGHT)
        assert result.verdict == "PASS" and result.sandbox["files"] is False
        assert LocalRunner(home=tmp_path).unsandboxed and not LocalRunner(home=tmp_path / "x").unsandboxed
    finally:
        bench.close()


def test_output_is_kept_bounded_and_inert(bench):
    result = bench.run(
        "softmax", solve(r"print('\x1b[31mred\x1b]0;title\x07 \x00 [bold]kept[/]')", "print('x' * 2000)")
    )
    assert result.verdict == "PASS"
    assert result.output.startswith("red  [bold]kept[/]\n")
    assert "\x1b" not in result.output and "\x00" not in result.output
    assert len(result.output) < (EXERCISES["softmax"].limits.output_kb << 10) + 100
    assert "KB more were printed" in result.output
