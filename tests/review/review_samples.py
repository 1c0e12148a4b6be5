"""Code as candidates write it: (name, finding, kind, source); ``# <-`` marks the line of a mistake."""

# ruff: noqa: E501 (short programs read better on one line than split)

#: What the samples are reviewed against.
EXERCISE = {
    "entry": "train_and_predict",
    "topics": ["classification"],
    "reference": (
        "import torch\nfrom torch import nn\n"
        "def train_and_predict(x, y, z):\n"
        "    model = nn.Sequential(nn.Conv2d(1, 16, 3), nn.Flatten(), nn.Linear(576, 10))\n"
        "    return model(z).argmax(1)\n"
    ),
    "starter": "def helper_given(x):\n    return x\n",
}

_HEAD = """
import torch
import torch.nn.functional as F
from torch import nn

def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.Flatten(), nn.Dropout(0.3),
                          nn.Linear(576, 10)).to(x_train.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(10):
        for rows in torch.randperm(len(x_train)).split(64):
            loss = F.cross_entropy(model(x_train[rows]), y_train[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
"""

_CLASS = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten())
        self.drop = nn.Dropout(0.5)
        self.fc = nn.Linear(288, 10)

    def forward(self, x):
        return self.fc(self.drop(self.body(x)))
"""

_FIT = """
def fit(model, x, y):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.CrossEntropyLoss()
    model.train()
    for _ in range(20):
        loss = criterion(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
"""

_EVAL_MISTAKES = [
    ("no eval", _HEAD + "    with torch.no_grad():\n        return model(x_eval).argmax(1)  # <-\n"),
    (
        "inference mode",
        _HEAD
        + "    with torch.inference_mode():\n        logits = model(x_eval)  # <-\n    return logits.argmax(1)\n",
    ),
    (
        "train again",
        _HEAD
        + "    model.eval()\n    model.train()\n    with torch.no_grad():\n        return model(x_eval).argmax(1)  # <-\n",
    ),
    (
        "train true",
        _HEAD
        + "    model.train(True)\n    with torch.no_grad():\n        return model(x_eval).argmax(1)  # <-\n",
    ),
    (
        "eval after",
        _HEAD
        + "    with torch.no_grad():\n        out = model(x_eval)  # <-\n    model.eval()\n    return out.argmax(1)\n",
    ),
    ("no grad forgotten too", _HEAD + "    return model(x_eval).argmax(1)  # <-\n"),
    (
        "helper",
        _CLASS
        + _FIT
        + """
def predict(net, x):
    with torch.no_grad():
        return net(x).argmax(1)  # <-

def train_and_predict(x_train, y_train, x_eval):
    torch.manual_seed(0)
    model = Net()
    fit(model, x_train, y_train)
    return predict(model, x_eval)
""",
    ),
    (
        "decorated helper",
        _CLASS
        + _FIT
        + """
@torch.no_grad()
def predict(net, x):
    return net(x).argmax(1)  # <-

def train_and_predict(x_train, y_train, x_eval):
    model = Net()
    fit(model, x_train, y_train)
    model.train()
    return predict(model, x_eval)
""",
    ),
    (
        "trainer",
        _CLASS
        + """
class Trainer:
    def __init__(self):
        self.model = Net()

    def fit(self, x, y):
        loss = nn.functional.cross_entropy(self.model(x), y)
        loss.backward()

    def predict(self, x):
        with torch.no_grad():
            return self.model(x).argmax(1)  # <-

def train_and_predict(x_train, y_train, x_eval):
    trainer = Trainer()
    trainer.fit(x_train, y_train)
    return trainer.predict(x_eval)
""",
    ),
    (
        "functional dropout",
        """
import torch.nn.functional as F
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc(F.dropout(x, 0.5))  # <-
""",
    ),
    (
        "second epoch in eval mode",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    model = nn.Sequential(nn.Dropout(0.2), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(model.parameters())
    model.train()
    for epoch in range(10):
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        model.eval()  # <-
        with torch.no_grad():
            print(model(x).argmax(1))
    return model(z)
""",
    ),
]

