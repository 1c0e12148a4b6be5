"""The app's side of the runner: starts the judge, hands it submissions, streams what it says."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from interviewer.core.model import Exercise, Limits
from interviewer.core.running import PROMISES, CheckResult, Finding, RunResult
from interviewer.runner import accept
from interviewer.runner.sandbox.layers import ONE_THREAD

_BOOT = Path(__file__).with_name("boot.py")
_FOLDER = "interviewer-run-"
_CONSENT = "unsandboxed-allowed-on"
_LINE = 64 << 20  # bytes of one line from the judge
_QUESTION = (
    "Nothing on this machine contains the code: it would run with all your rights (files, network). "
    "`interviewer doctor` says what is missing. Run code here all the same, now and from now on?"
)
_GRACE_S = 60.0  # beyond total_s and without a word, before the judge itself counts as hung
_START_S = 180.0  # importing torch on a slow disk
#: What the judge may see of this process's environment; the worker sees less still.
_ENVIRONMENT = (
    "PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES", "CUDA_HOME", "NVIDIA_VISIBLE_DEVICES", "SYSTEMROOT",
)  # fmt: skip
_FIND_TORCH = (
    "import importlib.util as u, os, sys; s = u.find_spec('torch'); "
    "print(sys.version_info >= (3, 11), bool(s and s.origin and "
    "os.path.exists(os.path.join(os.path.dirname(s.origin), 'version.py'))))"
)


class LocalRunner:
    """Runs submissions on this machine, in a judge under the exercise interpreter.

    ``python``: the interpreter that has torch, this one by default. ``home``: the app's own folder,
    for what is remembered per machine. ``unsandboxed``: run even where no sandbox layer works. ``ask``:
    puts that question to the person, once per machine; without it such a machine refuses.
    ``off`` (layers of the sandbox) and ``environment`` (variables for the worker) are for tests.
    """

    def __init__(
        self,
        python: Path | None = None,
        home: Path | None = None,
        unsandboxed: bool = False,
        *,
        ask: Callable[[str], bool] | None = None,
        off: Iterable[str] = (),
        environment: Mapping[str, str] | None = None,
    ):
        self.python = _interpreter(python)
        self.home = home
        self.unsandboxed = unsandboxed or _agreed(home)
        self._ask = ask
        self._config = {"off": sorted(off), "environment": dict(environment or {})}
        self._lock = asyncio.Lock()
        self._judge: _Judge | None = None
        self._has_torch = False
        self._counter = 0

    # -- the port ---------------------------------------------------------------------------------

    def unavailable(self) -> str | None:
        """None when exercises can be run here, else one line saying how to make it so."""
        if self._has_torch:
            return None
        if sys.platform == "win32":
            return "Running exercises needs Linux or macOS (on Windows: WSL)."
        try:
            done = subprocess.run(
                [self.python, "-E", "-c", _FIND_TORCH], capture_output=True, text=True, timeout=30
            )
            new_enough, found = done.stdout.split()
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return f"{self.python} is not a working Python interpreter: name another with --python."
        if new_enough != "True":
            return f"{self.python} is older than Python 3.11: name a newer one with --python."
        if found != "True":
            return (
                f"The exercises need PyTorch, which {self.python} does not have: install it there with "
                f"`{self.python} -m pip install torch`, or name an interpreter that has it with --python."
            )
        self._has_torch = True
        return None

    async def warm(self) -> None:
        """Start the judge and its warm parent, if they are not there; failures show at the first run."""
        async with self._lock:
            if self.unavailable() is None:
                try:
                    await self._started()
                except _Lost:
                    await self._drop()

    async def run(
        self,
        exercise: Exercise,
        source: str,
        *,
        file: str = "solution.py",
        device: str = "auto",
        perf: bool = False,
        compiled: bool = False,
        on_check: Callable[[CheckResult], None] | None = None,
    ) -> RunResult:
        """Judge one submission. Cancelling the task stops the run at once.

        ``perf``: measure its speed after a pass, where the exercise is about speed. ``compiled``: and
        compare it with ``torch.compile`` of the reference too.
        """
        if (refusal := accept.refusal(source)) is not None:
            return _without_checks(exercise, file, "REJECTED", refusal)
        async with self._lock:
            why = self.unavailable()
            if why is not None:
                return _without_checks(exercise, file, "UNAVAILABLE", why)
            self._counter += 1
            request = {
                "run": self._counter,
                "exercise": _spec(exercise),
                "source": source,
                "device": device,
                "perf": perf,
                "compiled": compiled,
                "cache": str(self.home / "cache") if self.home else None,
            }
            told = await self._told(exercise, request, on_check)
            if told.get("uncontained") and self._ask is not None and self._ask(_QUESTION):
                self.allow_unsandboxed()
                await self._drop()
                told = await self._told(exercise, request, on_check)
            return _result(exercise, file, told)

    async def _told(
        self, exercise: Exercise, request: dict, on_check: Callable[[CheckResult], None] | None
    ) -> dict:
        """What the judge says of one run, or that it was lost."""
        try:
            judge = await self._started()
            told = await judge.run(request, on_check, exercise.limits.total_s + _GRACE_S)
        except asyncio.CancelledError:
            await asyncio.shield(self._stop_run(request["run"]))
            raise
        except TimeoutError:
            told = {"verdict": "RUNNER_RESTARTED", "message": "The judge hung and was made anew: run again."}
        except _Lost as lost:
            verdict = "UNAVAILABLE" if lost.fatal else "RUNNER_RESTARTED"
            told = {"verdict": verdict, "message": str(lost), "lost": True}
        if told["verdict"] == "RUNNER_RESTARTED" or "lost" in told:
            await self._drop()
        return told

    async def prove(self) -> dict[str, Any]:
        """What the sandbox keeps here, by attempting it: files, network, processes, memory (each a
        bool), the layers that are on, and why others are not. For ``interviewer doctor``."""
        async with self._lock:
            if (why := self.unavailable()) is not None:
                return {"error": why}
            try:
                judge = await self._started()
                return await asyncio.wait_for(judge.prove(), 30.0)
            except (_Lost, TimeoutError) as error:
                await self._drop()
                return {"error": str(error)}

    def allow_unsandboxed(self) -> None:
        """The person was asked and agreed: run even where no layer works, and remember it here."""
        self.unsandboxed = True
        if self.home is not None:
            self.home.mkdir(parents=True, exist_ok=True)
            (self.home / _CONSENT).write_text(f"{platform.node()}\n")

    async def close(self) -> None:
        """Leave no process and no file behind."""
        await self._drop()

    # -- the judge's process ----------------------------------------------------------------------

    async def _started(self) -> _Judge:
        if self._judge is None:
            config = {**self._config, "limits": Limits().to_dict(), "unsandboxed": self.unsandboxed}
            self._judge = await _Judge.start(self.python, config)
        await self._judge.wait_ready()
        return self._judge

    async def _stop_run(self, number: int) -> None:
        """Tell the judge to stop; if it does not within a second, end the judge."""
        if self._judge is None:
            return
        try:
            await asyncio.wait_for(self._judge.cancel(number), 1.0)
        except (TimeoutError, _Lost):
            await self._drop()

    async def _drop(self) -> None:
        judge, self._judge = self._judge, None
        if judge is not None:
            await judge.close()


class _Lost(Exception):
    """The judge's process ended, or never got ready (``fatal``)."""

    def __init__(self, message: str, fatal: bool = False):
        super().__init__(message)
        self.fatal = fatal


