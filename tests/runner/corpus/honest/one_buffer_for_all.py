# Keeps one output buffer for every call of a shape: the same tensor comes back again and again.
# exercise: softmax
# expect: PASS
import torch

buffers = {}


def solve(x, w):
    out = buffers.setdefault((x.shape[0], w.shape[1]), torch.empty(x.shape[0], w.shape[1]))
    torch.matmul(x, w, out=out)
    out -= out.amax(dim=1, keepdim=True)
    out.exp_()
    out /= out.sum(dim=1, keepdim=True)
    return out
