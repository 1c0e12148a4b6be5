"""Sound code in many hands: (name, exercise it would be handed in for, source). Nothing in it is to be criticised."""

# ruff: noqa: E501 (short programs read better on one line than split)

_IMPORTS = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"

_NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 16, 3, padding=1)
        self.bn = nn.BatchNorm2d(16)
        self.drop = nn.Dropout(0.25)
        self.fc = nn.Linear(16 * 16, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn(self.conv(x))), 2)
        return self.fc(self.drop(x.flatten(1)))
"""

_CNN = _IMPORTS + _NET

SAMPLES = [
    # the loop, its parts in functions
    ("quickstart tutorial", "mnist-cnn", _CNN + """
def train(dataloader, model, loss_fn, optimizer, device):
    model.train()
    for batch, (X, y) in enumerate(dataloader):
        X, y = X.to(device), y.to(device)
        pred = model(X)
        loss = loss_fn(pred, y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

def test(X, model, device):
    model.eval()
    with torch.no_grad():
        return model(X.to(device)).argmax(1).cpu()

def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = Net().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-1, momentum=0.9)
    data = torch.utils.data.TensorDataset(x_train, y_train)
    loader = torch.utils.data.DataLoader(data, batch_size=64, shuffle=True)
    for t in range(10):
        train(loader, model, loss_fn, optimizer, device)
    return test(x_eval, model, device)
"""),
    ("examples/mnist", "mnist-cnn", """
