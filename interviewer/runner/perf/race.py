"""The solution against the eager reference (and, on request, against ``torch.compile`` of it).

Each runs in a fresh worker of its own, through the same gate, by turns, so that whatever else the
machine does meets all of them. In every round each is called twice: cold, after the judge swept the
caches, and warm, right after that. The candidate always goes first: nothing that it could steal of the
others' answers is of use to it.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from interviewer.runner.candidate import Stopped
from interviewer.runner.cases import Case, Context, Performance
from interviewer.runner.compare import Fault
from interviewer.runner.perf.devices import Cpu, Cuda
from interviewer.runner.perf.gate import Contestant, Task, make_task
from interviewer.runner.perf.roofline import net
from interviewer.runner.session import Session

ROUNDS = 30
BUDGET_S = 3.0  # for all rounds, once there are enough
PATIENCE_S = 10.0  # where by then a time cannot be told from that of an empty call
ENOUGH, ENOUGH_IF_SLOW = 5, 2
SLOW_S = 0.5

#: Appended to the reference.
_COMPILE = """

import torch as _torch
{entry} = _torch.compile({entry})
"""
COMPILE_S = 45.0  # less than all of the timing may take


class Untimed(Exception):
    """There is no time, and why: one sentence. What was checked before still holds."""


@dataclass
class Race:
    """What came of it: the times are in the contestants."""

    candidate: Contestant
    reference: Contestant
    null_cold: list[float] = field(default_factory=list)
    compiled: Contestant | None = None
    compile_s: float | None = None
    no_compiled: str = ""  # why there is none, where it was asked for
    launches: int | None = None

    @property
    def rounds(self) -> int:
        return len(self.null_cold)

    @property
    def contestants(self) -> list[Contestant]:
        return [c for c in (self.candidate, self.reference, self.compiled) if c]

    @property
    def enough(self) -> int:
        """How many rounds there must be, however long they take."""
        latest = [c.warm[-1] for c in (self.candidate, self.reference) if c.warm]
        return ENOUGH_IF_SLOW if max(latest, default=0.0) > SLOW_S else ENOUGH

    def goes_on(self, spent_s: float) -> bool:
        """Whether there is another round, after so many seconds."""
        if self.rounds < self.enough:
            return True
        if not all(net(c.warm, c.null).clear for c in (self.candidate, self.reference)):
            return spent_s < PATIENCE_S
        return self.rounds < ROUNDS and spent_s < BUDGET_S


@dataclass
class Organizer:
    """Makes the inputs and lets the contestants run."""

    enter: Callable[[str], Session]  # source -> a fresh worker that has loaded it
    spec: Performance
    small: Case  # to start up with
    context: Context
    device: Cpu | Cuda
    entry: str
    names: list[str]
    call_s: float
    load_s: float

    def hold(self, source: str, reference: str, compiled: bool) -> Race:
        """Raises Fault (a timed answer was wrong), Untimed, and Stopped when the whole run is over."""
        first = self._task()
        race = Race(self._candidate(source), self._contestant(reference))
        self._candidates(lambda: self._first(race.candidate, first))
        self._references(lambda: self._first(race.reference, first))
        if compiled:
            self._compile(race, reference, first)
        started = time.monotonic()
        while race.goes_on(time.monotonic() - started):
            self._round(race)
        race.candidate.look_at_threads()
        if self.device.kind == "cuda":
            race.launches = self._launches(race.candidate)
        return race

    def _round(self, race: Race) -> None:
        tasks = self._task(), self._task()
        self._candidates(lambda: self._pair(race.candidate, tasks))
        self._references(lambda: self._pair(race.reference, tasks))
        if race.compiled:
            self._references(lambda: self._pair(race.compiled, tasks))
        self._references(lambda: self._nulls(race, tasks))

    def _pair(self, contestant: Contestant, tasks: tuple[Task, Task]) -> None:
        self.device.sweep()
        cold, warm = (contestant.call(task) for task in tasks)
        for call in (cold, warm):  # only now, so that nothing comes between the two
            call.check()
        contestant.cold.append(cold.seconds)
        contestant.warm.append(warm.seconds)
        if warm.on_device is not None:
            contestant.on_device.append(warm.on_device)

    def _nulls(self, race: Race, tasks: tuple[Task, Task]) -> None:
        self.device.sweep()
        gate_s = min(race.null_cold, default=0.0)
        race.null_cold.append(race.reference.empty_call(tasks[0], race.candidate.cold[-1] - gate_s))
        for contestant in race.contestants:
            gate_s = min(contestant.null, default=0.0)
            contestant.null.append(race.reference.empty_call(tasks[1], contestant.warm[-1] - gate_s))

    def _first(self, contestant: Contestant, task: Task, seconds: float | None = None) -> float:
        """Untimed calls: libraries start up, kernels are compiled."""
        contestant.start_up(self.small)
        call = contestant.call(task, seconds or max(self.call_s, self.load_s))
        call.check()
        if call.seconds < SLOW_S:
            contestant.call(task).check()
        contestant.look_at_memory()
        return call.seconds

    def _launches(self, contestant: Contestant) -> int | None:
        """The last thing asked of it: a profiler that fails costs only the count."""
        try:
            return contestant.launches(self._task())
        except Fault:
            return None
        except Stopped as stopped:
            if stopped.verdict in _OVER:
                raise
            return None

    def _task(self) -> Task:
        return make_task(self.spec.inputs, self.context, self.entry, self.device)

    # -- who enters, and what comes of failures ---------------------------------------------------

    def _contestant(self, source: str) -> Contestant:
        return self._references(lambda: Contestant(self.enter(source), self.names, self.call_s))

    def _candidate(self, source: str) -> Contestant:
        return self._candidates(lambda: Contestant(self.enter(source), self.names, self.call_s))

    def _compile(self, race: Race, reference: str, task: Task) -> None:
        """A contestant for ``torch.compile``, or the reason why there is none."""
        if reason := no_compiler(self.device.kind):
            race.no_compiled = reason
            return
        try:
            contestant = Contestant(
                self.enter(reference + _COMPILE.format(entry=self.entry)), self.names, self.call_s
            )
            race.compile_s = self._first(contestant, task, COMPILE_S)
            race.compiled = contestant
        except Fault as fault:
            race.no_compiled = f"torch.compile failed: {fault.message}"
        except Stopped as stopped:
            if stopped.verdict in _OVER:
                raise
            race.no_compiled = f"torch.compile failed: {stopped.message}"

    def _candidates(self, step: Callable[[], Any]) -> Any:
        """A limit that only these larger inputs reach costs the time; anything else is a wrong answer."""
        try:
            return step()
        except Stopped as stopped:
            if stopped.verdict in _OVER:
                raise
            if stopped.verdict.endswith("_LIMIT") or stopped.verdict == "TIMEOUT":
                raise Untimed(stopped.message) from stopped
            raise Fault(stopped.verdict, stopped.message) from stopped

    def _references(self, step: Callable[[], Any]) -> Any:
        try:
            return step()
        except Fault as fault:
            raise Untimed(f"The reference could not be timed: {fault.message}") from fault
        except Stopped as stopped:
            if stopped.verdict in _OVER:
                raise
            raise Untimed(f"The reference could not be timed: {stopped.message}") from stopped


_OVER = ("CANCELLED", "RUNNER_RESTARTED")  # nobody's fault, and the end of the run


def no_compiler(kind: str) -> str:
    """Why ``torch.compile`` cannot work here; empty when it may."""
    if kind == "cuda":
        import importlib.util

        found = importlib.util.find_spec("triton")
        return "" if found else "torch.compile needs Triton, which is not installed."
    names = [os.environ.get("CXX", ""), "g++", "clang++", "c++"]
    if any(shutil.which(name) for name in names if name):
        return ""
    return "torch.compile needs a C++ compiler (g++ or clang++), and none was found."
