import torch


@torch.jit.script
def solve(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return torch.softmax(torch.matmul(x, w), dim=1)
