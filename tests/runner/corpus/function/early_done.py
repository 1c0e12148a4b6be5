# Says done at once in a well-formed frame, and works on in peace.
# exercise: softmax
# expect: PROTOCOL_ERROR|WRONG_ANSWER
import json
import os
import time

import torch


def solve(x, w):
    shape = [x.shape[0], w.shape[1]]
    reply = {"ok": ["x", 0], "tensors": [{"dtype": "float32", "shape": shape}]}
    data = json.dumps(reply).encode()
    os.write(3, len(data).to_bytes(4, "big") + data)
    time.sleep(0.05)
    return torch.softmax(x @ w, dim=-1)
