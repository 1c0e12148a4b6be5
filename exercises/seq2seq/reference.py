"""GRU encoder and decoder with Luong attention, all time steps at once (teacher forcing)."""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

PAD = 0


class Seq2Seq(nn.Module):
    def __init__(self, vocab_in: int, vocab_out: int, hidden: int) -> None:
        super().__init__()
        self.source_embedding = nn.Embedding(vocab_in, hidden)
        self.target_embedding = nn.Embedding(vocab_out, hidden)
        self.encoder = nn.GRU(hidden, hidden, batch_first=True)
        self.decoder = nn.GRU(hidden, hidden, batch_first=True)
        self.attention = nn.Linear(hidden, hidden, bias=False)
        self.combine = nn.Linear(2 * hidden, hidden)
        self.output = nn.Linear(hidden, vocab_out)

    def forward(self, source: Tensor, target_in: Tensor) -> Tensor:
        """Logits (B, T, vocab_out) for source (B, S), padded with 0, and target_in (B, T)."""
        real = source != PAD  # (B, S)
        # Packed, the encoder stops at each row's last real token: its state is not washed out by padding.
        packed = pack_padded_sequence(
            self.source_embedding(source), real.sum(dim=1).cpu(), batch_first=True, enforce_sorted=False
        )
        packed, last = self.encoder(packed)
        memory, _ = pad_packed_sequence(packed, batch_first=True, total_length=source.shape[1])  # (B, S, H)

        states, _ = self.decoder(self.target_embedding(target_in), last)  # (B, T, H)
        scores = states @ self.attention(memory).transpose(1, 2)  # (B, T, S)
        weights = scores.masked_fill(~real[:, None, :], float("-inf")).softmax(dim=2)
        context = weights @ memory  # (B, T, H)
        return self.output(torch.tanh(self.combine(torch.cat([context, states], dim=2))))
