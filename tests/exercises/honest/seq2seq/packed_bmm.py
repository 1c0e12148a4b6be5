import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import rnn


class Seq2Seq(nn.Module):
    def __init__(self, vocab_in, vocab_out, hidden):
        super().__init__()
        self.source_embedding = nn.Embedding(vocab_in, hidden)
        self.target_embedding = nn.Embedding(vocab_out, hidden)
        self.encoder = nn.GRU(hidden, hidden, batch_first=True)
        self.decoder = nn.GRU(hidden, hidden, batch_first=True)
        self.attention = nn.Linear(hidden, hidden, bias=False)
        self.combine = nn.Linear(2 * hidden, hidden)
        self.output = nn.Linear(hidden, vocab_out)

    def encode(self, source):
        lengths = source.ne(0).sum(1)
        packed = rnn.pack_padded_sequence(
            self.source_embedding(source), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        out, h = self.encoder(packed)
        out, _ = rnn.pad_packed_sequence(out, batch_first=True, total_length=source.size(1))
        return out, h

    def attend(self, queries, memory, padding):
        keys = self.attention(memory)
        scores = torch.bmm(queries, keys.permute(0, 2, 1))
        scores = scores.masked_fill(padding.unsqueeze(1), float("-inf"))
        return torch.bmm(F.softmax(scores, dim=-1), memory)

    def forward(self, source, target_in):
        memory, h = self.encode(source)
        states, _ = self.decoder(self.target_embedding(target_in), h)
        context = self.attend(states, memory, source.eq(0))
        return self.output(torch.tanh(self.combine(torch.cat((context, states), dim=-1))))
