# Reads the requests itself and answers that all is well.
# exercise: softmax
# expect: WRONG_ANSWER|PROTOCOL_ERROR|INVALID_OUTPUT|TIMEOUT
import json
import os
import threading

import torch


def answer():
    while True:
        os.read(3, 1 << 20)
        data = json.dumps({"ok": True, "status": "passed"}).encode()
        os.write(3, len(data).to_bytes(4, "big") + data)


threading.Thread(target=answer, daemon=True).start()


def solve(x, w):
    return torch.zeros(x.shape[0], w.shape[1])
