import torch

_buffers = {}


def solve(x, w):
    shape = (x.shape[0], w.shape[1])
    if shape not in _buffers:
        _buffers[shape] = torch.empty(shape, device=x.device)
    out = _buffers[shape]
    torch.mm(x, w, out=out)
    return torch.softmax(out, 1, out=out)
