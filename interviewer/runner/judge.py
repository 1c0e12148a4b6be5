"""The judge: owns inputs, reference, comparison, clock and verdict. One run at a time, one thread."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from interviewer.runner import accept, kinds, pack, proof
from interviewer.runner.candidate import READY_S, App, Candidate, Stopped, WarmParent
from interviewer.runner.compare import Fault
from interviewer.runner.perf import report
from interviewer.runner.session import BrokenPack, Session
from interviewer.runner.text import name_of, one_line

NO_SANDBOX = (
    "No sandbox layer works on this machine, so the code would run with all your rights: "
    "`interviewer doctor` says what is missing, --unsandboxed runs it all the same."
)
TOO_DEEP = "Python's parser cannot take this file: it is nested too deeply or too long."
MESSAGE_CHARS = 600
TIMING_S = 55.0  # for all timed calls of one solution
CUDA_MB = 4096  # of the host's memory, for the driver and the libraries of a GPU
READ_S = 10.0  # parsing and reviewing a file that is at most 1 MB


def serve(app_out: int, warm_sock: socket.socket, config: dict) -> None:
    """Answer the app's requests until it has gone."""
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    Judge(App(app_out), WarmParent(warm_sock), config).serve()


@dataclass
class Outcome:
    """What the run came to, as it grows."""

    verdict: str = ""
    message: str = ""
    checks: dict[str, dict] = field(default_factory=dict)
    review: list[dict] = field(default_factory=list)
    performance: dict | None = None

    def stop(self, verdict: str, message: str) -> None:
        if not self.verdict:
            self.verdict, self.message = verdict, one_line(message, MESSAGE_CHARS)


