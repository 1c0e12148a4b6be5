"""Puts the layers on, in the one order that works; says which of them held."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from interviewer.runner.sandbox import landlock, launch, layers, seccomp, system, view

_NAMESPACES = {"pid", "mount", "net", "ipc"}
_FIRST_UID, _UIDS = 60706, 478  # used neither for people nor by systemd
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "CUDA_HOME")


@dataclass
class Confinement:
    """What the warm parent prepared once for all its workers."""

    off: frozenset[str]
    home: str  # a folder of ours: root/ and one scratch folder per worker
    package: Path
    extra_environment: dict[str, str] = field(default_factory=dict)
    cuda: bool = False
    is_root: bool = False
    user_namespace: bool = False
    root: str | None = None
    launcher: str | None = None  # the program that makes the namespaces, where this process may not
    pid_namespaces: bool = False  # every worker gets one
    paths: list[str] = field(default_factory=list)
    why: dict[str, str] = field(default_factory=dict)  # layer -> why it is not there

    def prepare(self) -> None:
        """In the warm parent, once, while it has a single thread."""
        self.is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        self.paths = view.readable(self.package)
        if not system.LINUX:
            self.why.update(dict.fromkeys(layers.NAMES, "only on Linux"))
        elif self.may_make_namespaces():
            if "pid" not in self.off:
                self._try("pid", self._try_pid_namespace)
            if "mount" not in self.off:
                self._try("mount", self._build_root)
            return
        if not any(self.off.issuperset(them) for them in (_NAMESPACES, launch.LAUNCHERS)):
            self.launcher = launch.find()

    def may_make_namespaces(self) -> bool:
        """As root, or in a user namespace: then this process is in one now."""
        if "namespaces" in self.off:
            return False
        if not self.is_root and not self.off.issuperset(_NAMESPACES):
            self._try("pid", self._enter_user_namespace)
        return self.is_root or self.user_namespace

    def _try(self, layer: str, step) -> bool:
        try:
            step()
            return True
        except OSError as error:
            self.why[layer] = str(error)
            return False

    def _enter_user_namespace(self) -> None:
        uid, gid = os.getuid(), os.getgid()
        system.unshare(system.CLONE_NEWUSER)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
        self.user_namespace = True

    def _try_pid_namespace(self) -> None:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                system.unshare(system.CLONE_NEWPID)
                code = 0
            except OSError as error:
                code = error.errno or 1
            finally:
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code:
            raise OSError(code, f"unshare: {os.strerror(code)}")
        self.pid_namespaces = True

    def _build_root(self) -> None:
        system.unshare(system.CLONE_NEWNS)
        root = os.path.join(self.home, "root")
        os.makedirs(root, exist_ok=True)
        view.build(root, self.paths, [str(self.package)], view.devices(self.cuda))
        self.root = root

    # -- one worker -------------------------------------------------------------------------------

    def fork(self) -> int:
        """Fork; where it can be, the child is the first process of a new pid namespace.

        A process cannot enter the namespace it makes, only its children can, and this process must
        stay outside: so a helper makes the namespace, forks into it and goes, and the child becomes
        this process's own (it adopts orphans).
        """
        if not self.pid_namespaces:
            return os.fork()
        told, tell = os.pipe()
        helper = os.fork()
        if helper == 0:
            try:
                system.unshare(system.CLONE_NEWPID)
                pid = os.fork()
                if pid == 0:
                    os.close(tell)
                    os.close(told)
                    return 0
                os.write(tell, str(pid).encode())
            finally:
                if os.getpid() != 1:
                    os._exit(0)
        os.close(tell)
        os.waitpid(helper, 0)
        pid = int(os.read(told, 16) or 0)
        os.close(told)
        if pid == 0:
            raise OSError(11, "no process could be made in a new namespace")
        return pid

    def new_uid(self, taken: set[int]) -> int | None:
        """An unprivileged user, none of ``taken``; None where the user cannot be changed."""
        if not self.is_root or "uid" in self.off or self.launcher is not None:
            return None
        if not self.pid_namespaces:  # there, what a worker leaves is found by its user
            taken = taken | {user for _, user in _processes()}
        start = int.from_bytes(os.urandom(2), "big")  # another judge may be choosing at this moment
        offered = (_FIRST_UID + (start + i) % _UIDS for i in range(_UIDS))
        return next((uid for uid in offered if uid not in taken), None)

    def enter(self, limits: dict, scratch: str, uid: int | None) -> dict:
        """In the worker, before anything of the candidate is there. Returns the layers that hold."""
        held: list[str] = []
        why = dict(self.why)

        def layer(name: str, step) -> bool:
            if name in self.off:
                why[name] = "switched off"
                return False
            try:
                step()
            except OSError as error:
                why.setdefault(name, str(error))
                return False
            held.append(name)
            return True

        why.update({name: "switched off" for name in ("pid", "mount", "cgroup") if name in self.off})
        if self.pid_namespaces:
            held.append("pid")
        if system.LINUX and (self.is_root or self.user_namespace):
            layer("net", lambda: system.unshare(system.CLONE_NEWNET))
            layer("ipc", lambda: system.unshare(system.CLONE_NEWIPC | system.CLONE_NEWUTS))
        folder, readable = scratch, self.paths
        private = self.launcher == launch.BUBBLEWRAP  # nobody else's /dev, /proc, /tmp
        if private:
            readable = [*self.paths, "/dev", "/proc"]
        if self.root is not None:

            def private_view() -> None:
                system.unshare(system.CLONE_NEWNS)
                view.enter(self.root, self.paths, [str(self.package)], limits["disk_mb"], uid)

            if layer("mount", private_view):
                folder = view.FOLDER
                readable, private = view.outermost([*self.paths, "/dev", "/proc"]), True
        os.chdir(folder)
        layer("rlimits", lambda: _limits(limits, uid is not None or self.user_namespace, self.cuda))
        # An interpreter below a closed home (root's own pyenv, say) that no private view opens: the
        # worker may go on reading files; which of them is then for Landlock to say.
        reads = uid is not None and not (self.root and "mount" in held) and not self._open_to_all()
        if uid is not None:
            layer("uid", lambda: _become(uid, keep_capabilities=reads))
        if system.LINUX:
            system.drop_capabilities(system.CAP_DAC_READ_SEARCH if reads else None)
            system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)
            rights = readable if "mount" in held else self._without_package(readable)
            shared = ["/dev/shm"] if private else []  # without a private view it is everybody's
            layer("landlock", lambda: landlock.apply(rights, [*self._writable(folder), *shared]))
            system.die_with_parent()  # a change of user forgets it
            signals = not self.pid_namespaces
            layer("seccomp", lambda: seccomp.apply(os.getpid(), signals))
        _clean_environment(folder, self.extra_environment)
        return {"layers": held, "why": why}

    def _open_to_all(self) -> bool:
        """Can every user reach the interpreter's files?"""
        for path in (sys.prefix, sys.base_prefix):
            for folder in (Path(path), *Path(path).parents):
                if not folder.stat().st_mode & 0o001:
                    return False
        return True

    def _writable(self, folder: str) -> list[str]:
        writable = view.SCRATCH if folder == view.FOLDER else folder
        return [writable, "/dev/null", *(view.devices(True) if self.cuda else [])]

    def _without_package(self, paths: list[str]) -> list[str]:
        """Landlock only allows: where this package lies inside an allowed folder, its siblings are
        allowed one by one instead."""
        allowed: list[str] = []
        for path in [*paths, *view.devices(self.cuda), "/proc/self", "/proc/cpuinfo", "/proc/meminfo"]:
            here = Path(path)
            while self.package.is_relative_to(here) and here != self.package:
                allowed += [str(p) for p in here.iterdir() if not self.package.is_relative_to(p)]
                here /= self.package.relative_to(here).parts[0]
            if str(here) == path:
                allowed.append(path)
        return allowed


