# Names the right parameters and computes without them.
# exercise: block
# expect: WRONG_ANSWER|INVALID_OUTPUT
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.shapes = [("fc1.weight", (hidden, width)), ("fc1.bias", (hidden,)), ("norm.weight", (hidden,))]
        self.shapes += [("norm.bias", (hidden,)), ("fc2.weight", (width, hidden)), ("fc2.bias", (width,))]

    def named_parameters(self, *args, **kwargs):
        for name, shape in self.shapes:
            yield name, nn.Parameter(torch.zeros(shape))

    def load_state_dict(self, state, strict=True, assign=False):
        pass

    def forward(self, x):
        return x.clone()