_EVAL_HONEST = [
    ("eval", _HEAD + "    model.eval()\n    with torch.no_grad():\n        return model(x_eval).argmax(1)\n"),
    (
        "train false",
        _HEAD + "    model.train(False)\n    with torch.no_grad():\n        return model(x_eval).argmax(1)\n",
    ),
    ("chained", _HEAD + "    with torch.no_grad():\n        return model.eval()(x_eval).argmax(1)\n"),
    (
        "both modes each epoch",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    model = nn.Sequential(nn.Dropout(0.2), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(model.parameters())
    for epoch in range(10):
        model.train()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        model.eval()
        with torch.no_grad():
            print(model(x).argmax(1))
    with torch.no_grad():
        return model(z).argmax(1)
""",
    ),
    (
        "helper that sets the mode",
        _CLASS
        + _FIT
        + """
@torch.inference_mode()
def predict(model, x):
    model.eval()
    return torch.cat([model(part) for part in x.split(256)]).argmax(1)

def train_and_predict(x_train, y_train, x_eval):
    model = Net()
    fit(model, x_train, y_train)
    return predict(model, x_eval)
""",
    ),
    (
        "no layer cares",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    nn.functional.cross_entropy(model(x), y).backward()
    with torch.no_grad():
        return model(z).argmax(1)
""",
    ),
    (
        "frozen batch norm",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(288, 10))
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    nn.functional.cross_entropy(model(x), y).backward()
    with torch.no_grad():
        return model(z).argmax(1)
""",
    ),
    (
        "functional dropout with the mode",
        """
import torch.nn.functional as F
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc(F.dropout(x, 0.5, training=self.training))
""",
    ),
    (
        "eval throughout, fine-tuning",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(288, 10))
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(10):
        model.eval()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    with torch.no_grad():
        return model(z).argmax(1)
""",
    ),
    (
        "two players",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    g = nn.Sequential(nn.Linear(8, 64), nn.BatchNorm1d(64))
    d = nn.Sequential(nn.Linear(64, 1), nn.Dropout(0.1))
    for _ in range(10):
        d(x).mean().backward()
        d(g(z)).mean().backward()
    g.eval()
    d.eval()
    with torch.no_grad():
        return d(g(z))
""",
    ),
    ("a module alone", _CLASS),
    (
        "trainer",
        _CLASS
        + """
class Trainer:
    def __init__(self):
        self.model = Net()

    def fit(self, x, y):
        self.model.train()
        nn.functional.cross_entropy(self.model(x), y).backward()

    def predict(self, x):
        self.model.eval()
        with torch.no_grad():
            return self.model(x).argmax(1)

def train_and_predict(x_train, y_train, x_eval):
    trainer = Trainer()
    trainer.fit(x_train, y_train)
    return trainer.predict(x_eval)
""",
    ),
]

_GRAD_MISTAKES = [
    ("end", _HEAD + "    model.eval()\n    return model(x_eval).argmax(1)  # <-\n"),
    (
        "helper",
        _CLASS
        + _FIT
        + """
def predict(model, x):
    model.eval()
    return model(x).argmax(1)  # <-

def train_and_predict(x_train, y_train, x_eval):
    model = Net()
    fit(model, x_train, y_train)
    return predict(model, x_eval)
""",
    ),
    (
        "validation",
        _HEAD
        + "        model.eval()\n        print(model(x_eval).argmax(1))  # <-\n        model.train()\n    with torch.no_grad():\n        return model(x_eval)\n",
    ),
    (
        "linear",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    model = nn.Linear(64, 10)
    nn.functional.cross_entropy(model(x), y).backward()
    return model(z).argmax(1)  # <-
""",
    ),
]

