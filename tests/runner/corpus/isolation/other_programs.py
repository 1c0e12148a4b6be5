# Runs other programs; they are under the same rules.
# exercise: softmax
# expect: PASS|CRASHED|LOAD_ERROR
# never: escaped
import shutil
import subprocess

import torch

for command in (
    ["sh", "-c", "kill -9 1 2; echo x > /etc/canary && echo escaped"],
    ["su", "-c", "echo escaped"],
):
    if shutil.which(command[0]):
        done = subprocess.run(command, capture_output=True, timeout=1, stdin=subprocess.DEVNULL)
        print(done.stdout)


def solve(x, w):
    return torch.softmax(x @ w, dim=-1)
