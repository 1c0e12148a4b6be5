"""The decoder one step at a time, as it will have to run at inference."""

import torch
import torch.nn as nn


class Seq2Seq(nn.Module):
    def __init__(self, vocab_in, vocab_out, hidden):
        super().__init__()
        self.hidden = hidden
        self.source_embedding = nn.Embedding(vocab_in, hidden)
        self.target_embedding = nn.Embedding(vocab_out, hidden)
        self.encoder = nn.GRU(hidden, hidden, batch_first=True)
        self.decoder = nn.GRU(hidden, hidden, batch_first=True)
        self.attention = nn.Linear(hidden, hidden, bias=False)
        self.combine = nn.Linear(2 * hidden, hidden)
        self.output = nn.Linear(hidden, vocab_out)

    def forward(self, source, target_in):
        mask = source > 0
        memory, h = self._encode(source, mask)
        keys = self.attention(memory)
        logits = []
        for t in range(target_in.shape[1]):
            step, h = self.decoder(self.target_embedding(target_in[:, t : t + 1]), h)
            logits.append(self._attend(step, keys, memory, mask))
        return torch.cat(logits, dim=1)

    def _encode(self, source, mask):
        """Step through the source; a row keeps its state once it has ended."""
        h = torch.zeros(1, source.shape[0], self.hidden, device=source.device, dtype=self.output.weight.dtype)
        embedded = self.source_embedding(source)
        outputs = []
        for i in range(source.shape[1]):
            _, new = self.encoder(embedded[:, i : i + 1], h)
            h = torch.where(mask[:, i].view(1, -1, 1), new, h)
            outputs.append(h[0])
        return torch.stack(outputs, dim=1), h

    def _attend(self, state, keys, memory, mask):
        score = (state * keys).sum(-1)  # (B, S)
        score = score.masked_fill(~mask, -1e9)
        weight = score.softmax(-1)
        context = (weight.unsqueeze(-1) * memory).sum(1, keepdim=True)
        return self.output(self.combine(torch.cat([context, state], -1)).tanh())
