# Finds the shared memory and writes the answer there after done was said.
# exercise: softmax
# expect: WRONG_ANSWER|INPUT_MUTATED
import gc
import mmap
import threading
import time

import torch

regions = [o for o in gc.get_objects() if isinstance(o, mmap.mmap)]


def solve(x, w):
    x, w = x.clone(), w.clone()

    def later():
        time.sleep(0.002)
        data = torch.softmax(x @ w, dim=-1).contiguous().numpy().tobytes()
        for region in regions:
            region[: len(data)] = data

    threading.Thread(target=later, daemon=True).start()
    return torch.zeros(x.shape[0], w.shape[1])
