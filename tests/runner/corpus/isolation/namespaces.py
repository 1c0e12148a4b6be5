# Mounts, changes its root, makes namespaces, becomes root.
# exercise: softmax
# expect: PASS
# never: allowed
import ctypes
import os

import torch

libc = ctypes.CDLL(None, use_errno=True)
for name, arguments in (
    ("unshare", (0x10000000,)),
    ("unshare", (0x00020000,)),
    ("mount", (b"none", b"/tmp", b"tmpfs", 0, None)),
    ("umount2", (b"/tmp", 2)),
    ("chroot", (b"/tmp",)),
    ("setns", (3, 0)),
    ("setuid", (0,)),
    ("setgid", (0,)),
    ("sethostname", (b"owned", 5)),
    ("personality", (0x0040000,)),
    ("acct", (b"/tmp/a",)),
    ("swapon", (b"/tmp/a", 0)),
):
    if getattr(libc, name)(*arguments) == 0:
        print("allowed", name)
for path in ("/proc/self/uid_map", "/proc/self/oom_score_adj", "/proc/sys/kernel/core_pattern"):
    try:
        os.write(os.open(path, os.O_WRONLY), b"-1000")
        print("allowed", path)
    except OSError:
        pass


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
