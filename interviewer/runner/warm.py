"""The warm parent: has torch imported, forks a worker per request, reports how each ended.

It is forked from the judge before the judge has read anything of an exercise, never starts a thread
or an OpenMP region (its forks would hang), and never initialises CUDA.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import mmap
import os
import select
import signal
import socket
import struct
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interviewer.runner import accept, arena, models, watch, wire, worker  # noqa: F401 - inherited
from interviewer.runner.sandbox import cgroups, launch, probe, system  # noqa: F401
from interviewer.runner.sandbox.confine import Confinement, arrange_descriptors, default_signals, open_streams

with contextlib.suppress(ImportError):
    from interviewer.runner import review  # noqa: F401

SETTLE_S = 0.4  # idle time before each of the slow imports
#: What gradients and optimizers pull in at their first use: seconds, once, instead of in every worker.
SLOW_IMPORTS = ("torch.fx.experimental.symbolic_shapes", "torch.utils.data", "torch._dynamo")


@dataclass
class Child:
    number: int
    pid: int
    uid: int | None
    status_pipe: int | None  # from its init, where it has one
    pidfd: int | None


def serve(sock: socket.socket, config: dict) -> None:
    """Until the judge has gone."""
    system.die_with_parent()
    system.adopt_orphans()
    default_signals()
    confinement = Confinement(**confinement_of(config))
    confinement.prepare()
    system.undumpable()
    gc.collect()
    gc.freeze()
    parent = Parent(sock, confinement, config)
    parent.reply({"launcher": confinement.launcher})
    parent.run()


def confinement_of(config: dict) -> dict[str, Any]:
    """What the app's configuration says of the sandbox, as arguments of Confinement."""
    return {
        "off": frozenset(config.get("off", ())),
        "home": config["home"],
        "package": Path(__file__).resolve().parent.parent,
        "extra_environment": config.get("environment", {}),
        "cuda": os.path.exists("/dev/nvidiactl"),
    }


class Parent:
    def __init__(self, sock: socket.socket, confinement: Confinement, config: dict):
        self.sock = sock
        self.confinement = confinement
        self.config = config
        self.children: dict[int, Child] = {}
        # A worker that a launcher started inherits nothing of what is imported here.
        self.deferred = [] if confinement.launcher else list(SLOW_IMPORTS)

    def run(self) -> None:
        while True:
            waiting = [self.sock, *(c.pidfd for c in self.children.values() if c.pidfd is not None)]
            polled = any(c.pidfd is None for c in self.children.values())
            timeout = 0.02 if polled else SETTLE_S if self.deferred else None
            ready, _, _ = select.select(waiting, [], [], timeout)
            if not ready and self.deferred and not polled:
                self.import_more()
            if self.sock in ready and not self.handle():
                break
            self.collect()
        for child in list(self.children.values()):
            self.kill(child)

    def import_more(self) -> None:
        """One of the slow imports; when all are there, say so."""
        with contextlib.suppress(ImportError):
            importlib.import_module(self.deferred.pop(0))
        gc.collect()
        gc.freeze()
        if not self.deferred:
            self.reply({"grown": True})

    def handle(self) -> bool:
        """One message from the judge; False when it has gone."""
        try:
            data, fds, _, _ = socket.recv_fds(self.sock, 65536, 8)
        except OSError:
            return False
        if not data:
            return False
        for line in data.splitlines():
            message = json.loads(line)
            if "spawn" in message:
                self.spawn(message, fds)
            elif "kill" in message and message["kill"] in self.children:
                self.kill(self.children[message["kill"]])
        return True

    def reply(self, message: dict) -> None:
        self.sock.sendall(json.dumps(message).encode() + b"\n")

    def spawn(self, message: dict, fds: list[int]) -> None:
        number = message["spawn"]
        uid = self.confinement.new_uid({c.uid for c in self.children.values() if c.uid is not None})
        has_init = self.confinement.pid_namespaces
        read_end, write_end = os.pipe() if has_init else (None, None)
        pid = self.confinement.fork()
        if pid == 0:
            try:
                if self.confinement.launcher is not None:
                    _launch(self.confinement, self.config, message, fds)
                _born(self.confinement, message, fds, uid, write_end)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(70)
        for fd in (*fds, *([write_end] if has_init else [])):
            os.close(fd)
        pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        self.children[number] = Child(number, pid, uid, read_end, pidfd)
        self.reply({"spawned": number, "pid": pid, "uid": uid})

    def collect(self) -> None:
        """Report the children that ended, with everything they left behind gone."""
        for child in list(self.children.values()):
            try:
                pid, status = os.waitpid(child.pid, os.WNOHANG)
            except ChildProcessError:
                pid, status = child.pid, 9
            if pid == 0:
                continue
            if self.confinement.launcher is not None:
                status = _as_own(status)
            if child.status_pipe is not None:
                said = os.read(child.status_pipe, 4)
                status = struct.unpack("i", said)[0] if len(said) == 4 else status
                os.close(child.status_pipe)
            else:
                self.sweep(child)
            if child.pidfd is not None:
                os.close(child.pidfd)
            del self.children[child.number]
            self.reply({"exited": child.number, "status": status})

    def kill(self, child: Child) -> None:
        """Kill a worker with its whole tree. A pid namespace dies with its init."""
        if child.status_pipe is None:
            self.sweep(child)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)

    def sweep(self, child: Child) -> None:
        """Without a pid namespace: every process of the worker's own user, or else every descendant
        and every orphan that this process adopted."""
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            if child.uid is not None:
                helper = os.fork()
                if helper == 0:
                    try:
                        os.setresuid(child.uid, child.uid, child.uid)
                        os.kill(-1, signal.SIGKILL)
                    finally:
                        os._exit(0)
                os.waitpid(helper, 0)
            known = {c.pid for c in self.children.values()} - {child.pid}
            strays = [p for p in cgroups.tree(os.getpid())[0][1:] if not _below(p, known)]
            strays = [p for p in strays if p != child.pid]
            for pid in strays:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            if not strays:
                return
            time.sleep(0.005)


