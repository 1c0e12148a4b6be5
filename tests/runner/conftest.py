"""One judge for all tests of the runner, four small exercises, and a way to run a submission."""

from __future__ import annotations

import asyncio
import contextlib
import os
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import traces

from interviewer.core.model import Check, Exercise, Forbidden, Limits
from interviewer.core.running import CheckResult, RunResult
from interviewer.runner.local import LocalRunner

SECRET = "sk-canary-that-nobody-may-see"
HERE = Path(__file__).parent
LIMITS = Limits(load_s=3, call_s=2, total_s=30, memory_mb=256, processes=32, disk_mb=16, output_kb=16)


def _exercise(kind: str, name: str, entry: str, checks: str, signature: str) -> Exercise:
    return Exercise(
        id=name, title=name, kind=kind, entry=entry, statement="", starter="", reference="",
        checks=tuple(Check(c) for c in checks.split()), signature=signature, limits=LIMITS,
        path=str(HERE / "packs" / name),
    )  # fmt: skip


EXERCISES = {
    "softmax": _exercise("function", "softmax", "solve", "values shapes large", "solve(x, w) -> Tensor"),
    "swish": replace(
        _exercise("function", "swish", "solve", "values beta gradients", "solve(x, beta=1.0) -> Tensor"),
        forbid=(Forbidden("torch.nn.functional.silu", "it is what you are asked to write"),),
    ),
    "tracker": _exercise(
        "class", "tracker", "Tracker", "stops best restores", "Tracker(patience, min_delta)"
    ),
    "block": _exercise(
        "module", "block", "Block", "structure outputs gradients statistics repeats", "class Block(nn.Module)"
    ),
    "blobs": _exercise(
        "train", "blobs", "train", "shape accuracy reproducible", "train(train_x, train_y, test_x, seed)"
    ),
}  # fmt: skip


class Bench:
    """A runner and an event loop that outlives single tests."""

    def __init__(self, **options):
        self.loop = asyncio.new_event_loop()
        self.runner = LocalRunner(_python(), **options)

    def run(
        self,
        exercise: str | Exercise,
        source: str,
        on_check: Callable[[CheckResult], None] | None = None,
        **how,
    ) -> RunResult:
        if isinstance(exercise, str):
            exercise = EXERCISES[exercise]
        if isinstance(source, str):
            source = textwrap.dedent(source)
        return self.loop.run_until_complete(self.runner.run(exercise, source, on_check=on_check, **how))

    def close(self) -> None:
        self.loop.run_until_complete(self.runner.close())
        self.loop.close()


def _python() -> Path | None:
    named = os.environ.get("INTERVIEWER_PYTHON")
    return Path(named) if named else None


def reference(name: str) -> str:
    return (HERE / "packs" / name / "reference.py").read_text()


@contextlib.contextmanager
def watched(home: Path, **options) -> Iterator[Bench]:
    """A bench with a home and secrets to protect, whose every trace must be gone at the end."""
    (home / "canary").write_text(SECRET)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "INTERVIEWER_SECRET"):
            patch.setenv(name, SECRET)
        patch.setenv("HOME", str(home))
        traces.adopt_orphans()
        before = traces.look(home)
        bench = Bench(**options)
        yield bench
        judge = bench.runner._judge.process.pid
        bench.close()
        assert traces.look(home) == before
        assert traces.groups_of(judge) == []
        assert (home / "canary").read_text() == SECRET and os.listdir(home) == ["canary"]


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """Layers on, as it ships."""
    bench = Bench()
    yield bench
    bench.close()
