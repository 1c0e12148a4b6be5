"""A seccomp filter that refuses the system calls no exercise needs.

A deny-list: torch, numpy and Triton use hundreds of calls, and the other layers do not depend on
this one. Refused calls fail with EPERM, so that code which asks politely goes on.
"""

from __future__ import annotations

import ctypes
import platform
import struct

from interviewer.runner.sandbox import system

_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97

# name: (x86_64, aarch64); None where the processor has no such call.
_DENIED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "kcmp": (312, 272), "perf_event_open": (298, 241), "bpf": (321, 280), "userfaultfd": (323, 282),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsmount": (432, 432),
    "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171),
    "clock_adjtime": (305, 266), "sethostname": (170, 161), "setdomainname": (171, 162),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "syslog": (103, 116),
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "vhangup": (153, 58),
    "fanotify_init": (300, 262), "lookup_dcookie": (212, 18), "personality": (135, 92),
    "sched_setaffinity": (203, 122), "ioprio_set": (251, 30), "migrate_pages": (256, 238),
    "move_pages": (279, 239), "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
}  # fmt: skip
_SOCKET, _CLONE, _CLONE3, _IOCTL, _KILLS = (41, 198), (56, 220), (435, 435), (16, 29), ((62, 129), (200, 130))
_TGKILL, _PRLIMIT = (234, 131), (302, 261)
_AF_UNIX = 1
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}


class _Program:
    """A BPF program, one test after the other; every test either returns or falls through."""

    def __init__(self) -> None:
        self.code: list[tuple[int, int, int, int]] = []

    def load(self, offset: int) -> None:
        self.code.append((0x20, 0, 0, offset))

    def answer(self, value: int) -> None:
        self.code.append((0x06, 0, 0, value))

    def unless_equal_skip(self, value: int, count: int) -> None:
        self.code.append((0x15, 0, count, value))

    def if_equal_skip(self, value: int, count: int) -> None:
        self.code.append((0x15, count, 0, value))

    def unless_bits_skip(self, bits: int, count: int) -> None:
        self.code.append((0x45, 0, count, bits))

    def bytes(self) -> bytes:
        return b"".join(struct.pack("HBBI", *instruction) for instruction in self.code)


_NUMBER, _ARCHITECTURE = 0, 4


def _argument(index: int) -> int:
    return 16 + 8 * index


def build(machine: str, own_pid: int, signals: bool) -> bytes:
    """The filter for one process. ``signals``: also refuse to signal any process but itself, for
    machines where no pid namespace does that."""
    column = ("x86_64", "aarch64").index(machine)
    program = _Program()
    program.load(_ARCHITECTURE)
    program.if_equal_skip(_ARCH[machine], 1)
    program.answer(_KILL)
    program.load(_NUMBER)
    if machine == "x86_64":  # the x32 calls alias all others
        program.code.append((0x35, 0, 1, 0x40000000))
        program.answer(_ERRNO | _ENOSYS)
    for numbers in _DENIED.values():
        if numbers[column] is not None:
            program.unless_equal_skip(numbers[column], 1)
            program.answer(_ERRNO | _EPERM)
    # clone3 hides its flags behind a pointer: claim it is missing, libc falls back to clone.
    program.unless_equal_skip(_CLONE3[column], 1)
    program.answer(_ERRNO | _ENOSYS)
    program.unless_equal_skip(_CLONE[column], 4)
    program.load(_argument(0))
    program.unless_bits_skip(_NEW_NAMESPACES, 1)
    program.answer(_ERRNO | _EPERM)
    program.load(_NUMBER)
    program.unless_equal_skip(_SOCKET[column], 4)
    program.load(_argument(0))
    program.if_equal_skip(_AF_UNIX, 1)
    program.answer(_ERRNO | _EAFNOSUPPORT)
    program.load(_NUMBER)
    program.unless_equal_skip(_IOCTL[column], 5)
    program.load(_argument(1))
    program.if_equal_skip(_TIOCSTI, 1)
    program.unless_equal_skip(_TIOCLINUX, 1)
    program.answer(_ERRNO | _EPERM)
    program.load(_NUMBER)
    if signals:
        for numbers in (*_KILLS, _TGKILL):
            program.unless_equal_skip(numbers[column], 4)
            program.load(_argument(0))
            program.if_equal_skip(own_pid, 1)
            program.answer(_ERRNO | _EPERM)
            program.load(_NUMBER)
    program.answer(_ALLOW)
    return program.bytes()


class _Fprog(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def apply(own_pid: int, signals: bool) -> None:
    """Install the filter; needs no_new_privs. Raises OSError where the kernel has none."""
    machine = platform.machine()
    if machine not in _ARCH:
        raise OSError(38, f"no seccomp filter for {machine}")
    code = build(machine, own_pid, signals)
    program = _Fprog(len(code) // 8, code)
    system.syscall(system.SYSCALLS.get("seccomp"), 1, 0, ctypes.byref(program), what="seccomp")
