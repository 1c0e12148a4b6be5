# Sends half of a frame and stops.
# exercise: softmax
# expect: TIMEOUT
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    os.write(3, b"\x00\x00\x10\x00{")
    time.sleep(5)
