# The softmax runs over the decoder's steps instead of the source positions.
# fails: values, padding, shapes, gradients, extremes, dates
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


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

    def forward(self, source, target_in):
        real = source != 0
        lengths = real.sum(1).cpu()
        packed = pack_padded_sequence(
            self.source_embedding(source), lengths, batch_first=True, enforce_sorted=False
        )
        packed, last = self.encoder(packed)
        memory, _ = pad_packed_sequence(packed, batch_first=True, total_length=source.shape[1])
        states, _ = self.decoder(self.target_embedding(target_in), last)
        scores = states @ self.attention(memory).transpose(1, 2)
        scores = scores.masked_fill(~real[:, None, :], -1e9)
        weights = scores.softmax(1)
        context = weights @ memory
        return self.output(torch.tanh(self.combine(torch.cat([context, states], 2))))
