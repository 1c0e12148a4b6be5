# Connects wherever it can.
# exercise: softmax
# expect: PASS
# never: reached
import socket

import torch

for family, kind, target in (
    (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 22)),
    (socket.AF_INET, socket.SOCK_STREAM, ("1.1.1.1", 53)),
    (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53)),
    (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 22)),
    (socket.AF_UNIX, socket.SOCK_STREAM, "\0dbus"),
    (socket.AF_UNIX, socket.SOCK_STREAM, "/run/dbus/system_bus_socket"),
    (socket.AF_PACKET, socket.SOCK_RAW, ("lo", 0)),
):
    try:
        with socket.socket(family, kind) as made:
            made.settimeout(1)
            made.connect(target)
            print("reached", target)
    except OSError as error:
        print(family, error.errno)
try:
    print("reached", socket.getaddrinfo("localhost.invalid", 80))
except OSError:
    pass


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
