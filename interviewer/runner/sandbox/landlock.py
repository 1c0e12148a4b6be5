"""Landlock: file access by allow-list, no TCP, no signals out. Works without any privilege."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from interviewer.runner.sandbox import system

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_FILE_RIGHTS = (
    _EXECUTE | _WRITE_FILE | _READ_FILE | 1 << 14 | 1 << 15
)  # and truncate; ioctl (a GPU is nothing else)
_READ = _EXECUTE | _READ_FILE | _READ_DIR


class _Ruleset(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version() -> int:
    """The kernel's Landlock ABI, 0 where there is none."""
    try:
        return system.syscall(system.LANDLOCK_CREATE, None, 0, 1, what="landlock")
    except OSError:
        return 0


def apply(read: Iterable[str], write: Iterable[str]) -> None:
    """Only ``read`` may be read and only ``write`` written, by this process and its children."""
    abi = version()
    if abi == 0:
        raise OSError(38, "no Landlock in this kernel")
    rights = (1 << 13) - 1
    rights |= (1 << 13 if abi >= 2 else 0) | (1 << 14 if abi >= 3 else 0) | (1 << 15 if abi >= 5 else 0)
    rules = _Ruleset(rights, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = system.syscall(
        system.LANDLOCK_CREATE, ctypes.byref(rules), size, 0, what="landlock_create_ruleset"
    )
    try:
        for allowed, paths in ((_READ, read), (rights, write)):
            for path in paths:
                _allow(ruleset, path, allowed & rights)
        system.syscall(system.LANDLOCK_RESTRICT, ruleset, 0, what="landlock_restrict_self")
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no permission
    try:
        if not os.path.isdir(path):
            rights &= _FILE_RIGHTS
        rule = _PathRule(rights, fd)
        system.syscall(
            system.LANDLOCK_ADD, ruleset, 1, ctypes.byref(rule), 0, what=f"landlock_add_rule {path}"
        )
    finally:
        os.close(fd)