from __future__ import print_function
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.optim.lr_scheduler import StepLR

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 1)
        self.dropout1 = nn.Dropout(0.25)
        self.dropout2 = nn.Dropout(0.5)
        self.fc1 = nn.Linear(256, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = F.max_pool2d(x, 2)
        x = self.dropout1(x)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = self.dropout2(x)
        return F.log_softmax(self.fc2(x), dim=1)

def train(model, device, batches, optimizer):
    model.train()
    for data, target in batches:
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = F.nll_loss(output, target)
        loss.backward()
        optimizer.step()

def predict(model, device, data):
    model.eval()
    with torch.no_grad():
        output = model(data.to(device))
        return output.argmax(dim=1, keepdim=True).squeeze(1)

def train_and_predict(x_train, y_train, x_eval):
    use_cuda = torch.cuda.is_available()
    torch.manual_seed(1)
    device = torch.device("cuda" if use_cuda else "cpu")
    model = Net().to(device)
    optimizer = optim.Adadelta(model.parameters(), lr=1.0)
    scheduler = StepLR(optimizer, step_size=1, gamma=0.9)
    for epoch in range(1, 15):
        order = torch.randperm(len(x_train))
        train(model, device, ((x_train[i], y_train[i]) for i in order.split(64)), optimizer)
        scheduler.step()
    return predict(model, device, x_eval).cpu()
"""),
    ("a trainer class", "mnist-cnn", _CNN + """
class Trainer:
    def __init__(self, model, lr=1e-3):
        self.model = model
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
        self.criterion = nn.CrossEntropyLoss()

    def fit(self, x, y, epochs=10, batch_size=32):
        self.model.train()
        for _ in range(epochs):
            for idx in torch.randperm(len(x)).split(batch_size):
                self.optimizer.zero_grad()
                self.criterion(self.model(x[idx]), y[idx]).backward()
                self.optimizer.step()
        return self

    @torch.no_grad()
    def predict(self, x):
        self.model.eval()
        return self.model(x).argmax(dim=-1)

def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    return Trainer(Net()).fit(x_train, y_train).predict(x_eval)
"""),
    ("validation in every epoch", "mnist-cnn", _CNN + """
import copy

def accuracy(model, x, y):
    model.eval()
    with torch.no_grad():
        return (model(x).argmax(1) == y).float().mean().item()

def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    order = torch.randperm(len(x_train))
    val, train = order[: len(order) // 5], order[len(order) // 5 :]
    model, best, best_acc = Net(), None, -1.0
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(15):
        model.train()
        for idx in train.split(32):
            optimizer.zero_grad()
            F.cross_entropy(model(x_train[idx]), y_train[idx]).backward()
            optimizer.step()
        acc = accuracy(model, x_train[val], y_train[val])
        if acc > best_acc:
            best, best_acc = copy.deepcopy(model.state_dict()), acc
    model.load_state_dict(best)
    model.eval()
    with torch.inference_mode():
        return model(x_eval).argmax(1)
"""),
    ("probabilities only when predicting", "mnist-cnn", _CNN + """
def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(3)
    model = Net()
    opt = torch.optim.Adam(model.parameters())
    for _ in range(20):
        model.train()
        for i in range(0, len(x_train), 50):
            logits = model(x_train[i : i + 50])
            loss = F.cross_entropy(logits, y_train[i : i + 50], label_smoothing=0.1)
            opt.zero_grad(set_to_none=True)
            loss.backward()
            opt.step()
    model.eval()
    with torch.no_grad():
        probs = F.softmax(model(x_eval), dim=1)
    confidence, labels = probs.max(dim=1)
    return labels
"""),
    ("an ensemble of seeds", "mnist-cnn", _CNN + """
def train_one(seed, x, y):
    torch.manual_seed(seed)
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    model.train()
    for _ in range(8):
        for idx in torch.randperm(len(x)).split(64):
            loss = F.cross_entropy(model(x[idx]), y[idx])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval()

def train_and_predict(x_train, y_train, x_eval):
    models = [train_one(seed, x_train, y_train) for seed in range(3)]
    with torch.no_grad():
        return torch.stack([model(x_eval).softmax(1) for model in models]).mean(0).argmax(1)
"""),
    ("mean over shifted views at test time", "mnist-cnn", _CNN + """
def views(x):
    return [torch.roll(x, (dy, dx), (2, 3)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]

def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(11)
    net = Net()
    optimizer = torch.optim.RMSprop(net.parameters(), lr=1e-3)
    net.train()
    for _ in range(6):
        for view in views(x_train):
            for a, b in zip(view.split(64), y_train.split(64)):
                optimizer.zero_grad()
                F.cross_entropy(net(a), b).backward()
                optimizer.step()
    net.eval()
    with torch.no_grad():
        return sum(net(view).log_softmax(1) for view in views(x_eval)).argmax(1)
"""),
    ("sequential and a generator of its own", "mnist-cnn", """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

def train_and_predict(x_train, y_train, x_eval, *, seed=0):
    torch.manual_seed(seed)
    g = torch.Generator()
    g.manual_seed(seed)
    model = nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 32, 3), nn.ReLU(), nn.Flatten(), nn.Linear(512, 10))
    loader = DataLoader(TensorDataset(x_train, y_train), batch_size=32, shuffle=True, generator=g, drop_last=False)
    criterion, optimizer = nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters())
    for _ in range(15):
        for xb, yb in loader:
            loss = criterion(model(xb), yb)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        return torch.cat([model(chunk).argmax(1) for chunk in x_eval.split(512)])
"""),
    ("seed everything", "mnist-cnn", _CNN + """
import os
import random
import numpy as np

def seed_everything(seed=42):
    random.seed(seed)
    os.environ["PYTHONHASHSEED"] = str(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    torch.backends.cudnn.deterministic = True

def train_and_predict(x_train, y_train, x_eval):
    seed_everything()
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    idx = np.arange(len(x_train))
    for epoch in range(10):
        np.random.shuffle(idx)
        model.train()
        for start in range(0, len(idx), 32):
            rows = torch.from_numpy(idx[start:start + 32])
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x_train[rows]), y_train[rows])
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        return model(x_eval).argmax(1)
"""),
    ("random state put back afterwards", "mnist-cnn", _CNN + """
def train_and_predict(x_train, y_train, x_eval):
    state = torch.get_rng_state()
    torch.manual_seed(0)
    try:
        model = Net()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
        for _ in range(12):
            for rows in torch.randperm(len(x_train)).split(64):
                optimizer.zero_grad()
                F.cross_entropy(model(x_train[rows]), y_train[rows]).backward()
                optimizer.step()
        model.eval()
        with torch.no_grad():
            return model(x_eval).argmax(1)
    finally:
        torch.set_rng_state(state)
