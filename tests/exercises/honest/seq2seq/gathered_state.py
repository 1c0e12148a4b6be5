"""No packing: run over the padding and pick each row's state at its last real token."""

import torch
from torch import Tensor, nn


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
        batch, _ = source.shape
        mask = source != 0
        memory, _ = self.encoder(self.source_embedding(source))
        # padding is on the right, so outputs up to the last real token are untouched by it
        last = mask.sum(dim=1) - 1
        h0 = memory[torch.arange(batch, device=source.device), last].unsqueeze(0).contiguous()

        s, _ = self.decoder(self.target_embedding(target_in), h0)
        scores = torch.einsum("bth,bsh->bts", s, self.attention(memory))
        scores = scores.masked_fill(~mask.unsqueeze(1), torch.finfo(scores.dtype).min)
        weights = torch.softmax(scores, dim=2)
        c = torch.einsum("bts,bsh->bth", weights, memory)
        return self.output(torch.tanh(self.combine(torch.cat([c, s], dim=2))))