_GRAD_HONEST = [
    (
        "no_grad",
        _HEAD + "    model.eval()\n    with torch.no_grad():\n        return model(x_eval).argmax(1)\n",
    ),
    (
        "switched off",
        _HEAD + "    model.eval()\n    torch.set_grad_enabled(False)\n    return model(x_eval).argmax(1)\n",
    ),
    (
        "decorated",
        _CLASS
        + _FIT
        + """
@torch.no_grad()
def predict(model, x):
    return model.eval()(x).argmax(1)

def train_and_predict(x_train, y_train, x_eval):
    model = Net()
    fit(model, x_train, y_train)
    return predict(model, x_eval)
""",
    ),
    (
        "two losses in a loop",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    model = nn.Linear(64, 10)
    for _ in range(3):
        model(x).mean().backward()
        model(z).mean().backward()
    with torch.no_grad():
        return model(z)
""",
    ),
    (
        "nothing is trained",
        "import torch\nfrom torch import nn\nmodel = nn.Linear(2, 2)\nprint(model(torch.ones(1, 2)))\n",
    ),
]

_DEVICE_MISTAKES = [
    (
        "cuda()",
        "train",
        "from torch import nn\n\ndef train_and_predict(x, y, z):\n    model = nn.Linear(64, 10).cuda()  # <-\n    return model(x.cuda())\n",
    ),
    (
        "to cuda",
        "train",
        'from torch import nn\n\ndef train_and_predict(x, y, z):\n    model = nn.Linear(64, 10).to("cuda")  # <-\n    return model(x.to("cuda"))\n',
    ),
    (
        "device literal",
        "train",
        'import torch\n\ndef train_and_predict(x, y, z):\n    device = torch.device("cuda:0")  # <-\n    return x.to(device)\n',
    ),
    (
        "made in forward",
        "module",
        """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x, lengths):
        steps = torch.arange(x.shape[1])  # <-
        return self.fc(x) * (steps < lengths[:, None])
""",
    ),
    (
        "state in forward",
        "module",
        """
import torch
from torch import nn

class Net(nn.Module):
    def forward(self, x):
        state = torch.zeros(len(x), 8)  # <-
        return x + state
""",
    ),
    (
        "made in a function",
        "function",
        """
import torch

def train_and_predict(x, y, lr):
    w = torch.zeros(x.shape[1])  # <-
    return x @ w
""",
    ),
    (
        "list in a function",
        "function",
        """
import torch

def train_and_predict(x):
    return x * torch.tensor([1.0, 2.0])  # <-
""",
    ),
    (
        "causal mask",
        "function",
        """
import torch

def train_and_predict(q, k, v):
    mask = torch.ones(q.shape[-2], k.shape[-2]).tril()  # <-
    scores = (q @ k.mT).masked_fill(mask == 0, float("-inf"))
    return scores.softmax(-1) @ v
""",
    ),
    (
        "plain attribute",
        "module",
        """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.mask = torch.tril(torch.ones(n, n))  # <-

    def forward(self, x):
        return x * self.mask
""",
    ),
    (
        "data stays",
        "train",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = nn.Linear(64, 10).to(device)  # <-
    nn.functional.cross_entropy(model(x), y).backward()
    with torch.no_grad():
        return model(z)
""",
    ),
    (
        "model stays",
        "train",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = nn.Linear(64, 10)
    nn.functional.cross_entropy(model(x.to(device)), y.to(device)).backward()  # <-
    with torch.no_grad():
        return model(z)
""",
    ),
]

_DEVICE_HONEST = [
    ("no device at all", "train", _HEAD.replace(".to(x_train.device)", "")),
    ("device of the data", "train", _HEAD),
    (
        "both moved",
        "train",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = nn.Linear(64, 10).to(device)
    x, y, z = x.to(device), y.to(device), z.to(device)
    nn.functional.cross_entropy(model(x), y).backward()
    with torch.no_grad():
        return model(z).cpu()
""",
    ),
    (
        "device named",
        "train",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    device = x.device
    model = nn.Linear(64, 10)
    model.to(device)
    weights = torch.ones(10, device=device)
    return model(z)
""",
    ),
    (
        "device passed on",
        "train",
        """
import torch
from torch import nn

def build(device):
    return nn.Linear(64, 10).to(device)

def train_and_predict(x, y, z):
    model = build(x.device)
    return model(z)
""",
    ),
    (
        "made on the right device",
        "function",
        """
import torch

def train_and_predict(x, y, lr):
    w = torch.zeros(x.shape[1], device=x.device, dtype=x.dtype)
    b = x.new_zeros(())
    m = torch.zeros_like(x)
    t = torch.ones(3).to(x)
    s = torch.tensor(0.5)
    return x @ w + b + m.sum() + t.sum() * s
""",
    ),
    (
        "indices",
        "train",
        """
import torch

def train_and_predict(x, y, z):
    rows = torch.randperm(len(x))
    order = torch.arange(len(x))
    for i in torch.arange(4):
        x[i] += 1
    return x[rows][order]
""",
    ),
    (
        "index in a function",
        "function",
        """
import torch

def train_and_predict(x, y):
    rows = torch.arange(len(x))
    return x[rows, y] + x[torch.arange(len(x)), y]
""",
    ),
    (
        "buffer",
        "module",
        """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.register_buffer("mask", torch.tril(torch.ones(n, n)))
        self.scale = nn.Parameter(torch.ones(n))
        self.rates = torch.linspace(0, 0.1, n).tolist()

    def forward(self, x):
        steps = torch.arange(x.shape[1], device=x.device)
        return x * self.mask * self.scale + steps
""",
    ),
    (
        "options passed on",
        "function",
        """
import torch

def train_and_predict(x):
    options = {"dtype": x.dtype, "device": x.device}
    return x + torch.zeros(3, **options)
""",
    ),
    (
        "default device",
        "function",
        """
import torch

def train_and_predict(x):
    with torch.device(x.device):
        return x + torch.zeros(3)
""",
    ),
    (
        "dtype only",
        "train",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    model = nn.Linear(64, 10)
    model.to(torch.float64)
    return model(z.to(torch.float64))
""",
    ),
]