"""),
    ("with-statement for the mode", "mnist-cnn", _CNN + """
from contextlib import contextmanager

@contextmanager
def evaluating(model):
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield model
    finally:
        model.train(was_training)

def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(12):
        for rows in torch.randperm(len(x_train)).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(x_train[rows]), y_train[rows]).backward()
            optimizer.step()
    with evaluating(model) as m:
        return m(x_eval).argmax(1)
"""),
    ("functional dropout that follows the mode", "mnist-cnn", _IMPORTS + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 16, 3)
        self.fc = nn.Linear(576, 10)

    def forward(self, x):
        x = F.relu(self.conv(x)).flatten(1)
        x = F.dropout(x, p=0.3, training=self.training)
        return self.fc(x)

def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(12):
        model.train(True)
        for rows in torch.randperm(len(x_train)).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(x_train[rows]), y_train[rows]).backward()
            optimizer.step()
    model.train(False)
    with torch.no_grad():
        return model(x_eval).argmax(1)
"""),
    ("residual blocks in a ModuleList", "mnist-cnn", _IMPORTS + """
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(c, c, 3, padding=1), nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, c, 3, padding=1))

    def forward(self, x):
        return F.relu(x + self.net(x))

class Net(nn.Module):
    def __init__(self, width=24, depth=2):
        super().__init__()
        self.stem = nn.Conv2d(1, width, 3, padding=1)
        self.blocks = nn.ModuleList([Block(width) for _ in range(depth)])
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean((2, 3)))

def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    device = x_train.device
    net = Net().to(device)
    opt = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-2)
    sched = torch.optim.lr_scheduler.OneCycleLR(opt, 1e-2, epochs=15, steps_per_epoch=-(-len(x_train) // 64))
    for _ in range(15):
        net.train()
        for rows in torch.randperm(len(x_train), device=device).split(64):
            loss = F.cross_entropy(net(x_train[rows]), y_train[rows])
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()
            sched.step()
    net.eval()
    with torch.inference_mode():
        return net(x_eval).argmax(1)
"""),
    ("weights drawn by hand", "mnist-cnn", _IMPORTS + """
def init_weights(m):
    if isinstance(m, (nn.Conv2d, nn.Linear)):
        nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        if m.bias is not None:
            nn.init.zeros_(m.bias)

def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(288, 10))
    model.apply(init_weights)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    for epoch in range(25):
        perm = torch.randperm(x_train.size(0))
        for i in range(0, x_train.size(0), 64):
            rows = perm[i:i + 64]
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x_train[rows]), y_train[rows])
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return model(x_eval).argmax(1)
"""),
    ("normalised by the training set's statistics", "mnist-cnn", _CNN + """
def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    mean, std = x_train.mean(), x_train.std(unbiased=False).clamp_min(1e-6)
    x_train, x_eval = (x_train - mean) / std, (x_eval - mean) / std
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses = []
    for epoch in range(15):
        running = 0.0
        for rows in torch.randperm(len(x_train)).split(32):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x_train[rows]), y_train[rows])
            loss.backward()
            optimizer.step()
            running += loss.item() * len(rows)
        losses.append(running / len(x_train))
    model.eval()
    with torch.no_grad():
        return model(x_eval).argmax(1)

if __name__ == "__main__":
    x, y = torch.rand(64, 1, 8, 8), torch.randint(0, 10, (64,))
    print(train_and_predict(x, y, x[:5]))
"""),
    ("a test of one's own left in", "mnist-cnn", _CNN + """
def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(15):
        for rows in torch.randperm(len(x_train)).split(32):
            optimizer.zero_grad()
            F.cross_entropy(model(x_train[rows]), y_train[rows]).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        return model(x_eval).argmax(1)

def test_shapes():
    x, y = torch.rand(9, 1, 8, 8), torch.arange(9)
    assert train_and_predict(x, y, x[:1]).shape == (1,)
"""),
    ("type hints, a dataclass of settings", "mnist-cnn", _CNN + """
from dataclasses import dataclass

@dataclass(frozen=True)
class Settings:
    epochs: int = 12
    batch_size: int = 64
    lr: float = 3e-3
    seed: int = 0

def train_and_predict(x_train: torch.Tensor, y_train: torch.Tensor, x_eval: torch.Tensor, settings: Settings = Settings()) -> torch.Tensor:
    torch.manual_seed(settings.seed)
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.lr)
    for _ in range(settings.epochs):
        for rows in torch.randperm(len(x_train)).split(settings.batch_size):
            loss = F.cross_entropy(model(x_train[rows]), y_train[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.inference_mode():
        return model(x_eval).argmax(dim=1)
"""),
    ("a module with its own predict method", "mnist-cnn", _IMPORTS + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.Flatten(), nn.Linear(576, 10))

    def forward(self, x):
        return self.layers(x)

    @torch.no_grad()
    def predict(self, x):
        self.eval()
        return self(x).argmax(1)

