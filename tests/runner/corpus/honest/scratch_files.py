# Keeps intermediate results in files of its own.
# exercise: softmax
# expect: PASS
import os
import tempfile

import torch


def solve(x, w):
    with tempfile.NamedTemporaryFile(suffix=".pt") as file:
        torch.save(x @ w, file.name)
        logits = torch.load(file.name)
    with open("log.txt", "a") as log:
        log.write(f"{tuple(logits.shape)} {os.getcwd()}\n")
    return torch.softmax(logits, dim=-1)
