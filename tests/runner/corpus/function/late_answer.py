# Returns at once; a thread fills the answer in afterwards.
# exercise: softmax
# expect: WRONG_ANSWER
import threading
import time

import torch


def solve(x, w):
    out = torch.zeros(x.shape[0], w.shape[1])
    x, w = x.clone(), w.clone()

    def later():
        time.sleep(0.002)
        out.copy_(torch.softmax(x @ w, dim=-1))

    threading.Thread(target=later, daemon=True).start()
    return out
