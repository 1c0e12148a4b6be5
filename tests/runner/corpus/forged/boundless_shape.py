# Sends a tensor of sixty dimensions, 2^40 each.
# exercise: softmax
# expect: INVALID_OUTPUT|PROTOCOL_ERROR
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    send(json.dumps({"ok": ["x", 0], "tensors": [{"dtype": "float32", "shape": [1 << 40] * 60}]}).encode())
    time.sleep(0.02)
