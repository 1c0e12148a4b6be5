"""The candidate's process as the judge sees it: one request at a time, under limits kept from here."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

from interviewer.runner import accept, arena, text, wire
from interviewer.runner.sandbox import cgroups

MEMORY_TICK_S = 0.02  # between looks at the tree's memory, where no cgroup keeps the limit
READY_S = 60.0
TORCH_MB = 512  # what a worker needs that imported torch itself, instead of sharing it with its parent


class Stopped(Exception):
    """The run is over: a verdict and one sentence."""

    def __init__(self, verdict: str, message: str):
        super().__init__(message)
        self.verdict = verdict
        self.message = message


class App:
    """The other end of the judge's pipes: requests in, lines out. A run can be cancelled any time."""

    def __init__(self, out: int):
        self.out = out
        self.buffer = b""
        self.queue: list[dict] = []
        self.cancelled: set[int] = set()
        self.gone = False
        os.set_blocking(0, False)

    def say(self, message: dict) -> None:
        data = json.dumps(message).encode() + b"\n"
        while data:
            try:
                data = data[os.write(self.out, data) :]
            except BrokenPipeError:
                self.gone = True
                return

    def take(self) -> None:
        """Read what has arrived on standard input."""
        try:
            data = os.read(0, 1 << 20)
        except BlockingIOError:  # somebody took it already
            return
        if not data:
            self.gone = True
        self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        for line in filter(None, lines):
            message = json.loads(line)
            if "cancel" in message:
                self.cancelled.add(message["cancel"])
            else:
                self.queue.append(message)


class WarmParent:
    """The process that forks workers, and what it reported."""

    def __init__(self, sock: socket.socket):
        self.sock = sock
        self.buffer = b""
        self.spawned: dict[int, dict] = {}
        self.exited: dict[int, int] = {}
        self.lost = False
        self.launcher: str | None = None  # what starts workers, where they are not forks
        self.settled = False
        self.grown = False  # it has imported more than the workers of before inherited
        self.counter = 0

    def spawn(self, limits: dict, scratch: str, fds: list[int]) -> int:
        self.counter += 1
        message = {"spawn": self.counter, "limits": limits, "scratch": scratch}
        try:
            socket.send_fds(self.sock, [json.dumps(message).encode() + b"\n"], fds)
        except OSError:
            self.lost = True
        return self.counter

    def kill(self, number: int) -> None:
        try:
            self.sock.sendall(json.dumps({"kill": number}).encode() + b"\n")
        except OSError:
            self.lost = True

    def take(self) -> None:
        try:
            data = self.sock.recv(65536)
        except OSError:
            data = b""
        if not data:
            self.lost = True
            return
        self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "spawned" in message:
                self.spawned[message["spawned"]] = message
            elif "launcher" in message:
                self.launcher, self.settled = message["launcher"], True
            elif "grown" in message:
                self.grown = True
            else:
                self.exited[message["exited"]] = message["status"]


