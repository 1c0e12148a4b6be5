"""Train the seq2seq exercise's reference on written dates and write its weights, in half precision.

    python tools/train_seq2seq.py

Takes about twenty seconds on one core. The result, ``dates.npz`` of ``exercises/seq2seq``, holds the
state_dict (float16) and the characters of both sides: token 0 is padding on the source side and the
start symbol on the target side.
"""

from __future__ import annotations

import datetime
import hashlib
import importlib.util
import random
import re
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

PACK = Path(__file__).resolve().parent.parent / "exercises" / "seq2seq"
OUT = PACK / "dates.npz"
HIDDEN = 64
SOURCE = " ,./0123456789abcdefghijklmnopqrstuvwxyz"  # token = 1 + index
TARGET = "0123456789-"
FORMATS = (
    "%d %B %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%A, %d %B %Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%Y/%m/%d",
)


def written(rng: random.Random) -> tuple[str, str]:
    """A date as somebody might write it, and in ISO 8601."""
    day = datetime.date(1950, 1, 1) + datetime.timedelta(days=rng.randrange(36_524))
    text = day.strftime(rng.choice(FORMATS)).lower()
    if rng.random() < 0.5:
        text = re.sub(r"\b0(\d\b)", r"\1", text)  # 1 may rather than 01 may
    return text, day.isoformat()


def tokens(texts: list[str], alphabet: str) -> torch.Tensor:
    """(N, longest) int64, padded with 0 on the right."""
    rows = [torch.tensor([1 + alphabet.index(c) for c in text]) for text in texts]
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)


def batch(rng: random.Random, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    sources, targets = zip(*(written(rng) for _ in range(size)), strict=True)
    return tokens(list(sources), SOURCE), tokens(list(targets), TARGET)


def shifted(target: torch.Tensor) -> torch.Tensor:
    """Teacher forcing: the start symbol, then everything but the last token."""
    return F.pad(target[:, :-1], (1, 0))


def decode(model: torch.nn.Module, source: torch.Tensor, steps: int) -> torch.Tensor:
    """Greedy decoding: (B, steps) tokens, each fed back as the next input."""
    target_in = source.new_zeros(len(source), 1)
    for _ in range(steps):
        following = model(source, target_in)[:, -1].argmax(dim=1, keepdim=True)
        target_in = torch.cat([target_in, following], dim=1)
    return target_in[:, 1:]


def main() -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    rng = random.Random(0)
    spec = importlib.util.spec_from_file_location("reference", PACK / "reference.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    model, steps, lr = reference.Seq2Seq(1 + len(SOURCE), 1 + len(TARGET), HIDDEN), 700, 5e-3
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, steps)
    for _ in range(steps):
        source, target = batch(rng, 64)
        loss = F.cross_entropy(model(source, shifted(target)).transpose(1, 2), target)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()

    model.half().float()
    source, target = batch(random.Random(1), 500)
    with torch.inference_mode():
        forced = (model(source, shifted(target)).argmax(2) == target).all(1).float().mean()
        greedy = (decode(model, source, target.shape[1]) == target).all(1).float().mean()
    state = {name: value.numpy() for name, value in model.half().state_dict().items()}
    np.savez_compressed(OUT, source_alphabet=SOURCE, target_alphabet=TARGET, **state)
    digest = hashlib.sha256(OUT.read_bytes()).hexdigest()
    print(f"of 500 unseen dates exact: {forced:.3f} with teacher forcing, {greedy:.3f} decoded greedily")
    print(f"{OUT.name}: {OUT.stat().st_size} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
