import torch


def attention(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
) -> torch.Tensor:
    """Scaled dot-product attention with a causal mask.

    q, k: (B, H, T, D), v: (B, H, T, E), float32. Returns (B, H, T, E).
    """
    raise NotImplementedError("write attention()")
