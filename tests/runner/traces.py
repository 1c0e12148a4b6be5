"""What a run might leave behind: processes, mounts, groups, files. Looked at before and after."""

from __future__ import annotations

import ctypes
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/", "/root", "/home")
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Traces:
    """A moment's view of this machine, as far as it is ours to keep clean."""

    children: frozenset[int]
    mounts: frozenset[str]
    files: frozenset[str]


def adopt_orphans() -> None:
    """Whatever outlives its parent below this process becomes its child, and so is seen."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def look(*folders: Path) -> Traces:
    """``folders``: where else nothing may appear."""
    until = time.monotonic() + 3  # what was killed may still be dying
    while (children := _living()) and time.monotonic() < until:
        time.sleep(0.05)
    return Traces(frozenset(children), frozenset(_mounts()), frozenset(_files(folders)))


def groups_of(judge: int) -> list[str]:
    """The cgroups that this judge made and that are still there; one goes only when it is empty."""
    return [str(p) for p in Path("/sys/fs/cgroup").glob(f"**/interviewer-{judge}-*")]


def _living() -> set[int]:
    """Children of this process that have not ended (one that has waits for somebody to ask)."""
    found = set()
    for task in Path("/proc/self/task").glob("*/children"):
        found.update(int(pid) for pid in task.read_text().split())
    return {pid for pid in found if _state(pid) not in ("Z", "X", "")}


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def _mounts() -> list[str]:
    return [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]


def _files(folders: tuple[Path, ...]) -> set[str]:
    found = set()
    for folder in {*map(Path, _PLACES), *folders, Path.cwd(), Path(tempfile.gettempdir())}:
        names = os.listdir(folder) if os.access(folder, os.R_OK) else []
        # Others work on this machine: only names that a submission or a judge of ours would use.
        mine = f"interviewer-run-{os.getpid()}-"
        found.update(str(folder / n) for n in names if "canary" in n or n.startswith((mine, "core")))
    return found
