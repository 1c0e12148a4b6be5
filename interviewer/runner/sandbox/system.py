"""The few Linux calls that Python has no function for, through ctypes. Each raises OSError."""

from __future__ import annotations

import ctypes
import os
import platform
import sys

LINUX = sys.platform.startswith("linux")
libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_KEEPCAPS, CAP_DAC_READ_SEARCH = 8, 2
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38

# pivot_root, capset, seccomp, landlock_*: by number, because libc has no wrapper.
SYSCALLS = {
    "x86_64": {"pivot_root": 155, "capset": 126, "seccomp": 317},
    "aarch64": {"pivot_root": 41, "capset": 91, "seccomp": 277},
}.get(platform.machine(), {})
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446


def succeed(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def syscall(number: int | None, *arguments, what: str = "syscall") -> int:
    if number is None:
        raise OSError(38, f"{what}: unknown on this processor")
    # Every argument as a full register: ctypes would pass Python ints as 32 bits.
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return succeed(libc.syscall(ctypes.c_long(number), *wide), what)


def prctl(option: int, *values: int) -> None:
    padded = [ctypes.c_ulong(v) for v in (*values, 0, 0, 0, 0)[:4]]
    succeed(libc.prctl(option, *padded), "prctl")


def unshare(flags: int) -> None:
    succeed(libc.unshare(flags), "unshare")


def setns(fd: int, kind: int) -> None:
    succeed(libc.setns(fd, kind), "setns")


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encoded = [v.encode() if v is not None else None for v in (source, target, kind)]
    options = data.encode() if data is not None else None
    succeed(libc.mount(*encoded, ctypes.c_ulong(flags), options), f"mount {target}")


def unmount(target: str, flags: int = MNT_DETACH) -> None:
    succeed(libc.umount2(target.encode(), flags), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    syscall(
        SYSCALLS.get("pivot_root"),
        ctypes.c_char_p(new.encode()),
        ctypes.c_char_p(old.encode()),
        what="pivot_root",
    )


def drop_capabilities(keep: int | None = None) -> None:
    """No capability in any set but ``keep``, now or after an exec."""
    for capability in range(64):
        if capability == keep:
            continue
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    bits = 0 if keep is None else 1 << keep
    data = (ctypes.c_uint32 * 6)(bits, bits, 0, 0, 0, 0)
    syscall(SYSCALLS.get("capset"), ctypes.byref(header), ctypes.byref(data), what="capset")


def undumpable() -> None:
    """No other process of this user may trace this one or read its memory or environment."""
    if LINUX:
        prctl(PR_SET_DUMPABLE, 0)


def die_with_parent(signal: int = 9) -> None:
    if LINUX:
        prctl(PR_SET_PDEATHSIG, signal)


def outlive_parent() -> None:
    die_with_parent(0)


def adopt_orphans() -> None:
    if LINUX:
        prctl(PR_SET_CHILD_SUBREAPER, 1)
