# Sends bytes that are no plain data (a pickle that would run a command).
# exercise: softmax
# expect: PROTOCOL_ERROR
import json
import os
import time


def send(data):
    os.write(3, len(data).to_bytes(4, "big") + data)


def solve(x, w):
    send(b"cposix\nsystem\n(S'touch mi_canary_pickle'\ntR.")
    time.sleep(0.02)
