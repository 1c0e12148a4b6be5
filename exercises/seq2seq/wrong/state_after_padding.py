# The encoder runs on over the padding, and the decoder starts from the state that this leaves.
# fails: padding, gradients
import torch
from torch import nn


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
        memory, last = self.encoder(self.source_embedding(source))
        states, _ = self.decoder(self.target_embedding(target_in), last)
        scores = states @ self.attention(memory).transpose(1, 2)
        scores = scores.masked_fill(~real[:, None, :], float("-inf"))
        weights = scores.softmax(2)
        context = weights @ memory
        return self.output(torch.tanh(self.combine(torch.cat([context, states], 2))))
