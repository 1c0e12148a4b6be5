# A subclass that computes when it is looked at.
# exercise: softmax
# expect: INVALID_OUTPUT
import torch
from torch.utils._pytree import tree_map


class Later(torch.Tensor):
    @staticmethod
    def __new__(cls, x, w):
        made = torch.Tensor._make_wrapper_subclass(cls, (x.shape[0], w.shape[1]), dtype=torch.float32)
        made.job = (x.clone(), w.clone())
        return made

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        def force(value):
            return torch.softmax(value.job[0] @ value.job[1], dim=-1) if isinstance(value, Later) else value

        return func(*tree_map(force, args), **(kwargs or {}))


def solve(x, w):
    return Later(x, w)
