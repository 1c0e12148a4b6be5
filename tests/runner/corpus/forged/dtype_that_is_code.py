# Names an attribute of torch that is no dtype.
# exercise: softmax
# expect: INVALID_OUTPUT|PROTOCOL_ERROR
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    send(b'{"ok": ["x", 0], "tensors": [{"dtype": "load", "shape": [4, 5]}]}')
    time.sleep(0.02)