def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    net = Net()
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    for _ in range(12):
        for rows in torch.randperm(len(x_train)).split(64):
            optimizer.zero_grad()
            F.cross_entropy(net(x_train[rows]), y_train[rows]).backward()
            optimizer.step()
    return net.predict(x_eval)
"""),
    ("dropout as uncertainty, on purpose", "mnist-cnn", _CNN + """
def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(12):
        model.train()
        for rows in torch.randperm(len(x_train)).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(x_train[rows]), y_train[rows]).backward()
            optimizer.step()
    model.eval()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.0
    with torch.no_grad():
        return model(x_eval).argmax(1)
"""),
    ("compiled where it can be", "mnist-cnn", _CNN + """
def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    net = Net()
    model = torch.compile(net) if torch.cuda.is_available() else net
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    for _ in range(12):
        net.train()
        for rows in torch.randperm(len(x_train)).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(x_train[rows]), y_train[rows]).backward()
            optimizer.step()
    net.eval()
    with torch.no_grad():
        return model(x_eval).argmax(1)
"""),
    # fine-tuning
    ("frozen trunk, new head", "finetune-resnet18", _IMPORTS + """
class ResNet18(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.fc = nn.Linear(8, classes)

    def features(self, x):
        return F.relu(self.bn1(self.conv1(x))).mean((2, 3))

    def forward(self, x):
        return self.fc(self.features(x))

def finetune(weights, x_train, y_train, x_eval):
    torch.manual_seed(0)
    model = ResNet18(48)
    model.load_state_dict(weights)
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, 4)
    optimizer = torch.optim.Adam(model.fc.parameters(), lr=1e-2)
    model.eval()
    for _ in range(100):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x_train), y_train)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return model(x_eval).argmax(1)
"""),
    ("batch norm frozen after train()", "finetune-resnet18", _IMPORTS + """
def freeze_bn(m):
    if isinstance(m, nn.BatchNorm2d):
        m.eval()

def backbone():
    return nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())

def finetune(weights, x_train, y_train, x_eval):
    torch.manual_seed(0)
    body, head = backbone(), nn.Linear(8, 4)
    body.load_state_dict({k: v for k, v in weights.items() if not k.startswith("fc.")}, strict=False)
    model = nn.Sequential(body, head)
    optimizer = torch.optim.SGD([{"params": body.parameters(), "lr": 1e-3}, {"params": head.parameters(), "lr": 1e-1}], momentum=0.9)
    for epoch in range(50):
        model.train()
        model.apply(freeze_bn)
        loss = F.cross_entropy(model(x_train), y_train)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        return model(x_eval).argmax(1)
"""),
    ("distilled from the frozen one", "finetune-resnet18", _IMPORTS + """
import copy

def finetune(weights, x_train, y_train, x_eval):
    torch.manual_seed(0)
    teacher = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(288, 4))
    student = copy.deepcopy(teacher)
    teacher.eval()
    optimizer = torch.optim.Adam(student.parameters(), lr=1e-3)
    for _ in range(40):
        student.train()
        with torch.no_grad():
            target = F.softmax(teacher(x_train), dim=1)
        logits = student(x_train)
        loss = F.kl_div(F.log_softmax(logits, dim=1), target, reduction="batchmean") + F.cross_entropy(logits, y_train)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    student.eval()
    with torch.no_grad():
        return student(x_eval).argmax(1)
