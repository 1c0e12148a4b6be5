# Looks for a terminal, and types into it.
# exercise: softmax
# expect: PASS
# never: opened
# printed: b''
import fcntl
import os

import torch

for path in ("/dev/tty", "/dev/console", "/dev/pts/0", "/dev/tty0", "/dev/ptmx", "/dev/vcs"):
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        print("opened", path)
        fcntl.ioctl(fd, 0x5412, b"x")
        print("opened and typed", path)
    except OSError:
        pass
for fd in range(3):
    if os.isatty(fd):
        print("opened", fd)
print(repr(os.read(0, 10)))


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
