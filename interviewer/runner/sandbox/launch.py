"""Launchers: programs of the system's that confine what they start.

bubblewrap, where this user may make no namespace but it may; sandbox-exec on macOS. A launcher starts
programs and not forks, so such a worker imports torch by itself, while the candidate reads.
The macOS half is unverified: nobody has run it there yet.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from interviewer.runner.sandbox import view

BUBBLEWRAP, SANDBOX_EXEC = "bubblewrap", "sandbox-exec"
LAUNCHERS = frozenset((BUBBLEWRAP, SANDBOX_EXEC))
_PROGRAMS = {BUBBLEWRAP: "bwrap", SANDBOX_EXEC: "sandbox-exec"}


def find() -> str | None:
    """The launcher that works here, found out by starting something with it."""
    name = SANDBOX_EXEC if sys.platform == "darwin" else BUBBLEWRAP
    program = shutil.which(_PROGRAMS[name])
    if program is None:
        return None
    trial = {
        BUBBLEWRAP: [program, "--unshare-all", "--ro-bind", "/", "/", "true"],
        SANDBOX_EXEC: [program, "-p", "(version 1)(allow default)", "true"],
    }[name]
    try:
        worked = subprocess.run(trial, capture_output=True, timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return None
    return name if worked else None


def command(name: str, paths: list[str], package: Path, scratch: str, disk_mb: int, cuda: bool) -> list[str]:
    """What to write before the interpreter's own command."""
    if name == SANDBOX_EXEC:
        return [_PROGRAMS[name], "-p", profile([*paths, str(package)], scratch)]
    return [_PROGRAMS[name], *_bubblewrap(paths, package, disk_mb, cuda)]


def folder(name: str, scratch: str) -> str:
    """Where the worker's own files lie, as it sees them."""
    return scratch if name == SANDBOX_EXEC else view.FOLDER


def _bubblewrap(paths: list[str], package: Path, disk_mb: int, cuda: bool) -> list[str]:
    options = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    size = ["--size", str(disk_mb << 20)]
    options += [*size, "--tmpfs", view.SCRATCH]  # first: the interpreter may lie below it
    for path in paths:
        options += (
            ["--symlink", os.readlink(path), path] if os.path.islink(path) else ["--ro-bind", path, path]
        )
    # Of this package only what the worker itself imports, before Landlock closes that too.
    options += ["--tmpfs", str(package)]
    for part in ("__init__.py", "core", "runner"):
        options += ["--ro-bind", str(package / part), str(package / part)]
    options += ["--proc", "/proc", "--dev", "/dev"]
    for node in view.devices(cuda):
        options += ["--dev-bind-try", node, node]
    options += [*size, "--tmpfs", "/dev/shm"]
    return [*options, "--dir", view.FOLDER, "--chdir", view.FOLDER, "--"]


def profile(readable: list[str], scratch: str) -> str:
    """A sandbox-exec profile: read the interpreter, write the scratch folder, reach nothing else."""

    def subpaths(paths: list[str]) -> str:
        return " ".join(f'(subpath "{os.path.realpath(path)}")' for path in paths)

    interpreters = " ".join(
        f'(literal "{path}")' for path in (os.path.realpath(sys.executable), sys.executable)
    )
    system = ["/usr/lib", "/usr/share", "/System/Library", "/Library/Frameworks", "/private/var/db/timezone"]
    return "".join(
        (
            "(version 1)(deny default)",
            "(allow process-fork)(allow sysctl-read)(allow mach-lookup)(allow signal (target self))",
            f"(allow process-exec {interpreters})",
            f"(allow file-read-metadata)(allow file-read* {subpaths([*readable, *system])})",
            '(allow file-read* (literal "/dev/urandom") (literal "/dev/random") (literal "/dev/zero"))',
            '(allow file-read* file-write* (literal "/dev/null"))',
            f"(allow file-read* file-write* {subpaths([scratch])})",
        )
    )