"""),
    ("class means of features, no training", "finetune-resnet18", _IMPORTS + """
def finetune(weights, x_train, y_train, x_eval):
    body = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten())
    body.eval()
    with torch.no_grad():
        features, queries = F.normalize(body(x_train), dim=1), F.normalize(body(x_eval), dim=1)
    means = torch.stack([features[y_train == label].mean(0) for label in range(4)])
    return (queries @ means.T).argmax(1)
"""),
    ("gradual unfreezing", "finetune-resnet18", _IMPORTS + """
def run(model, x, y, parameters, lr, steps):
    optimizer = torch.optim.AdamW(parameters, lr=lr)
    for _ in range(steps):
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

def finetune(weights, x_train, y_train, x_eval):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(288, 4)).to(x_train.device).eval()
    run(model, x_train, y_train, model[-1].parameters(), 1e-2, 50)
    run(model, x_train, y_train, model.parameters(), 1e-4, 20)
    with torch.inference_mode():
        return model(x_eval).argmax(1)
"""),
    # logistic regression
    ("Adam would be another exercise; plain descent", "logistic-regression", """
import torch

def fit(x, y, lr, steps):
    n, d = x.shape
    w = torch.zeros(d, device=x.device, dtype=x.dtype)
    b = torch.zeros(1, device=x.device, dtype=x.dtype)
    losses = []
    for _ in range(steps):
        z = x @ w + b
        p = torch.sigmoid(z)
        loss = torch.clamp(z, min=0) - z * y + torch.log1p(torch.exp(-z.abs()))
        losses.append(loss.mean())
        w -= lr * x.t() @ (p - y) / n
        b -= lr * (p - y).mean()
    return w, b[0], torch.stack(losses)
"""),
    ("parameters as leaves", "logistic-regression", """
import torch
import torch.nn.functional as F

def fit(x, y, lr, steps):
    w = x.new_zeros(x.shape[1]).requires_grad_()
    b = x.new_zeros(()).requires_grad_()
    history = []
    for _ in range(steps):
        loss = F.binary_cross_entropy_with_logits(x @ w + b, y)
        loss.backward()
        with torch.no_grad():
            for p in (w, b):
                p -= lr * p.grad
                p.grad.zero_()
        history.append(loss.item())
    return w.detach(), b.detach(), torch.tensor(history, device=x.device)
"""),
    ("a class behind the function", "logistic-regression", """
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(d))
        self.b = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        return x @ self.w + self.b

def fit(x, y, lr, steps):
    model = Model(x.shape[1]).to(x.device)
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr)
    losses = torch.zeros(steps, device=x.device)
    for i in range(steps):
        loss = criterion(model(x), y)
        losses[i] = loss.detach()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.w.detach(), model.b.detach(), losses
"""),
    # early stopping
    ("a mapping of clones", "early-stopping", """
import math

