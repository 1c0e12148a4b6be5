# Changes no number of its inputs, but their shapes, flags and attributes; each call must find them fresh.
# exercise: softmax
# expect: PASS
import torch


def solve(x, w):
    assert x.dim() == w.dim() == 2 and not x.requires_grad and x.grad is None and not hasattr(x, "seen")
    y = torch.softmax(x.detach() @ w, dim=-1)
    x.seen = True
    x.unsqueeze_(0).requires_grad_()
    w.t_()
    (x.sum() * 2).backward()
    return y