class _Judge:
    """One judge process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process, folder: str):
        self.process = process
        self.folder = folder
        self.ready = False
        self.stderr = b""
        self._draining = asyncio.create_task(self._drain())

    @classmethod
    async def start(cls, python: Path, config: dict) -> _Judge:
        _sweep()
        folder = tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-")
        os.chmod(folder, 0o711)  # the worker's user must reach its scratch folder inside
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | ONE_THREAD
        try:
            process = await asyncio.create_subprocess_exec(
                str(python), "-E", str(_BOOT),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                env=environment, cwd=folder, limit=_LINE, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise _Lost(f"{python} cannot be started: {error}.", fatal=True) from error
        judge = cls(process, folder)
        await judge._say({**config, "home": folder})
        return judge

    async def wait_ready(self) -> None:
        if self.ready:
            if self.process.returncode is not None:
                raise _Lost("The judge was lost between two runs; it is being made anew: run again.")
            return
        try:
            message = await asyncio.wait_for(self._hear(), _START_S)
        except TimeoutError:
            raise _Lost("The judge did not start within three minutes.", fatal=True) from None
        if "fatal" in message:
            raise _Lost(message["fatal"], fatal=True)
        self.ready = True

    async def run(
        self, request: dict, on_check: Callable[[CheckResult], None] | None, patience: float
    ) -> dict:
        """Raises TimeoutError when nothing is heard for ``patience`` seconds."""
        await self._say(request)
        while True:
            message = await asyncio.wait_for(self._hear(), patience)
            if "check" in message and on_check is not None:
                on_check(CheckResult.from_dict(message["check"]))
            if message.get("run") == request["run"]:
                return message["result"]

    async def prove(self) -> dict:
        await self._say({"prove": True})
        return (await self._hear())["proved"]

    async def cancel(self, number: int) -> None:
        if not self.ready:
            return
        await self._say({"cancel": number})
        while (await self._hear()).get("run") != number:
            pass

    async def close(self) -> None:
        """Closing its input ends it, and its end takes everything below with it."""
        try:
            self.process.stdin.close()
            await asyncio.wait_for(self.process.wait(), 2.0)
        except (TimeoutError, OSError):
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()
        self._draining.cancel()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _say(self, message: dict) -> None:
        try:
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            await self.process.stdin.drain()
        except (OSError, RuntimeError) as error:
            raise await self._lost() from error

    async def _hear(self) -> dict:
        try:
            line = await self.process.stdout.readline()
        except ValueError as error:
            raise _Lost("The judge said more than it may; it is being made anew.") from error
        if not line:
            raise await self._lost()
        return json.loads(line)

    async def _lost(self) -> _Lost:
        await asyncio.sleep(0.05)  # let its last words arrive
        words = self.stderr.decode("utf-8", "replace").strip().splitlines()
        told = f" ({words[-1][:200]})" if words else ""
        if not self.ready:
            return _Lost(f"The judge could not start{told}.", fatal=True)
        return _Lost(f"The judge was lost{told}; it is being made anew: run again.")

    async def _drain(self) -> None:
        while data := await self.process.stderr.read(4096):
            self.stderr = (self.stderr + data)[-8192:]


def _sweep() -> None:
    """Take away the folders of judges that were killed together with their app."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        pid = folder.name.removeprefix(_FOLDER).split("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def _agreed(home: Path | None) -> bool:
    """Did this person agree, on this machine, to run without a sandbox?"""
    try:
        return home is not None and (home / _CONSENT).read_text().strip() == platform.node()
    except OSError:
        return False