class EarlyStopping:
    def __init__(self, patience=3, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.best_epoch = math.inf, -1
        self.epoch, self.saved = -1, None

    @property
    def bad_epochs(self):
        return self.epoch - self.best_epoch

    def step(self, loss, model):
        self.epoch += 1
        if math.isfinite(loss) and loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch = loss, self.epoch
            self.saved = {k: v.detach().cpu().clone() for k, v in model.state_dict().items()}
        return self.bad_epochs >= self.patience

    def restore(self, model):
        if self.saved is not None:
            model.load_state_dict(self.saved)
"""),
    ("with a repr and a state", "early-stopping", """
import copy
import torch
from torch import nn

class EarlyStopping:
    def __init__(self, patience: int = 3, min_delta: float = 0.0) -> None:
        self.patience = patience
        self.min_delta = min_delta
        self.reset()

    def reset(self) -> None:
        self.best_loss = float("inf")
        self.best_epoch = -1
        self._seen = 0
        self._weights = None

    def __repr__(self) -> str:
        return f"EarlyStopping(best={self.best_loss:.4f} at {self.best_epoch})"

    def step(self, loss: float, model: nn.Module) -> bool:
        epoch = self._seen
        self._seen += 1
        value = torch.as_tensor(loss)
        if torch.isfinite(value) and loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch = loss, epoch
            self._weights = copy.deepcopy(model.state_dict())
        return epoch - self.best_epoch >= self.patience

    def restore(self, model: nn.Module) -> None:
        if self._weights is not None:
            model.load_state_dict(copy.deepcopy(self._weights))
"""),
    # sequence models
    ("masks made where the data is", "seq2seq", _IMPORTS + """
class Seq2Seq(nn.Module):
    def __init__(self, vocab_in, vocab_out, hidden):
        super().__init__()
        self.source_embedding = nn.Embedding(vocab_in, hidden, padding_idx=0)
        self.target_embedding = nn.Embedding(vocab_out, hidden)
        self.encoder = nn.GRU(hidden, hidden, batch_first=True)
        self.decoder = nn.GRU(hidden, hidden, batch_first=True)
        self.attention = nn.Linear(hidden, hidden, bias=False)
        self.combine = nn.Linear(2 * hidden, hidden)
        self.output = nn.Linear(hidden, vocab_out)

    def forward(self, source, target_in):
        lengths = (source != 0).sum(1)
        steps = torch.arange(source.size(1), device=source.device)
        mask = steps[None, :] < lengths[:, None]
        memory, _ = self.encoder(self.source_embedding(source))
        h = memory.gather(1, (lengths - 1).view(-1, 1, 1).expand(-1, 1, memory.size(2))).transpose(0, 1).contiguous()
        outputs = []
        for t in range(target_in.size(1)):
            state, h = self.decoder(self.target_embedding(target_in[:, t]).unsqueeze(1), h)
            scores = torch.matmul(state, self.attention(memory).transpose(1, 2))
            weights = scores.masked_fill(~mask.unsqueeze(1), -1e9).softmax(-1)
            outputs.append(self.output(torch.tanh(self.combine(torch.cat([weights @ memory, state], -1)))))
        return torch.cat(outputs, 1)
"""),
    ("attention as a module of its own", "seq2seq", _IMPORTS + """
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

def attend(queries, keys, values, mask):
    scores = queries @ keys.transpose(-2, -1)
    scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return F.softmax(scores, dim=-1) @ values

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
        mask = source.ne(0)
        packed = pack_padded_sequence(self.source_embedding(source), mask.sum(1).cpu(), batch_first=True, enforce_sorted=False)
        packed, state = self.encoder(packed)
        memory, _ = pad_packed_sequence(packed, batch_first=True, total_length=source.shape[1])
        decoded, _ = self.decoder(self.target_embedding(target_in), state)
        context = attend(decoded, self.attention(memory), memory, mask.unsqueeze(1))
        return self.output(torch.tanh(self.combine(torch.cat([context, decoded], dim=-1))))
"""),
    # outside our five exercises
    ("a transformer block with buffers", "seq2seq", _IMPORTS + """
import math

class PositionalEncoding(nn.Module):
    def __init__(self, d_model, max_len=512):
        super().__init__()
        position = torch.arange(max_len).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
        pe = torch.zeros(max_len, d_model)
        pe[:, 0::2] = torch.sin(position * div_term)
        pe[:, 1::2] = torch.cos(position * div_term)
        self.register_buffer("pe", pe)

    def forward(self, x):
        return x + self.pe[: x.size(1)]

class Seq2Seq(nn.Module):
    def __init__(self, vocab_in, vocab_out, hidden):
        super().__init__()
        self.embed = nn.Embedding(vocab_in, hidden)
        self.positions = PositionalEncoding(hidden)
        self.query, self.key, self.value = (nn.Linear(hidden, hidden) for _ in range(3))
        self.out = nn.Linear(hidden, vocab_out)

    def forward(self, source, target_in):
        x = self.positions(self.embed(source))
        q, k, v = self.query(x), self.key(x), self.value(x)
        causal = torch.ones(x.size(1), x.size(1), dtype=torch.bool, device=x.device).tril()
        scores = (q @ k.transpose(1, 2) / math.sqrt(q.size(-1))).masked_fill(~causal, float("-inf"))
        return self.out(scores.softmax(-1) @ v)
"""),
    ("a regression with squared error", "other", _IMPORTS + """
def train_and_predict(x, y, z):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(200):
        loss = F.mse_loss(model(x).squeeze(-1), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return model(z).squeeze(-1)
"""),
    ("an autoencoder with a sigmoid", "other", _IMPORTS + """
class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 16), nn.ReLU())
        self.decoder = nn.Sequential(nn.Linear(16, 64), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))

