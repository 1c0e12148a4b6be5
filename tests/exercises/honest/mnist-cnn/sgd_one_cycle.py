import torch
from torch import nn


def make_model():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 4, 10),
    )


def train_and_predict(x_train, y_train, x_eval, epochs=20, batch_size=32):
    generator = torch.Generator().manual_seed(1)
    torch.manual_seed(1)
    model = make_model()
    loss_fn = nn.CrossEntropyLoss(label_smoothing=0.05)
    steps_per_epoch = (len(x_train) + batch_size - 1) // batch_size
    opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)
    sched = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=0.1, total_steps=epochs * steps_per_epoch)
    for _ in range(epochs):
        model.train()
        perm = torch.randperm(len(x_train), generator=generator)
        for i in range(0, len(x_train), batch_size):
            idx = perm[i : i + batch_size]
            opt.zero_grad(set_to_none=True)
            loss_fn(model(x_train[idx]), y_train[idx]).backward()
            opt.step()
            sched.step()
    model.eval()
    predictions = []
    with torch.no_grad():
        for chunk in x_eval.split(256):
            predictions.append(model(chunk).argmax(1))
    return torch.cat(predictions)
