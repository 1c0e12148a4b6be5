# Sends JSON nested a hundred thousand times.
# exercise: softmax
# expect: PROTOCOL_ERROR
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    send(b'{"ok":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    time.sleep(0.02)