def _loss(body: str, last: str = "") -> str:
    return f"""
import torch
import torch.nn.functional as F
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 10)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        x = self.fc(x)
        return {last or "x"}

def train_and_predict(x, y, z):
    torch.manual_seed(0)
    model = Net()
{body}
"""


_LOSS_MISTAKES = [
    (
        "softmax then CE",
        _loss(
            "    p = F.softmax(model(x), dim=1)\n    loss = F.cross_entropy(p, y)  # <-\n    loss.backward()"
        ),
    ),
    (
        "softmax in forward",
        _loss(
            "    criterion = nn.CrossEntropyLoss()\n    loss = criterion(model(x), y)  # <-\n    loss.backward()",
            "F.softmax(x, dim=1)",
        ),
    ),
    (
        "softmax layer in forward",
        _loss(
            "    criterion = nn.CrossEntropyLoss()\n    out = model(x)\n    loss = criterion(out, y)  # <-\n    loss.backward()",
            "self.softmax(x)",
        ),
    ),
    (
        "sequential softmax",
        """
import torch
from torch import nn

def train_and_predict(x, y, z):
    model = nn.Sequential(nn.Linear(64, 10), nn.Softmax(dim=-1))
    loss = nn.functional.cross_entropy(model(x), y)  # <-
    loss.backward()
""",
    ),
    (
        "sigmoid then CE",
        _loss("    loss = F.cross_entropy(torch.sigmoid(model(x)), y)  # <-\n    loss.backward()"),
    ),
    ("nll on logits", _loss("    loss = F.nll_loss(model(x), y)  # <-\n    loss.backward()")),
    (
        "nll on softmax",
        _loss(
            "    criterion = nn.NLLLoss()\n    loss = criterion(model(x).softmax(1), y)  # <-\n    loss.backward()"
        ),
    ),
    ("bce on logits", _loss("    loss = nn.BCELoss()(model(x), y)  # <-\n    loss.backward()")),
    (
        "sigmoid then with-logits",
        _loss(
            "    criterion = nn.BCEWithLogitsLoss()\n    prob = torch.sigmoid(model(x).squeeze(1))\n    loss = criterion(prob, y)  # <-\n    loss.backward()"
        ),
    ),
    (
        "mse on labels",
        _loss("    loss = F.mse_loss(model(x), F.one_hot(y, 10).float())  # <-\n    loss.backward()"),
    ),
    (
        "mse criterion",
        _loss(
            "    criterion = nn.MSELoss()\n    loss = criterion(model(x).squeeze(), y.float())  # <-\n    loss.backward()"
        ),
    ),
    (
        "squared by hand",
        _loss("    loss = ((torch.sigmoid(model(x)) - y) ** 2).mean()  # <-\n    loss.backward()"),
    ),
]

