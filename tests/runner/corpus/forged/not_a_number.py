# Sends NaN, infinities and a number that no float holds where a tensor was asked for.
# exercise: softmax
# expect: INVALID_OUTPUT|PROTOCOL_ERROR
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    send(b'{"ok": ["l", NaN, Infinity, -Infinity, 1e999]}')
    time.sleep(0.02)