class Candidate:
    """One worker, from its fork to its end."""

    def __init__(self, app: App, warm: WarmParent, limits: dict, home: str, *, cgroup: bool = True):
        self.app, self.warm, self.limits = app, warm, limits
        self.run_id: int | None = None
        self.deadline = float("inf")  # of the whole run
        self.sandbox: dict = {}
        self.forbidden: dict[str, str] = {}  # name -> why: what the worker watches for from now on
        self.printed = bytearray()
        self.printed_bytes = 0
        self.peak_bytes = 0
        self.baseline: int | None = None
        self.doing = "starting"
        self._frames: list[dict] = []
        self._reader = wire.Reader()
        self._next_look = 0.0
        memory = limits["memory_mb"] + (TORCH_MB if warm.launcher else 0)
        self.group = cgroups.make(memory, limits["processes"]) if cgroup else cgroups.Group()

        self.inputs_fd, self.outputs_fd = arena.new_region(), arena.new_region()
        self.channel, theirs = socket.socketpair()
        self.output, printed = os.pipe()
        os.set_blocking(self.output, False)
        self.number = warm.counter + 1
        self.scratch = os.path.join(home, f"scratch-{self.number}")
        os.mkdir(self.scratch, 0o700)
        warm.spawn(limits, self.scratch, [theirs.fileno(), self.inputs_fd, self.outputs_fd, printed])
        theirs.close()
        os.close(printed)
        self.inputs, self.outputs = arena.map_region(self.inputs_fd), arena.map_region(self.outputs_fd)
        os.close(self.inputs_fd)
        os.close(self.outputs_fd)
        self.ended = False
        self.pid: int | None = None
        self.pidfd: int | None = None

    # -- life -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Let it go on from its fork; it puts its layers on while the judge does other things."""
        until = time.monotonic() + READY_S
        while self.number not in self.warm.spawned:
            self._turn(until, "the warm parent did not fork")
        born = self.warm.spawned[self.number]
        self.pid = born["pid"]
        if hasattr(os, "pidfd_open"):
            with contextlib.suppress(OSError):
                self.pidfd = os.pidfd_open(self.pid)
        try:
            self.group.add(self.pid)
        except OSError:
            self.group.remove()
            self.group = cgroups.Group()
        if born["uid"] is not None:
            os.chown(self.scratch, born["uid"], born["uid"])
        with contextlib.suppress(OSError):  # it died already: the next wait says so
            self.channel.sendall(b"g")

    def wait_ready(self) -> None:
        if self.baseline is not None:
            return
        until = time.monotonic() + READY_S
        while not self._frames:
            self._turn(until, "the worker did not start")
        message = self._frames.pop(0)
        self.sandbox = message.get("ready", {})
        if self.group.folders:
            self.sandbox["layers"].append("cgroup")
        self.baseline = cgroups.private_bytes(self.worker_pid())

    def kill(self) -> None:
        """Kill it with everything it started, and read what it had printed; ``end`` sees to the rest."""
        if not self.ended and self.number not in self.warm.exited:
            self._send_kill()
            self._drain()

    def end(self) -> None:
        """Wait until nothing of it is there, and take away what it leaves."""
        if self.ended:
            return
        self.ended = True
        if self.number not in self.warm.exited:
            self._kill_all()
        self._drain()
        until = time.monotonic() + 2
        while not self.group.remove() and time.monotonic() < until:
            for pid in self.group.pids():
                _kill(pid)
            time.sleep(0.002)
        self.channel.close()
        os.close(self.output)
        if self.pidfd is not None:
            os.close(self.pidfd)
        _remove(self.scratch)

    def _send_kill(self) -> bool:
        """True: it dies as a whole and at once, whatever the warm parent is busy with."""
        self.group.kill()
        self.warm.kill(self.number)
        if self.pidfd is None or "pid" not in self.sandbox.get("layers", ()):
            return False
        _kill(self.pid)  # its namespace dies with it
        return True

    def _kill_all(self) -> None:
        if self._send_kill():
            select.select([self.pidfd], [], [], 3)
            return
        until, forced = time.monotonic() + 3, time.monotonic() + 1
        while self.number not in self.warm.exited and not self.warm.lost and time.monotonic() < until:
            if select.select([self.warm.sock], [], [], 0.05)[0]:
                self.warm.take()
            if time.monotonic() > forced and self.pid:
                _kill(self.pid)

    # -- requests ---------------------------------------------------------------------------------

    def request(
        self,
        message: dict,
        seconds: float,
        doing: str,
        *,
        before: Callable[[], None] | None = None,
        done: Callable[[dict], Any] | None = None,
    ) -> tuple[dict, Any, float]:
        """Send one request; (reply, what ``done`` made of it, seconds by the judge's clock).

        The clock starts before ``before`` writes the inputs and stops after ``done`` copied the
        outputs. Raises Stopped when a limit, the person or the process itself ended the run.
        """
        self.doing = doing
        if self._frames:
            raise Stopped("PROTOCOL_ERROR", f"The judge was sent an answer before it asked for {doing}.")
        data = wire.frame(message)
        started = time.perf_counter()
        until = min(time.monotonic() + seconds, self.deadline)
        if before is not None:
            before()
        self._send(data, until)
        while not self._frames:
            self._turn(until, None, seconds)
        reply = self._frames.pop(0)
        if "ok" not in reply and "error" not in reply:
            raise Stopped("PROTOCOL_ERROR", f"The judge was sent what is no answer during {doing}.")
        self._look_at_forbidden(reply.get("forbidden"))
        try:
            kept = done(reply) if done is not None else None
        except wire.ProtocolError as error:
            raise Stopped("PROTOCOL_ERROR", f"The judge was sent {error}.") from error
        elapsed = time.perf_counter() - started
        return reply, kept, elapsed

    def settle(self) -> None:
        """After the last request: what was printed, and whether memory ran out on the way."""
        self._drain()
        if self.group.over_memory():
            raise self._memory_stop()

    def _send(self, data: bytes, until: float) -> None:
        self.channel.settimeout(max(0.1, until - time.monotonic()))
        try:
            self.channel.sendall(data)
        except TimeoutError:
            raise self._timeout(None) from None
        except OSError:
            pass  # it has died: the wait says how

    # -- one turn of the loop ---------------------------------------------------------------------

    def _turn(self, until: float, fatal: str | None, seconds: float | None = None) -> None:
        """Wait for the next thing that happens, and keep the limits."""
        now = time.monotonic()
        if now >= until:
            if fatal:
                raise Stopped("RUNNER_RESTARTED", f"The judge's helper failed: {fatal}.")
            raise self._timeout(seconds)
        tick = MEMORY_TICK_S if not self.group.folders else 0.1
        watched = [0, self.warm.sock, self.channel, self.output]
        ready, _, _ = select.select(watched, [], [], min(until - now, tick))
        if self.channel in ready:
            self._read_channel()
        if self._frames:
            return
        if self.output in ready:
            self._read_output()
        if 0 in ready:
            self.app.take()
        if self.app.gone or self.run_id in self.app.cancelled:
            raise Stopped("CANCELLED", "You stopped it.")
        if self.warm.sock in ready:
            self.warm.take()
        if self.number in self.warm.exited:
            self._read_channel(last=True)
            if not self._frames:
                raise self._death(self.warm.exited[self.number])
        if self.warm.lost:
            raise Stopped("RUNNER_RESTARTED", "The runner's helper process was lost; it is being made anew.")
        self._look_at_memory()

    def _read_channel(self, last: bool = False) -> None:
        self.channel.settimeout(0 if last else None)
        try:
            data = self.channel.recv(1 << 20)
        except OSError:
            data = b""
        if not data:
            if not last:  # closed, but alive: wait for its end, not for the socket
                self._await_exit()
            return
        try:
            self._frames += self._reader.feed(data)
        except wire.ProtocolError as error:
            raise Stopped("PROTOCOL_ERROR", f"The judge was sent {error} instead of an answer.") from error

    def _await_exit(self) -> None:
        until = time.monotonic() + 1
        while self.number not in self.warm.exited and not self.warm.lost and time.monotonic() < until:
            if select.select([self.warm.sock], [], [], 0.05)[0]:
                self.warm.take()
            self._read_output()
        if self.number in self.warm.exited:
            raise self._death(self.warm.exited[self.number])
        if self.warm.lost:
            raise Stopped("RUNNER_RESTARTED", "The runner's helper process was lost; it is being made anew.")
        raise Stopped("PROTOCOL_ERROR", f"The channel to the judge was closed during {self.doing}.")

    def _read_output(self) -> None:
        kept, flood = self.limits["output_kb"] << 10, self.limits["output_kb"] * 10 << 10
        try:
            data = os.read(self.output, 1 << 16)
        except BlockingIOError:
            return
        self.printed_bytes += len(data)
        if len(self.printed) < kept:
            self.printed += data[: kept - len(self.printed)]
        if self.printed_bytes > flood:
            raise Stopped("OUTPUT_LIMIT", f"It printed more than {flood >> 10} KB.")

    def _drain(self) -> None:
        """What is still in the pipe; a flood changes no verdict any more."""
        for _ in range(64):
            before = self.printed_bytes
            try:
                self._read_output()
            except Stopped:
                return
            if self.printed_bytes == before:
                return

    def printed_text(self) -> str:
        said = text.clean(bytes(self.printed))
        if self.printed_bytes > len(self.printed):
            said += f"\n… {(self.printed_bytes - len(self.printed)) >> 10} KB more were printed"
        return said

    def _look_at_forbidden(self, found: object) -> None:
        """What the worker's own watch reported; [[line, name]]."""
        match found:
            case [[int(line), str(name)]] if name in self.forbidden:
                raise Stopped("FORBIDDEN", accept.not_allowed(line, name, self.forbidden))

    # -- limits and ends --------------------------------------------------------------------------

    def worker_pid(self) -> int:
        return cgroups.tree(self.pid)[0][-1] if self.pid else 0

    def _look_at_memory(self) -> None:
        now = time.monotonic()
        if now < self._next_look or self.pid is None or self.baseline is None:
            return
        started = time.perf_counter()
        if self.group.folders:
            if self.group.over_memory():
                raise self._memory_stop()
            self._next_look = now + 0.1
            return
        pids, tasks = cgroups.tree(self.pid)
        if tasks > self.limits["processes"] + 2:  # and its init
            raise Stopped("PROCESS_LIMIT", f"It started more than {self.limits['processes']} processes.")
        # Every process of the tree shares up to `baseline` with the warm parent.
        used = sum(max(0, cgroups.private_bytes(pid) - self.baseline) for pid in pids)
        self.peak_bytes = max(self.peak_bytes, used)
        if used > self.limits["memory_mb"] << 20:
            raise self._memory_stop()
        self._next_look = now + max(MEMORY_TICK_S, 10 * (time.perf_counter() - started))

    def _memory_stop(self) -> Stopped:
        return Stopped(
            "MEMORY_LIMIT", f"It used more than {self.limits['memory_mb']} MB during {self.doing}."
        )

    def _timeout(self, seconds: float | None) -> Stopped:
        whole = time.monotonic() >= self.deadline
        limit = self.limits["total_s"] if whole else seconds or self.limits["call_s"]
        what = "The whole run" if whole else self.doing
        if what.startswith(("the ", "reading", "a ")):
            what = what[0].upper() + what[1:]
        return Stopped("TIMEOUT", f"{what} took longer than {limit:g} s.")

    def _death(self, status: int) -> Stopped:
        if self.group.over_memory():
            return self._memory_stop()
        code = os.waitstatus_to_exitcode(status)
        if code >= 0:
            return Stopped("EXITED", f"The process ended itself with status {code} during {self.doing}.")
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return Stopped("CRASHED", f"The process died of {name} during {self.doing}.")


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