_LOSS_HONEST = [
    (
        "CE on logits",
        _loss(
            "    loss = F.cross_entropy(model(x), y)\n    loss.backward()\n    with torch.no_grad():\n        return model(z).softmax(1)"
        ),
    ),
    (
        "nll on log-softmax",
        _loss("    loss = F.nll_loss(model(x), y)\n    loss.backward()", "F.log_softmax(x, dim=1)"),
    ),
    (
        "nll after log-softmax",
        _loss("    logp = model(x).log_softmax(1)\n    loss = nn.NLLLoss()(logp, y)\n    loss.backward()"),
    ),
    (
        "bce on sigmoid",
        _loss("    loss = F.binary_cross_entropy(torch.sigmoid(model(x)), y)\n    loss.backward()"),
    ),
    (
        "with-logits on logits",
        _loss(
            "    criterion = nn.BCEWithLogitsLoss()\n    loss = criterion(model(x).squeeze(1), y)\n    loss.backward()"
        ),
    ),
    (
        "probabilities only shown",
        _loss(
            "    logits = model(x)\n    p = logits.softmax(1)\n    loss = F.cross_entropy(logits, y)\n    loss.backward()\n    print(p)"
        ),
    ),
    (
        "name used again",
        _loss(
            "    out = model(x)\n    loss = F.cross_entropy(out, y)\n    loss.backward()\n    out = F.softmax(out, dim=1)\n    return out"
        ),
    ),
    (
        "squared weights",
        _loss(
            "    penalty = (model.fc.weight ** 2).sum()\n    loss = F.cross_entropy(model(x), y) + penalty\n    loss.backward()"
        ),
    ),
    ("CE on an unknown value", _loss("    loss = F.cross_entropy(z(x), y)\n    loss.backward()")),
    (
        "softmax inside, logits out",
        _loss("    loss = F.cross_entropy(model(x), y)\n    loss.backward()", "x * F.softmax(x, dim=1)"),
    ),
    (
        "log of softmax",
        _loss("    loss = F.nll_loss(torch.log(model(x).softmax(1)), y)\n    loss.backward()"),
    ),
]


def _seeded(before: str = "", body: str = "", after: str = "", imports: str = "") -> str:
    return f"""
import torch
from torch import nn
{imports}

def train_and_predict(x, y, z):
    {before or "pass"}
    model = nn.Linear(64, 10){body}
    {after or "pass"}
    nn.functional.cross_entropy(model(x), y).backward()
    with torch.no_grad():
        return model(z).argmax(1)
"""


_SEED_MISTAKES = [
    ("nothing", _seeded(body="  # <-")),
    (
        "conv",
        _HEAD.replace("    torch.manual_seed(0)\n", "").replace(
            "nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.Flatten(), nn.Dropout(0.3),",
            "nn.Conv2d(1, 16, 3), nn.Flatten(),  # <-",
        ),
    ),
    ("too late", _seeded(after="torch.manual_seed(0)  # <-")),
    ("clock", _seeded(before="torch.manual_seed(int(time.time()))  # <-", imports="import time")),
    (
        "numpy",
        _seeded(
            before="torch.manual_seed(0)",
            after="rows = np.random.permutation(len(x))  # <-",
            imports="import numpy as np",
        ),
    ),
    (
        "numpy generator",
        _seeded(
            before="torch.manual_seed(0)",
            after="rng = np.random.default_rng()  # <-",
            imports="import numpy as np",
        ),
    ),
    (
        "python",
        _seeded(before="torch.manual_seed(0)", after="random.shuffle(x)  # <-", imports="import random"),
    ),
    (
        "generator only shuffles",
        _seeded(
            before="g = torch.Generator().manual_seed(0)",
            body="  # <-",
            after="rows = torch.randperm(len(x), generator=g)",
        ),
    ),
    ("random seed", _seeded(before="torch.manual_seed(torch.seed())  # <-")),
    (
        "hand-made weights",
        """
import torch

def train_and_predict(x, y, z):
    w = torch.randn(64, 10, requires_grad=True)  # <-
    torch.nn.functional.cross_entropy(x @ w, y).backward()
    return (z @ w).argmax(1)
""",
    ),
]