class Judge:
    def __init__(self, app: App, warm: WarmParent, config: dict):
        self.app, self.warm, self.config = app, warm, config
        self.spare: Candidate | None = None  # a worker that is ready before it is needed
        self.judged: Candidate | None = None  # killed, and still to be cleared away
        self.rested = False
        self.proved: dict[str, Any] = {}

    def serve(self) -> None:
        self.app.say({"ready": True, "torch": torch.__version__})
        while not self.warm.settled and not self.warm.lost:
            self.warm.take()
        self._prove()
        self._make_spare(self.config["limits"])
        while not self.app.gone and not self.warm.lost:
            while self.app.queue and not self.app.gone:
                self._answer(self.app.queue.pop(0))
            waiting = [0, self.warm.sock, *self._unready()]
            ready, _, _ = select.select(waiting, [], [], None if self.rested else 0)
            if not ready:
                self._rest()
            if self.spare is not None and self.spare.channel in ready:
                self._greet_spare()
            if self.warm.sock in ready:
                self.warm.take()
                self._renew_spare()
            if 0 in ready:
                self.app.take()
        self._drop_spare()

    def _prove(self) -> None:
        self.proved = proof.prove(self._new_worker, self.config)

    def _rest(self) -> None:
        """The first time that nothing is asked: torch's slow import for gradients (most of a second)."""
        self.rested = True
        import torch.fx.experimental.symbolic_shapes  # noqa: F401

    def _answer(self, message: dict) -> None:
        if "prove" in message:
            self.app.say({"proved": self.proved})
        elif "run" in message:
            self.app.say({"begun": message["run"]})
            self.app.say({"result": self._run(message), "run": message["run"]})
            if self.judged is not None:  # its end takes as long as a few checks: nobody need wait for it
                self.judged.end()
                self.judged = None
            if not self.app.gone and not self.warm.lost:
                self._make_spare(message["exercise"]["limits"])

    def _uncontained(self) -> bool:
        """Would a run be contained by nothing at all, and has nobody agreed to that?"""
        kept = any(self.proved[promise] for promise in ("files", "network", "processes"))
        return not kept and not self.config.get("unsandboxed")

    # -- workers ----------------------------------------------------------------------------------

    def _make_spare(self, limits: dict) -> None:
        """The next worker, made ready while the candidate reads."""
        try:
            if self.spare is None:
                self.spare = self._new_worker(limits)
        except (Stopped, OSError):
            self.spare = None

    def _unready(self) -> list[socket.socket]:
        """Where the spare worker will say that it is ready."""
        return [self.spare.channel] if self.spare is not None and self.spare.baseline is None else []

    def _greet_spare(self) -> None:
        try:
            self.spare.wait_ready()
        except Stopped:
            self._drop_spare()

    def _drop_spare(self) -> None:
        if self.spare is not None:
            self.spare.end()
            self.spare = None

    def _renew_spare(self) -> None:
        """Once the warm parent has imported more, a worker forked before that is slower than a new one."""
        if self.warm.grown and self.spare is not None:
            limits = self.spare.limits
            self.warm.grown = False
            self._drop_spare()
            self._make_spare(limits)

    def _new_worker(self, limits: dict) -> Candidate:
        cgroup = "cgroup" not in self.config.get("off", ())
        candidate = Candidate(self.app, self.warm, limits, self.config["home"], cgroup=cgroup)
        try:
            candidate.start()
        except BaseException:
            candidate.end()
            raise
        return candidate

    def _take_worker(self, limits: dict) -> Candidate:
        spare, self.spare = self.spare, None
        if spare is not None and spare.limits == limits and spare.number not in self.warm.exited:
            return spare
        if spare is not None:
            spare.end()
        return self._new_worker(limits)

    # -- a run ------------------------------------------------------------------------------------

    def _run(self, request: dict) -> dict:
        started = time.perf_counter()
        exercise, outcome = request["exercise"], Outcome()
        outcome.checks = {
            c["id"]: {"id": c["id"], "status": "not_run", "message": "", "ms": 0.0}
            for c in exercise["checks"]
        }
        candidate: Candidate | None = None
        try:
            request["device"] = _device(request["device"])
            if request["device"] == "cuda":
                exercise["limits"]["memory_mb"] += CUDA_MB
            if self._uncontained():
                raise Stopped("UNAVAILABLE", NO_SANDBOX)
            candidate = self._take_worker(exercise["limits"])
            candidate.run_id = request["run"]
            candidate.deadline = time.monotonic() + exercise["limits"]["total_s"]
            self._judge(request, candidate, outcome)
        except Stopped as stopped:
            outcome.stop(stopped.verdict, stopped.message)
        except BrokenPack as broken:
            outcome.stop("UNAVAILABLE", f"The exercise {exercise['id']} is broken: {one_line(str(broken))}.")
        except OSError as error:
            outcome.stop("UNAVAILABLE", f"The judge cannot run here: {error}.")
        except Exception as error:  # whatever was overlooked ends this judge and costs one run
            told = f"{type(error).__name__}: {one_line(str(error), 200)}"
            outcome.stop("RUNNER_RESTARTED", f"The judge failed ({told}) and is made anew: run again.")
        finally:
            if candidate is not None:
                candidate.kill()
                self.judged = candidate
        return {
            "verdict": outcome.verdict,
            "message": outcome.message,
            "checks": list(outcome.checks.values()),
            "review": outcome.review,
            "output": candidate.printed_text() if candidate else "",
            "sandbox": self.proved,
            "uncontained": self._uncontained(),
            "performance": outcome.performance,
            "ms": round((time.perf_counter() - started) * 1e3, 1),
        }

    def _judge(self, request: dict, candidate: Candidate, outcome: Outcome) -> None:
        exercise = request["exercise"]
        candidate.wait_ready()
        if candidate.sandbox["layers"] != self.proved["layers"]:
            self._prove()  # something was lost or won since: say what holds now
        session = self._session(request, candidate)
        outcome.review = self._read(request, candidate)
        context, cases, module = pack.read(exercise, request["device"])
        request["preload"] = kinds.slow_imports(cases)
        self._load(request, session)
        self._cases(cases, session, context, exercise, outcome)
        candidate.settle()
        spec = report.spec_of(module, context, exercise) if request["perf"] and not outcome.verdict else None
        if spec is not None:
            candidate.end()  # nothing of it may run beside what is timed
            self._time(request, context, spec, cases[0], outcome)
        total = len(outcome.checks)
        outcome.stop("PASS", f"All {total} checks passed." if total > 1 else "The check passed.")

    def _session(self, request: dict, candidate: Candidate) -> Session:
        @contextlib.contextmanager
        def anew() -> Iterator[Session]:
            another = self._new_worker(candidate.limits)
            try:
                another.run_id, another.deadline = candidate.run_id, candidate.deadline
                another.wait_ready()
                session = self._session(request, another)
                self._load(request, session)
                yield session
            finally:
                another.end()

        exercise = request["exercise"]
        return Session(candidate, exercise["entry"], exercise["signature"], request["device"], anew)

    def _read(self, request: dict, candidate: Candidate) -> list[dict]:
        """Parse, look for forbidden names, review: in the worker, before anything of the file runs."""
        exercise = request["exercise"]
        names = {f["name"]: f["why"] for f in exercise["forbid"]}
        message = {
            "op": "read",
            "source": request["source"],
            "forbid": list(names),
            "exercise": {k: exercise[k] for k in ("id", "kind", "entry")} | exercise.get("reading", {}),
        }
        try:
            reply, _, _ = candidate.request(message, READ_S, "reading the file")
        except Stopped as stopped:
            if stopped.verdict in ("CRASHED", "TIMEOUT", "MEMORY_LIMIT"):
                raise Stopped("LOAD_ERROR", TOO_DEEP) from stopped
            raise
        if "error" in reply:
            error = reply["error"]
            if error["type"] in ("MemoryError", "RecursionError"):
                raise Stopped("LOAD_ERROR", TOO_DEEP)
            where = f"Line {error['line']}: " if error.get("line") else ""
            raise Stopped("LOAD_ERROR", f"{where}{error['type']}: {one_line(error['message'])}")
        if reply["forbidden"]:
            line, name = reply["forbidden"][0]
            raise Stopped("FORBIDDEN", accept.not_allowed(line, name, names))
        candidate.forbidden = names
        return reply["review"]

    def _load(self, request: dict, session: Session) -> None:
        exercise = request["exercise"]
        message = {
            "op": "load",
            "source": request["source"],
            "entry": exercise["entry"],
            "device": request["device"],
            "files": pack.worker_files(exercise),
        }
        if request["preload"]:
            wanted = {"op": "preload", "names": request["preload"]}
            session.candidate.request(wanted, READY_S, "the import of torch")
        reply, _, _ = session.candidate.request(
            message, exercise["limits"]["load_s"], "the import of your file"
        )
        if isinstance(reply.get("error"), dict):
            raise Stopped(*session.describe(reply["error"], loading=True))
        if reply.get("ok") is not True:
            names = [_named(n) for n in reply["names"]] if isinstance(reply.get("names"), list) else []
            wanted = exercise["signature"] or exercise["entry"]
            found = f"it defines {', '.join(names)}" if names else "it defines no function or class"
            if type(reply.get("found")) is str and reply["found"]:
                found = f"{exercise['entry']} is there, but of type {one_line(reply['found'], 40)}"
            raise Stopped("MISSING_FUNCTION", f"The file does not define {wanted}; {found}.")

    def _cases(
        self, cases: list[Any], session: Session, context: Any, exercise: dict, outcome: Outcome
    ) -> None:
        """Run the cases in order; report each check when its last case is done."""
        says = {c["id"]: c["says"] or c["id"] for c in exercise["checks"]}
        left = {check: 0 for check in outcome.checks}
        for case in cases:
            for check in kinds.checks_of(case):
                left[check] += 1
        current = ""
        try:
            for case in cases:
                checks = kinds.checks_of(case)
                current = checks[0]
                if any(outcome.checks[c]["status"] != "failed" for c in checks):
                    for check, fault, seconds in kinds.decide(case, session, context):
                        current = check
                        self._note(outcome, check, fault, seconds, says)
                for check in checks:
                    left[check] -= 1
                    if left[check] == 0:
                        self._finish(outcome.checks[check])
        except Stopped as stopped:
            if stopped.verdict not in ("CANCELLED", "RUNNER_RESTARTED"):
                row = outcome.checks[current]
                if row["status"] == "not_run":
                    row["status"], row["message"] = "failed", one_line(stopped.message, MESSAGE_CHARS)
                    self.app.say({"check": row})
            outcome.verdict = ""  # what ended the run outweighs a wrong answer before it
            raise

    def _time(self, request: dict, context: Any, spec: Any, small: Any, outcome: Outcome) -> None:
        """How fast it is; an answer that is wrong on these inputs fails after all."""
        exercise, workers = request["exercise"], []

        def enter(source: str) -> Session:
            worker = self._new_worker(exercise["limits"])
            workers.append(worker)
            worker.run_id, worker.deadline = request["run"], time.monotonic() + TIMING_S
            worker.wait_ready()
            session = Session(worker, exercise["entry"], exercise["signature"], request["device"])
            self._load({**request, "source": source}, session)
            return session

        folder = Path(request["cache"]) if request.get("cache") else None
        try:
            outcome.performance = report.measure(
                enter, request["source"], exercise, context, spec, small,
                folder=folder, compiled=request.get("compiled", False),
            )  # fmt: skip
        except Fault as fault:
            row = outcome.checks[spec.check or exercise["checks"][0]["id"]]
            row["status"], row["message"] = "failed", one_line(fault.message, MESSAGE_CHARS)
            outcome.stop(fault.verdict, fault.message)
            self.app.say({"check": row})
        finally:
            for worker in workers:
                worker.end()

    def _note(self, outcome: Outcome, check: str, fault: Fault | None, seconds: float, says: dict) -> None:
        row = outcome.checks[check]
        row["ms"] = round(row["ms"] + seconds * 1e3, 3)
        if fault is not None and row["status"] != "failed":
            row["status"], row["message"] = "failed", one_line(fault.message, MESSAGE_CHARS)
            outcome.stop(fault.verdict, f"{says[check]}: {fault.message}")

    def _finish(self, row: dict) -> None:
        if row["status"] == "not_run":
            row["status"] = "passed"
        self.app.say({"check": row})


def _named(name: Any) -> str:
    """A name as it is shown; letters that only look like others are spelled out."""
    strange = [name_of(c) for c in str(name) if not c.isascii()][:3]
    return one_line(str(name), 60) + (f" (with {', '.join(strange)})" if strange else "")


def _device(asked: str) -> str:
    """Where the candidate's tensors will be. Only the judge looks; the warm parent never does."""
    if asked == "cpu":
        return "cpu"
    available = torch.cuda.is_available()
    if asked == "cuda" and not available:
        raise Stopped("UNAVAILABLE", "PyTorch finds no CUDA device here: run with --device cpu.")
    return "cuda" if available else "cpu"
