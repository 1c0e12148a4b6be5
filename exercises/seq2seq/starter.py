import torch
from torch import nn


class Seq2Seq(nn.Module):
    def __init__(
        self,
        vocab_in: int,
        vocab_out: int,
        hidden: int,
    ) -> None:
        super().__init__()
        self.source_embedding = nn.Embedding(vocab_in, hidden)
        self.target_embedding = nn.Embedding(vocab_out, hidden)
        # encoder, decoder, attention, combine, output: see the statement

    def forward(
        self,
        source: torch.Tensor,
        target_in: torch.Tensor,
    ) -> torch.Tensor:
        """Logits (B, T, vocab_out).

        Of source (B, S), padded with 0, and target_in (B, T).
        """
        raise NotImplementedError("write Seq2Seq")
