"""Pretrain the exercise's small ResNet-18 on the digits 0 to 5 and write its weights, in half precision.

    python tools/pretrain_resnet18.py

Takes half a minute on one core. The task is to name the digit *and* which of its eight turns and
mirror images is seen, each image moved by up to one pixel: 48 classes make richer features than
six, which 1,083 easy images would collapse to. The result is the asset
``resnet18-digits-0-to-5.npz`` of ``finetune-resnet18``: the state_dict under torchvision's names.
The digits 6 to 9 are never seen here, nor is a tenth of the others, on which the printed accuracy
is measured.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

EXERCISES = Path(__file__).resolve().parent.parent / "exercises"
PACK = EXERCISES / "finetune-resnet18"
OUT = PACK / "resnet18-digits-0-to-5.npz"
VIEWS = 8


def network(classes: int) -> torch.nn.Module:
    """The model of the exercise's own reference solution."""
    spec = importlib.util.spec_from_file_location("reference", PACK / "reference.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    return reference.ResNet18(classes)


def shifted(x: torch.Tensor) -> torch.Tensor:
    """Each image (N, 1, 8, 8) moved by up to one pixel, the gap filled with background."""
    padded = F.pad(x, (1, 1, 1, 1))
    corners = torch.randint(0, 3, (len(x), 2)).tolist()
    return torch.stack(
        [image[:, i : i + 8, j : j + 8] for image, (i, j) in zip(padded, corners, strict=True)]
    )


def seen_as(x: torch.Tensor, view: torch.Tensor) -> torch.Tensor:
    """Each image turned by ``view % 4`` quarters, and mirrored first where ``view`` is 4 or more."""
    out = torch.empty_like(x)
    for k in range(VIEWS):
        rows = view == k
        out[rows] = torch.rot90(x[rows].flip(3) if k >= 4 else x[rows], k % 4, (2, 3))
    return out


def main() -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    with np.load(EXERCISES / "mnist-cnn" / "digits.npz") as data:
        images, labels = torch.from_numpy(data["images"]), torch.from_numpy(data["labels"]).long()
    x = (images[labels < 6].float() / 16).unsqueeze(1)
    y = labels[labels < 6]
    held_out, train = torch.randperm(len(y)).tensor_split([len(y) // 10])

    model, epochs, batch, lr = network(classes=6 * VIEWS), 40, 64, 5e-3
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=1e-4)
    steps = epochs * -(-len(train) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, steps)
    for _ in range(epochs):
        for rows in train[torch.randperm(len(train))].split(batch):
            view = torch.randint(VIEWS, (len(rows),))
            loss = F.cross_entropy(model(seen_as(shifted(x[rows]), view)), y[rows] * VIEWS + view)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()

    model.half().float().eval()
    with torch.inference_mode():
        digit = model(x[held_out]).argmax(1) // VIEWS
    accuracy = (digit == y[held_out]).float().mean().item()
    state = {name: value.numpy() for name, value in model.half().state_dict().items()}
    np.savez_compressed(OUT, **state)
    digest = hashlib.sha256(OUT.read_bytes()).hexdigest()
    size = sum(p.numel() for p in model.parameters())
    print(f"{size} parameters, digit right on {accuracy:.3f} of {len(held_out)} held-out images")
    print(f"{OUT.name}: {OUT.stat().st_size} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
