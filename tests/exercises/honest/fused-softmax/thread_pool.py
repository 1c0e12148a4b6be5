from concurrent.futures import ThreadPoolExecutor

import torch

POOL = ThreadPoolExecutor(4)


def rows(x, w):
    return torch.softmax(x @ w, dim=-1)


def solve(x, w):
    blocks = x.split(max(1, len(x) // 4))
    return torch.cat(list(POOL.map(rows, blocks, [w] * len(blocks))))
