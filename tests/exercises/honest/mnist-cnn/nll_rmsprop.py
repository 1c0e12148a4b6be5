"""Log-probabilities and NLLLoss; dropout in two places; RMSprop."""

import random

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


def set_seed(seed):
    random.seed(seed)
    torch.manual_seed(seed)


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 24, 3)
        self.conv2 = nn.Conv2d(24, 48, 3)
        self.dropout1 = nn.Dropout2d(0.1)
        self.dropout2 = nn.Dropout(0.3)
        self.fc1 = nn.Linear(48 * 2 * 2, 96)
        self.fc2 = nn.Linear(96, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = F.max_pool2d(x, 2)
        x = self.dropout1(x)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = self.dropout2(x)
        return F.log_softmax(self.fc2(x), dim=1)


def train(model, optimizer, x, y):
    model.train()
    indices = list(range(len(x)))
    random.shuffle(indices)
    for start in range(0, len(indices), 50):
        batch = indices[start : start + 50]
        optimizer.zero_grad()
        output = model(x[batch])
        loss = F.nll_loss(output, y[batch])
        loss.backward()
        optimizer.step()


@torch.no_grad()
def predict(model, x):
    model.eval()
    return model(x).argmax(dim=1)


def train_and_predict(x_train, y_train, x_eval):
    set_seed(7)
    model = Net()
    optimizer = optim.RMSprop(model.parameters(), lr=1e-3)
    for epoch in range(30):
        train(model, optimizer, x_train, y_train)
    return predict(model, x_eval)
