# Sends a number of half a million digits.
# exercise: softmax
# expect: PROTOCOL_ERROR
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    send(b'{"ok":' + b"9" * 500_000 + b"}")
    time.sleep(0.02)
