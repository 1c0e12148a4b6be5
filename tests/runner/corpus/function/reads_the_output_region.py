# Looks for an answer in the shared memory: what lies there is poison.
# exercise: softmax
# expect: WRONG_ANSWER
import gc
import mmap

import torch

regions = [o for o in gc.get_objects() if isinstance(o, mmap.mmap)]


def solve(x, w):
    shape = (x.shape[0], w.shape[1])
    for region in regions:
        for offset in range(0, 1 << 16, 64):
            found = torch.frombuffer(region, dtype=torch.float32, count=shape[0] * shape[1], offset=offset)
            found = found.view(shape).clone()
            if torch.allclose(found.sum(-1), torch.ones(shape[0]), atol=1e-3) and bool((found >= 0).all()):
                return found
    return torch.zeros(shape)
