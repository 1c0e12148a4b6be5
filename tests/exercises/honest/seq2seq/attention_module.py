"""Query projected instead of the keys: s·(W m) = (Wᵀ s)·m; softmax by logsumexp."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def masked_softmax(scores, mask):
    scores = torch.where(mask, scores, torch.full_like(scores, -torch.inf))
    return (scores - scores.logsumexp(dim=-1, keepdim=True)).exp()


class Seq2Seq(nn.Module):
    def __init__(self, vocab_in: int, vocab_out: int, hidden: int):
        super().__init__()
        embed = lambda size: nn.Embedding(size, hidden)  # noqa: E731
        self.source_embedding, self.target_embedding = embed(vocab_in), embed(vocab_out)
        self.encoder = nn.GRU(hidden, hidden, num_layers=1, batch_first=True)
        self.decoder = nn.GRU(hidden, hidden, num_layers=1, batch_first=True)
        self.attention = nn.Linear(hidden, hidden, bias=False)
        self.combine = nn.Linear(hidden * 2, hidden)
        self.output = nn.Linear(hidden, vocab_out)

    def forward(self, source: torch.Tensor, target_in: torch.Tensor) -> torch.Tensor:
        mask = source != 0
        lengths = mask.sum(-1).tolist()
        packed = pack_padded_sequence(self.source_embedding(source), lengths, True, False)
        packed_out, state = self.encoder(packed)
        memory = pad_packed_sequence(packed_out, batch_first=True)[0]
        mask = mask[:, : memory.size(1)]  # every row may end in padding

        dec, _ = self.decoder(self.target_embedding(target_in), state)
        queries = dec @ self.attention.weight
        weights = masked_softmax(queries @ memory.mT, mask[:, None])
        context = weights @ memory
        return self.output(torch.tanh(self.combine(torch.cat([context, dec], dim=-1))))
