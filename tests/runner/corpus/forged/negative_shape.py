# Sends a tensor of negative size.
# exercise: softmax
# expect: PROTOCOL_ERROR
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    send(b'{"ok": ["x", 0], "tensors": [{"dtype": "float32", "shape": [-4, -5]}]}')
    time.sleep(0.02)
