# Sends an error that is a list.
# exercise: softmax
# expect: PROTOCOL_ERROR
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    send(b'{"error": [[[]]]}')
    time.sleep(0.02)
