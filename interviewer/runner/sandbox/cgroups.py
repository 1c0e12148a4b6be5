"""Memory and process count of a whole tree, by cgroup v2, v1, or by looking at it from outside."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_counter = 0


@dataclass
class Group:
    """A cgroup made for one worker. Empty ``folders``: none could be made; poll instead."""

    folders: list[Path] = field(default_factory=list)
    kind: str = ""  # "v2", "v1" or ""

    def add(self, pid: int) -> None:
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(pid))

    def over_memory(self) -> bool:
        """Did the kernel kill something here for want of memory?"""
        for folder in self.folders:
            for name, key in (("memory.events", "oom_kill"), ("memory.oom_control", "oom_kill")):
                try:
                    lines = (folder / name).read_text().splitlines()
                except OSError:
                    continue
                if any(int(line.split()[1]) > 0 for line in lines if line.split()[0] == key):
                    return True
        return False

    def peak(self) -> int | None:
        """Most memory used at once, in bytes."""
        for folder in self.folders:
            for name in ("memory.peak", "memory.max_usage_in_bytes"):
                try:
                    return int((folder / name).read_text())
                except (OSError, ValueError):
                    continue
        return None

    def kill(self) -> None:
        """All at once, where the kernel can (v2)."""
        for folder in self.folders:
            with contextlib.suppress(OSError):
                (folder / "cgroup.kill").write_text("1")

    def pids(self) -> list[int]:
        found = set()
        for folder in self.folders:
            with contextlib.suppress(OSError, ValueError):
                found.update(int(line) for line in (folder / "cgroup.procs").read_text().split())
        return sorted(found)

    def remove(self) -> bool:
        """True once nothing is left of it; try again while its last processes die."""
        for folder in list(self.folders):
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError:
                continue
            self.folders.remove(folder)
        return not self.folders


def make(memory_mb: int, processes: int) -> Group:
    """A new group with these limits, below this process's own; an empty one where that is not allowed."""
    global _counter
    _counter += 1
    name = f"interviewer-{os.getpid()}-{_counter}"
    return _version2(name, memory_mb, processes) or _version1(name, memory_mb, processes) or Group()


def _own() -> dict[str, str]:
    """controller list -> this process's path in that hierarchy."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return {}
    return {line.split(":", 2)[1]: line.split(":", 2)[2] for line in lines}


def _version2(name: str, memory_mb: int, processes: int) -> Group | None:
    own = _own().get("")
    base = Path("/sys/fs/cgroup")
    if own is None or not (base / "cgroup.controllers").exists():
        return None
    # A group that holds processes can have no controllers below it: make ours beside it.
    parent = base / own.lstrip("/")
    for place in (parent, parent.parent):
        if place == base.parent or "memory" not in _read(place / "cgroup.subtree_control").split():
            continue
        group = Group([], "v2")
        _sweep(place)
        try:
            folder = place / name
            folder.mkdir()
            group.folders.append(folder)
            (folder / "memory.max").write_text(str(memory_mb << 20))
            _try_write(folder / "memory.swap.max", "0")
            _try_write(folder / "pids.max", str(processes))
            return group
        except OSError:
            group.remove()
    return None


def _version1(name: str, memory_mb: int, processes: int) -> Group | None:
    own = {c: path for names, path in _own().items() for c in names.split(",")}
    group = Group([], "v1")
    for controller, file, value in (
        ("memory", "memory.limit_in_bytes", memory_mb << 20),
        ("pids", "pids.max", processes),
    ):
        parent = Path("/sys/fs/cgroup") / controller / own.get(controller, "/").lstrip("/")
        _sweep(parent)
        folder = parent / name
        try:
            folder.mkdir()
            group.folders.append(folder)
            (folder / file).write_text(str(value))
            if controller == "memory":
                _try_write(folder / "memory.memsw.limit_in_bytes", str(value))
        except OSError:
            group.remove()
            if controller == "memory":
                return None
    return group


@cache
def _sweep(parent: Path) -> None:
    """Once: take away the groups of judges that were killed and could not."""
    for folder in parent.glob("interviewer-*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _try_write(path: Path, value: str) -> None:
    with contextlib.suppress(OSError):
        path.write_text(value)


# -- by looking -----------------------------------------------------------------------------------

_PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(pid: int) -> tuple[list[int], int]:
    """This process and all its descendants; and how many tasks (threads) they are together."""
    found, queue, count = [], [pid], 0
    while queue:
        current = queue.pop()
        found.append(current)
        try:
            tasks = os.listdir(f"/proc/{current}/task")
        except OSError:
            continue
        count += len(tasks)
        for task in tasks:
            queue += [int(child) for child in _read(Path(f"/proc/{current}/task/{task}/children")).split()]
    return found, count


def private_bytes(pid: int) -> int:
    """Resident memory that is not file-backed or shared, 0 when the process has gone. Pages still
    shared copy-on-write with the warm parent are counted: subtract what a fresh worker has."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * _PAGE
