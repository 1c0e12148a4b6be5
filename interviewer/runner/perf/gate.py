"""Timed calls: each through the whole protocol (session.Session.ask), fresh inputs, every element checked.

The judge's own clock around the gated call is what counts. What the gate costs by itself is measured by
null calls, which move the same bytes, compute nothing, and keep the worker busy for as long, because a
judge that has slept for longer wakes up later. They go to the reference's process: the candidate's could
make them slow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from interviewer.runner import kinds
from interviewer.runner.cases import Case, Context
from interviewer.runner.compare import Expected, match
from interviewer.runner.perf.devices import Cpu, Cuda
from interviewer.runner.session import BrokenPack, Session

NULL_BUSY_S = 0.02  # who has slept for this long sleeps no deeper


@dataclass
class Task:
    """Inputs of one timed call and what is right for them."""

    args: list[Any]
    expected: Expected
    outputs: list[list]  # [shape, dtype] of each, as the null call returns them
    bytes: int  # room for the outputs


def make_task(
    inputs: Callable[[Any], Sequence[Any]], context: Context, entry: str, device: Cpu | Cuda
) -> Task:
    """Fresh inputs; the reference runs on the judge's own device, in three precisions as ever."""
    try:
        args = list(inputs(context.rng))
    except Exception as error:
        raise BrokenPack(f"the inputs of performance() raised {type(error).__name__}: {error}") from error
    reference = getattr(context.reference, entry)

    def evaluate(prepare: Callable[[Any], Any]) -> Any:
        there = kinds.each_tensor(prepare(args), device.put)
        return kinds.each_tensor(reference(*there), lambda t: t.detach().cpu())

    expected = kinds.expected_of(evaluate, True, None, context)
    outputs: list[list] = []

    def note(tensor: Any) -> Any:
        outputs.append([list(tensor.shape), str(tensor.dtype).removeprefix("torch.")])
        return tensor

    kinds.each_tensor(expected.single, note)
    return Task(args, expected, outputs, kinds.room_for(expected.single))


@dataclass(frozen=True)
class Call:
    """One timed call, its answer still to be checked."""

    task: Task
    value: Any
    seconds: float  # by the judge's clock
    on_device: float | None  # by the device's events, as the worker tells them: advice

    def check(self) -> None:
        """Every element. Raises Fault."""
        match(self.value, self.task.expected, "the result of a timed call")


@dataclass
class Contestant:
    """A worker that holds one solution and nothing else."""

    session: Session
    names: list[str]
    call_s: float
    warm: list[float] = field(default_factory=list)  # seconds, right after another call
    cold: list[float] = field(default_factory=list)  # seconds, after the caches were swept
    null: list[float] = field(default_factory=list)  # seconds that the gate took around as long a call
    on_device: list[float] = field(default_factory=list)  # beside ``warm``
    threads: int = 1
    peak_bytes: int | None = None  # what its calls add to what it had before the first

    def __post_init__(self) -> None:
        self._pid = self.session.candidate.worker_pid()

    def start_up(self, case: Case) -> None:
        """A small call, so that what libraries take at their first use is there already."""
        self.session.ask("call", case.args, case.kwargs, doing="a first call", seconds=self.call_s)
        self._resident = status(self._pid).get("VmRSS")

    def call(self, task: Task, seconds: float | None = None) -> Call:
        """One gated call. Raises Fault and Stopped, as every call does."""
        answer = self.session.ask(
            "call", task.args, doing=f"{self.session.entry}() on the inputs for timing",
            seconds=seconds or self.call_s, names=self.names, output_bytes=task.bytes,
            events=self.session.device != "cpu", watched=False,
        )  # fmt: skip
        return Call(task, answer.value, answer.seconds, self._advice(answer.reply))

    def empty_call(self, task: Task, busy_s: float = 0.0) -> float:
        """Seconds that the gate takes for the same bytes, around a worker that is busy for ``busy_s``."""
        busy_s = min(max(busy_s, 0.0), NULL_BUSY_S)
        answer = self.session.ask(
            "null", task.args, doing="an empty call", outputs=task.outputs, output_bytes=task.bytes,
            busy_s=busy_s,
        )  # fmt: skip
        return answer.seconds - busy_s

    def launches(self, task: Task) -> int | None:
        """Kernels launched by a call of its own, which nobody times; None where it is not told."""
        answer = self.session.ask("launches", task.args, doing="a profiled call", seconds=self.call_s + 10)
        told = answer.value
        return told if type(told) is int and 0 <= told < 1 << 24 else None

    def look_at_memory(self) -> None:
        """What its calls took at most, as the system tells it. Before any null call: those keep memory."""
        now = status(self._pid)
        if self.session.device == "cpu" and self._resident and "VmHWM" in now:
            self.peak_bytes = max(0, now["VmHWM"] - self._resident)

    def look_at_threads(self) -> None:
        self.threads = max(self.threads, status(self._pid).get("Threads", 1))

    def _advice(self, reply: dict) -> float | None:
        """What the worker says of its device, as far as it is plain and possible."""
        milliseconds, peak = reply.get("device_ms"), reply.get("peak_bytes")
        if type(peak) is int and 0 <= peak < 1 << 48:
            self.peak_bytes = max(peak, self.peak_bytes or 0)
        possible = type(milliseconds) in (int, float) and math.isfinite(milliseconds) and milliseconds >= 0
        return milliseconds / 1e3 if possible else None


def status(pid: int) -> dict[str, int]:
    """Bytes (VmRSS, VmHWM) and Threads of a process; empty where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    found = {}
    for line in lines:
        name, _, rest = line.partition(":")
        if name in ("VmRSS", "VmHWM"):
            found[name] = int(rest.split()[0]) << 10
        elif name == "Threads":
            found[name] = int(rest)
    return found