def _limits(limits: dict, own_user: bool, cuda: bool) -> None:
    """Hard limits, soft and hard alike: the candidate could raise a soft one."""

    def bound(kind: int, value: int) -> None:
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))

    bound(resource.RLIMIT_CORE, 0)
    bound(resource.RLIMIT_FSIZE, limits["disk_mb"] << 20)
    bound(resource.RLIMIT_NOFILE, 256)
    # The kernel counts per user: without one of its own, on top of what this person runs already.
    bound(resource.RLIMIT_NPROC, limits["processes"] + (0 if own_user else _tasks_of_this_user()))
    if sys.platform.startswith("linux") and not cuda:
        # Address space, so that one absurd allocation is refused politely; the tree's real memory is
        # watched from outside.
        with contextlib.suppress(FileNotFoundError):  # no /proc in this view
            bound(resource.RLIMIT_DATA, _data_bytes() + (limits["memory_mb"] << 20) + (1 << 30))


def _processes() -> Iterator[tuple[str, int]]:
    """Every process that can be seen, and its user. (The owner of its folder may be root instead.)"""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                status = Path(entry.path, "status").read_text()
                yield entry.name, int(status.partition("\nUid:")[2].split(None, 1)[0])


def _tasks_of_this_user() -> int:
    mine, count = os.getuid(), 0
    for pid, user in _processes():
        if user == mine:
            with contextlib.suppress(OSError):
                count += len(os.listdir(f"/proc/{pid}/task"))
    return count


def _data_bytes() -> int:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[5]) * os.sysconf("SC_PAGE_SIZE")


def _become(uid: int, keep_capabilities: bool) -> None:
    if keep_capabilities:
        system.prctl(system.PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _clean_environment(folder: str, extra: dict[str, str]) -> None:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    os.environ.clear()
    os.environ.update(
        kept | layers.ONE_THREAD | {"HOME": folder, "TMPDIR": folder, "PYTHONDONTWRITEBYTECODE": "1"} | extra
    )
    tempfile.tempdir = None  # may have been asked for, and remembered, before the fork


def arrange_descriptors(channel: int, inputs: int, outputs: int, printed: int) -> socket.socket:
    """0 is empty, 1 and 2 are the output pipe, 3 the channel, 4 and 5 the arena; nothing else is open."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    high = [os.dup2(fd, 60 + i) for i, fd in enumerate((nothing, printed, printed, channel, inputs, outputs))]
    for target, fd in enumerate(high):
        os.dup2(fd, target)
    os.closerange(6, max(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 4096))
    return socket.socket(fileno=3)


def open_streams() -> None:
    """Python's own, on the descriptors as they are now."""
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115


def default_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN if number == signal.SIGPIPE else signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