def _interpreter(named: Path | None) -> Path:
    """An absolute path, never resolved: a virtual environment is known by its link's own name."""
    if named is None:
        return Path(sys.executable)
    found = shutil.which(str(Path(named).expanduser()))
    return Path(found or named).expanduser().absolute()


# -- between the model and plain data -----------------------------------------------------------------


def _spec(exercise: Exercise) -> dict[str, Any]:
    """What the judge needs of an exercise, as plain data."""
    from interviewer.runner.review import brief

    whole = exercise.to_dict()
    names = ("id", "kind", "entry", "signature", "checks", "limits", "forbid", "assets", "path")
    return {name: whole[name] for name in names} | {"reading": brief(whole)}


def _result(exercise: Exercise, file: str, told: dict) -> RunResult:
    checks = told.get("checks") or [{"id": c.id, "status": "not_run"} for c in exercise.checks]
    return RunResult(
        exercise=exercise.id,
        file=file,
        verdict=told["verdict"],
        message=told["message"],
        checks=tuple(CheckResult.from_dict(c) for c in checks),
        review=tuple(Finding.from_dict(f) for f in told.get("review", ())),
        output=told.get("output", ""),
        sandbox={name: told.get("sandbox", {}).get(name) is True for name in PROMISES},
        performance=told.get("performance"),
        ms=told.get("ms", 0.0),
    )


def _without_checks(exercise: Exercise, file: str, verdict: str, message: str) -> RunResult:
    return _result(exercise, file, {"verdict": verdict, "message": message})
