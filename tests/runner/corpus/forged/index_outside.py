# Refers to a tensor that is not in the table.
# exercise: softmax
# expect: PROTOCOL_ERROR
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    send(b'{"ok": ["x", 7], "tensors": []}')
    time.sleep(0.02)
