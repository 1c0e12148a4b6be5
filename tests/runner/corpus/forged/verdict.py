# Sends a verdict, a result and finished checks.
# exercise: softmax
# expect: PROTOCOL_ERROR
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    send(json.dumps({"run": 1, "result": {"verdict": "PASS"}, "verdict": "PASS"}).encode())
    send(json.dumps({"check": {"id": "values", "status": "passed"}, "ok": True}).encode())
    time.sleep(0.02)