_SEED_HONEST = [
    ("seeded", "train", _seeded(before="torch.manual_seed(0)")),
    ("at the top", "train", _seeded().replace("def train", "torch.manual_seed(7)\n\ndef train")),
    ("random module of torch", "train", _seeded(before="torch.random.manual_seed(0)")),
    ("constant start", "train", _seeded(after="nn.init.zeros_(model.weight)")),
    (
        "own generator throughout",
        "train",
        _seeded(
            before="g = torch.Generator().manual_seed(0)", after="nn.init.normal_(model.weight, generator=g)"
        ),
    ),
    (
        "helper",
        "train",
        _seeded(before="set_seed(0)", imports="\ndef set_seed(seed):\n    torch.manual_seed(seed)\n"),
    ),
    (
        "numpy too",
        "train",
        _seeded(
            before="torch.manual_seed(0)",
            after="rows = np.random.default_rng(0).permutation(len(x))",
            imports="import numpy as np",
        ),
    ),
    (
        "python too",
        "train",
        _seeded(
            before="torch.manual_seed(0)\n    random.seed(0)",
            after="random.shuffle(x)",
            imports="import random",
        ),
    ),
    ("a function has no randomness to seed", "function", _seeded()),
    ("a module is seeded by its user", "module", _CLASS),
    ("nothing trained", "train", "from torch import nn\nmodel = nn.Linear(2, 2)\n"),
    ("forked", "train", _seeded(before="with torch.random.fork_rng():\n        torch.manual_seed(0)")),
]

_PASS = "\n\ndef train_and_predict(x, y, z):\n    return z\n"
_LONG = (
    "import torch\n\ndef train_and_predict(x, y, z):  # long\n"
    + "".join(f"    v{i} = {i}\n" for i in range(90))
    + "    return z\n"
)

_ENGINEERED = [
    ("unused function", "train", "def normalise(x):  # <-\n    return x / 2\n" + _PASS),
    ("unused class", "train", "class Config:  # <-\n    lr = 0.1\n" + _PASS),
    ("recursion is no use", "train", "def f(n):  # <-\n    return f(n - 1)\n" + _PASS),
    (
        "hierarchy",
        "train",
        """
from torch import nn

class BaseModel(nn.Module):  # <-
    def loss(self, x):
        raise NotImplementedError

class Net(BaseModel):
    def forward(self, x):
        return x

def train_and_predict(x, y, z):
    return Net()(z)
""",
    ),
    (
        "abc",
        "train",
        "import abc\n\nclass Base(abc.ABC):  # <-\n    pass\n\ndef train_and_predict(x, y, z):\n    return Base, z\n",
    ),
    (
        "data parallel",
        "train",
        "from torch import nn\n\ndef train_and_predict(x, y, z):\n    return nn.DataParallel(nn.Linear(2, 2))(z)  # <-\n",
    ),
    (
        "workers",
        "train",
        "from torch.utils.data import DataLoader\n\ndef train_and_predict(x, y, z):\n    return DataLoader(x, num_workers=4)  # <-\n",
    ),
    (
        "scaler",
        "train",
        "import torch\n\ndef train_and_predict(x, y, z):\n    scaler = torch.cuda.amp.GradScaler()  # <-\n    return scaler, z\n",
    ),
    (
        "nested loops",
        "function",
        """
import torch

def train_and_predict(x, w):
    out = torch.zeros_like(x)
    for i in range(x.shape[0]):  # <-
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] * w[j]
    return out
""",
    ),
    (
        "nested loops by names",
        "train",
        """
def train_and_predict(x, y, z):
    n, d = x.shape
    total = 0
    for i in range(n):  # <-
        for j in range(d):
            total += x[i][j]
    return total
""",
    ),
    (
        "one loop in a function",
        "function",
        """
def train_and_predict(x, y):
    loss = 0.0
    for i in range(len(x)):  # <-
        loss = loss + (x[i] - y[i]) ** 2
    return loss / len(x)
""",
    ),
    (
        "rows and values",
        "function",
        """
def train_and_predict(x):
    total = 0.0
    for row in x:  # <-
        for value in row:
            total = total + value * value
    return total
""",
    ),
    (
        "huge network",
        "train",
        """
from torch import nn

def train_and_predict(x, y, z):
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 4096), nn.ReLU(),
        nn.Linear(4096, 4096),  # <-
        nn.Linear(4096, 10))(z)
""",
    ),
    ("long", "train", "a = 1  # <-\n" + _LONG),
]

