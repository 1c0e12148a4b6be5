# Sends an error whose every field is of the wrong type.
# exercise: softmax
# expect: RUNTIME_ERROR|PROTOCOL_ERROR
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    send(
        json.dumps(
            {"error": {"type": [1], "bases": 5, "message": {"a": 1}, "line": "x", "errno": []}}
        ).encode()
    )
    time.sleep(0.02)
