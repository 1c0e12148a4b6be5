"""The file system as the candidate sees it: the interpreter and the system's libraries, read-only, a
small private temporary folder, and nothing else."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from interviewer.runner.sandbox import system

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/sys/devices/system/cpu")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_INODES = 16384

#: What the candidate may write inside the private view, and where in it the candidate's own files live: a
#: folder that is empty at first, also where the interpreter itself lies below SCRATCH.
SCRATCH = "/tmp"
FOLDER = f"{SCRATCH}/candidate"


def readable(package: Path) -> list[str]:
    """What the interpreter needs to go on importing, without the folder this project lies in."""
    wanted = [*_SYSTEM, *_FILES, sys.prefix, sys.base_prefix, sys.exec_prefix]
    # An editable install puts the checkout, with its exercises, on the path: leave that out.
    wanted += [
        e for e in sys.path if os.path.isabs(e) and not (package.is_relative_to(e) and not _is_site(e))
    ]
    wanted += os.environ.get("LD_LIBRARY_PATH", "").split(":")
    wanted += [os.path.dirname(path) for path in _mapped()]
    return outermost([p for p in wanted if p and p != "/" and os.path.exists(p)])


def devices(cuda: bool) -> list[str]:
    names = [f"/dev/{name}" for name in _DEVICES]
    if cuda:
        names += [f"/dev/{n}" for n in os.listdir("/dev") if n.startswith("nvidia") or n == "dri"]
    return [name for name in names if os.path.exists(name)]


def _is_site(entry: str) -> bool:
    return os.path.basename(entry.rstrip("/")) in ("site-packages", "dist-packages")


def _mapped() -> set[str]:
    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return set()
    return {line.split(None, 5)[5] for line in lines if line.count("/") and ".so" in line}


def outermost(paths: list[str]) -> list[str]:
    """Without those that lie inside another (a symbolic link stays: it is a name of its own)."""
    kept: list[str] = []
    for path in sorted({os.path.normpath(p) for p in paths}):
        if not any(path.startswith(k + "/") and not os.path.islink(k) for k in kept):
            kept.append(path)
    return kept


def build(root: str, paths: list[str], hidden: list[str], nodes: list[str]) -> None:
    """A new root at ``root`` in this process's own mount namespace. Raises OSError."""
    system.mount("none", "/", None, system.MS_REC | system.MS_PRIVATE)
    system.mount("tmpfs", root, "tmpfs", system.MS_NOSUID | system.MS_NODEV, "mode=755,size=1m")
    _show(root, paths)
    for node in nodes:
        _bind(node, root + node, plain=False)
    for folder in ("tmp", "proc", "dev/shm"):
        os.makedirs(f"{root}/{folder}", exist_ok=True)
    for name, target in (
        ("fd", "/proc/self/fd"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ):
        os.symlink(target, f"{root}/dev/{name}")
    for name in ("cpuinfo", "meminfo"):  # covered by a real /proc wherever one can be mounted
        _bind(f"/proc/{name}", f"{root}/proc/{name}")
    _hide(root, hidden)


def _show(root: str, paths: list[str]) -> None:
    for path in paths:
        inside = root + path
        os.makedirs(os.path.dirname(inside), mode=0o755, exist_ok=True)
        if os.path.islink(path):
            if not os.path.lexists(inside):
                os.symlink(os.readlink(path), inside)
            real = os.path.realpath(path)
            if not os.path.exists(root + real) and os.path.exists(real):
                _bind(real, root + real)
        else:
            _bind(path, inside)


def _hide(root: str, folders: list[str]) -> None:
    for folder in folders:
        if os.path.isdir(root + folder):
            system.mount("tmpfs", root + folder, "tmpfs", system.MS_RDONLY, "size=4k,mode=000")


def _bind(source: str, target: str, plain: bool = True) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        Path(target).touch()
    system.mount(source, target, None, system.MS_BIND | system.MS_REC)
    if plain:
        flags = system.MS_REMOUNT | system.MS_BIND | system.MS_RDONLY | system.MS_NOSUID | system.MS_NODEV
        if os.statvfs(source).f_flag & os.ST_NOEXEC:  # locked on in a user namespace
            flags |= system.MS_NOEXEC
        system.mount("none", target, None, flags)


def enter(root: str, paths: list[str], hidden: list[str], disk_mb: int, owner: int | None) -> None:
    """Make ``root`` the root of this process (in a mount namespace of its own), with fresh scratch."""
    options = f"mode=700,size={disk_mb}m,nr_inodes={_INODES}"
    if owner is not None:
        options += f",uid={owner},gid={owner}"
    flags = system.MS_NOSUID | system.MS_NODEV
    system.mount("tmpfs", root + SCRATCH, "tmpfs", flags, options)
    covered = [path for path in paths if path.startswith(SCRATCH + "/")]
    _show(root, covered)
    _hide(root, [folder for folder in hidden if folder.startswith(SCRATCH + "/")])
    os.mkdir(root + FOLDER, mode=0o700)
    if owner is not None:
        os.chown(root + FOLDER, owner, owner)
    system.mount("tmpfs", root + "/dev/shm", "tmpfs", flags | system.MS_NOEXEC, options)
    with contextlib.suppress(OSError):  # some containers forbid it; then there is none to see
        system.mount("proc", root + "/proc", "proc", flags | system.MS_NOEXEC)
    os.chdir(root)
    system.pivot_root(".", ".")
    system.unmount(".")
    os.chdir("/")
    system.mount("none", "/", None, system.MS_REMOUNT | system.MS_BIND | system.MS_RDONLY | flags)
