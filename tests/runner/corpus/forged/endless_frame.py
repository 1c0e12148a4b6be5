# Announces four gigabytes.
# exercise: softmax
# expect: PROTOCOL_ERROR
# says: frame
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    os.write(3, b"\xff\xff\xff\xff" + b"x" * 4096)
    time.sleep(0.02)