_SIMPLE = [
    (
        "an interface with two implementations",
        "train",
        "from abc import ABC, abstractmethod\n\nclass Step(ABC):\n    @abstractmethod\n    def run(self, x): ...\n\n"
        "class Scale(Step):\n    def run(self, x):\n        return x / 2\n\n"
        "class Shift(Step):\n    def run(self, x):\n        return x - 1\n\n"
        "def train_and_predict(x, y, z):\n    for step in (Scale(), Shift()):\n        z = step.run(z)\n    return z\n",
    ),
    (
        "helpers in use",
        "train",
        "def normalise(x):\n    return x / 2\n\ndef train_and_predict(x, y, z):\n    return normalise(z)\n",
    ),
    ("given helper unused", "train", "def helper_given(x):\n    return x\n" + _PASS),
    ("used by name", "train", '__all__ = ["extra"]\n\ndef extra():\n    return 1\n' + _PASS),
    (
        "two heirs",
        "train",
        """
from torch import nn

class Block(nn.Module):
    pass

class Plain(Block):
    pass

class Residual(Block):
    pass

def train_and_predict(x, y, z):
    return Plain(), Residual()
""",
    ),
    (
        "a net and its block",
        "train",
        """
from torch import nn

class Block(nn.Module):
    def forward(self, x):
        return x

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()

def train_and_predict(x, y, z):
    return Net()(z)
""",
    ),
    (
        "minibatches",
        "function",
        """
def train_and_predict(x, y, steps):
    total = 0.0
    for i in range(0, len(x), 64):
        total = total + (x[i : i + 64] - y[i : i + 64]).sum()
    for step in range(steps):
        total = total + 1
    return total
""",
    ),
    (
        "time steps",
        "module",
        """
from torch import nn

class Net(nn.Module):
    def forward(self, x, h):
        outputs = []
        for t in range(x.shape[1]):
            h = h * 0.5 + x[:, t]
            outputs.append(h)
        return outputs

class train_and_predict(Net):
    pass
""".replace("class train_and_predict(Net):\n    pass\n", ""),
    ),
    (
        "loader",
        "train",
        "from torch.utils.data import DataLoader, TensorDataset\n\ndef train_and_predict(x, y, z):\n    for a, b in DataLoader(TensorDataset(x, y), batch_size=32):\n        z = z + a.sum() * b.sum()\n    return z\n",
    ),
    (
        "parameters and layers",
        "train",
        "from torch import nn\n\ndef train_and_predict(x, y, z):\n    return nn.Sequential(nn.Conv2d(1, 64, 3), nn.Conv2d(64, 128, 3), nn.Flatten(), nn.Linear(2048, 256), nn.Linear(256, 10))(z)\n",
    ),
    (
        "comprehension over classes",
        "train",
        "def train_and_predict(x, y, z):\n    means = [x[y == c].mean(0) for c in range(10)]\n    for c in range(10):\n        z = z + means[c]\n    return z\n",
    ),
    (
        "epochs and batches",
        "train",
        _HEAD + "    model.eval()\n    with torch.no_grad():\n        return model(x_eval).argmax(1)\n",
    ),
    (
        "rather long",
        "train",
        "import torch\n\ndef train_and_predict(x, y, z):\n"
        + "".join(f"    v{i} = {i}\n" for i in range(40))
        + "    return z\n",
    ),
]


def _rows(finding, cases, kind="train"):
    return [(c[0], finding, c[1] if len(c) == 3 else kind, c[-1]) for c in cases]


def _named(finding, cases):
    return [
        (f"{finding}: {name}", finding, kind, source) for name, finding, kind, source in _rows(finding, cases)
    ]


MISTAKES = [
    *_named("eval-mode", _EVAL_MISTAKES),
    *_named("no-grad", _GRAD_MISTAKES),
    *_named("device-placement", _DEVICE_MISTAKES),
    *_named("wrong-loss", _LOSS_MISTAKES),
    *_named("no-seed", _SEED_MISTAKES),
    *_named("over-engineering", _ENGINEERED),
]
HONEST = [
    *_named("eval-mode", _EVAL_HONEST),
    *_named("no-grad", _GRAD_HONEST),
    *_named("device-placement", _DEVICE_HONEST),
    *_named("wrong-loss", _LOSS_HONEST),
    *_named("no-seed", _SEED_HONEST),
    *_named("over-engineering", _SIMPLE),
]

EVERYTHING_WRONG = """
import torch
from torch import nn

class Base(nn.Module):
    pass

class Net(Base):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(64, 10), nn.Softmax(dim=1))

    def forward(self, x):
        return self.net(x)

def train_and_predict(x_train, y_train, x_eval):
    model = Net().cuda()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(10):
        loss = criterion(model(x_train), y_train)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model(x_eval).argmax(1)
"""
