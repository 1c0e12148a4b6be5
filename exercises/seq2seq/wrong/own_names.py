# Other names for the layers: nothing that was trained can be loaded into it.
# fails: structure, values, padding, shapes, gradients, extremes, dates
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
        self.attn = nn.Linear(hidden, hidden, bias=False)
        self.combine = nn.Linear(2 * hidden, hidden)
        self.fc_out = nn.Linear(hidden, vocab_out)

    def forward(self, source, target_in):
        real = source != 0
        lengths = real.sum(1).cpu()
        packed = pack_padded_sequence(
            self.source_embedding(source), lengths, batch_first=True, enforce_sorted=False
        )
        packed, last = self.encoder(packed)
        memory, _ = pad_packed_sequence(packed, batch_first=True, total_length=source.shape[1])
        states, _ = self.decoder(self.target_embedding(target_in), last)
        scores = states @ self.attn(memory).transpose(1, 2)
        scores = scores.masked_fill(~real[:, None, :], float("-inf"))
        weights = scores.softmax(2)
        context = weights @ memory
        return self.fc_out(torch.tanh(self.combine(torch.cat([context, states], 2))))
