# Shares the rows among a few threads.
# exercise: softmax
# expect: PASS
from concurrent.futures import ThreadPoolExecutor

import torch


def solve(x, w):
    with ThreadPoolExecutor(4) as pool:
        return torch.stack(list(pool.map(lambda row: torch.softmax(row @ w, dim=-1), x)))