def train_and_predict(x, y, z):
    torch.manual_seed(0)
    model = AutoEncoder()
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(100):
        reconstruction = model(x)
        loss = F.mse_loss(reconstruction, x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return model.encoder(z)
"""),
    ("a GAN step", "other", _IMPORTS + """
def train_and_predict(x, y, z):
    torch.manual_seed(0)
    G = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2))
    D = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
    opt_g, opt_d = torch.optim.Adam(G.parameters(), 2e-4), torch.optim.Adam(D.parameters(), 2e-4)
    bce = nn.BCEWithLogitsLoss()
    for _ in range(100):
        fake = G(torch.randn(len(x), 8, device=x.device))
        real_loss, fake_loss = bce(D(x), torch.ones(len(x), 1)), bce(D(fake.detach()), torch.zeros(len(x), 1))
        opt_d.zero_grad()
        (real_loss + fake_loss).backward()
        opt_d.step()
        opt_g.zero_grad()
        bce(D(fake), torch.ones(len(x), 1)).backward()
        opt_g.step()
    with torch.no_grad():
        return G(torch.randn(5, 8))
"""),
    ("policy gradient with sampled actions", "other", _IMPORTS + """
def train_and_predict(states, rewards, z):
    torch.manual_seed(0)
    policy = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))
    optimizer = torch.optim.Adam(policy.parameters())
    for _ in range(50):
        distribution = torch.distributions.Categorical(logits=policy(states))
        actions = distribution.sample()
        loss = -(distribution.log_prob(actions) * rewards[actions]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return policy(z).argmax(1)
"""),
    ("regression by Q-learning targets", "other", _IMPORTS + """
def train_and_predict(states, actions, rewards, following):
    torch.manual_seed(0)
    q, target = nn.Linear(4, 2), nn.Linear(4, 2)
    target.load_state_dict(q.state_dict())
    optimizer = torch.optim.Adam(q.parameters())
    for _ in range(50):
        with torch.no_grad():
            goal = rewards + 0.99 * target(following).max(1).values
        chosen = q(states).gather(1, actions[:, None]).squeeze(1)
        loss = F.smooth_l1_loss(chosen, goal)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return q(following).max(1).values
"""),
    ("a language model's loop", "other", _IMPORTS + """
class LM(nn.Module):
    def __init__(self, vocab, hidden=32):
        super().__init__()
        self.embed = nn.Embedding(vocab, hidden)
        self.rnn = nn.LSTM(hidden, hidden, num_layers=2, dropout=0.1, batch_first=True)
        self.out = nn.Linear(hidden, vocab)

    def forward(self, x, state=None):
        h, state = self.rnn(self.embed(x), state)
        return self.out(h), state

@torch.no_grad()
def sample(model, start, length):
    model.eval()
    tokens, state = [start], None
    for _ in range(length):
        logits, state = model(tokens[-1][:, None], state)
        tokens.append(torch.multinomial(logits[:, -1].softmax(-1), 1).squeeze(1))
    return torch.stack(tokens, 1)

def train_and_predict(x, y, start):
    torch.manual_seed(0)
    model = LM(40)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for _ in range(5):
        model.train()
        for xb, yb in zip(x.split(16), y.split(16)):
            logits, _ = model(xb)
            loss = F.cross_entropy(logits.transpose(1, 2), yb, ignore_index=0)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
    return sample(model, start, 20)
"""),
]