def _as_own(status: int) -> int:
    """A launcher tells of a signal that killed what it started by exiting with 128 more."""
    code = os.waitstatus_to_exitcode(status)
    return code - 128 if 128 < code <= 128 + signal.NSIG else status


def _below(pid: int, ancestors: set[int]) -> bool:
    while pid > 1:
        if pid in ancestors:
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            return False
    return False


def _born(
    confinement: Confinement, message: dict, fds: list[int], uid: int | None, status_pipe: int | None
) -> None:
    """In the new process. Waits for the judge's word (by then it is in its cgroup), then goes on."""
    if os.read(fds[0], 1) == b"":
        return
    system.die_with_parent()
    if status_pipe is not None:
        pid = os.fork()
        if pid:
            _init(pid, status_pipe)
    os.setsid()
    system.die_with_parent()
    channel = arrange_descriptors(*fds)
    open_streams()
    begin(channel, confinement.enter(message["limits"], message["scratch"], uid))


def begin(channel: socket.socket, held: dict) -> None:
    """As the worker, confined: report, and answer requests until the judge has gone."""
    _fresh_seeds()
    # Makes torch's thread pool anew, as a fork must; two threads at once would trip over it.
    sys.modules["torch"].set_num_threads(1)
    inputs, outputs = arena.map_region(4), arena.map_region(5)
    os.closerange(4, 6)
    wire.send(channel, {"ready": held})
    _work(channel, inputs, outputs)


def _launch(confinement: Confinement, config: dict, message: dict, fds: list[int]) -> None:
    """In the new process: become the launcher, which starts the worker as a program. Does not return."""
    if os.read(fds[0], 1) == b"":
        os._exit(0)
    system.die_with_parent()
    arrange_descriptors(*fds).detach()
    limits, name = message["limits"], confinement.launcher
    spec = {
        "config": config, "launcher": name, "paths": confinement.paths, "limits": limits,
        "folder": launch.folder(name, message["scratch"]),
    }  # fmt: skip
    command = launch.command(
        name, confinement.paths, confinement.package, message["scratch"], limits["disk_mb"], confinement.cuda
    )
    boot = str(confinement.package / "runner" / "boot.py")
    os.execvp(command[0], [*command, sys.executable, "-E", boot, "worker", json.dumps(spec)])


def _work(channel: socket.socket, inputs: mmap.mmap, outputs: mmap.mmap) -> None:
    worker.Bench(channel, inputs, outputs).serve()
    os._exit(0)


def _init(pid: int, status_pipe: int) -> None:
    """The first process of the namespace: adopts, reaps, and ends when the worker ends."""
    os.dup2(status_pipe, 0)
    os.closerange(1, 4096)
    while True:
        try:
            ended, status = os.wait()
        except InterruptedError:
            continue
        if ended == pid:
            os.write(0, struct.pack("i", status))
            os._exit(0)


def _fresh_seeds() -> None:
    """Forks would all draw the same numbers; and torch's own default seed is a constant."""
    import random
    import sys

    torch: Any = sys.modules["torch"]
    torch.seed()
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(int.from_bytes(os.urandom(4), "big"))
