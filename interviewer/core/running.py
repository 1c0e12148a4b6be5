"""What comes back from running a submission: DESIGN's ``run --json`` as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from interviewer.core.model import Check, Data

#: What a sandbox keeps, each proved by attempting the forbidden act.
PROMISES = ("files", "network", "processes", "memory")

#: Every verdict a run can end with, in the words shown to a candidate.
VERDICTS = {
    "PASS": "all checks passed",
    "WRONG_ANSWER": "some answer is wrong",
    "INVALID_OUTPUT": "the output is not what was asked for",
    "INPUT_MUTATED": "the inputs were changed",
    "RUNTIME_ERROR": "an error was raised while running",
    "LOAD_ERROR": "the file could not be imported",
    "MISSING_FUNCTION": "the entry point is missing",
    "FORBIDDEN": "uses what the statement forbids",
    "REJECTED": "the file was not accepted",
    "TIMEOUT": "took too long",
    "MEMORY_LIMIT": "used too much memory",
    "PROCESS_LIMIT": "started too many processes",
    "OUTPUT_LIMIT": "printed too much",
    "DISK_LIMIT": "wrote too much to disk",
    "EXITED": "ended itself",
    "CRASHED": "died of a signal",
    "PROTOCOL_ERROR": "sent what is not in the protocol",
    "RUNNER_RESTARTED": "the runner was lost and made anew",
    "CANCELLED": "stopped by you",
    "UNAVAILABLE": "the judge cannot run here",
}

#: What the code review can find, in the order in which it looks.
FINDINGS = ("eval-mode", "no-grad", "device-placement", "wrong-loss", "no-seed", "over-engineering")


@dataclass(frozen=True, slots=True)
class CheckResult(Data):
    """How one hidden check went."""

    id: str
    status: Literal["passed", "failed", "not_run"]
    message: str = ""
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding(Data):
    """What a static reading of the code found, at a line (1-based)."""

    id: str  # one of FINDINGS
    line: int
    message: str  # what, and why it matters


@dataclass(frozen=True, slots=True)
class RunResult(Data):
    """The outcome of one submission."""

    exercise: str
    file: str
    verdict: str
    message: str
    checks: tuple[CheckResult, ...] = ()
    review: tuple[Finding, ...] = ()
    output: str = ""  # what the candidate's code printed: escapes removed, bounded
    sandbox: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(PROMISES, False))
    performance: dict[str, Any] | None = None
    ms: float = 0.0

    @property
    def passed(self) -> bool:
        return self.verdict == "PASS"

    def share(self, checks: tuple[Check, ...]) -> float | None:
        """Share of the check weight passed, 0..1; None where nothing was judged."""
        if self.verdict in ("UNAVAILABLE", "CANCELLED", "RUNNER_RESTARTED"):
            return None
        passed = {c.id for c in self.checks if c.status == "passed"}
        total = sum(c.weight for c in checks)
        return sum(c.weight for c in checks if c.id in passed) / total if total else 0.0
