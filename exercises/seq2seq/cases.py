"""Hidden cases: random weights for every detail, trained ones for the whole."""

import numpy as np
import torch
import torch.nn.functional as F

from interviewer.runner.cases import Context, ModuleCase, ModuleResult

SIZES = {"vocab_in": 20, "vocab_out": 11, "hidden": 16}
DATES = [
    ("12 march 2019", "2019-03-12"),
    ("march 12, 2019", "2019-03-12"),
    ("monday, 24 june 1985", "1985-06-24"),
    ("1 may 2003", "2003-05-01"),
    ("7.11.1999", "1999-11-07"),
    ("23/08/2031", "2031-08-23"),
    ("sep 30, 2011", "2011-09-30"),
    ("2020/02/29", "2020-02-29"),
    ("wednesday, 31 december 1969", "1969-12-31"),
    ("05 oct 2044", "2044-10-05"),
    ("january 09, 1960", "1960-01-09"),
    ("14.07.1989", "1989-07-14"),
]


def cases(ctx: Context):
    def tokens(rows, columns, high):
        return torch.randint(1, high, (rows, columns), generator=ctx.rng)

    def batch(lengths, steps):
        """Source rows of these lengths, padded to the longest, and decoder inputs."""
        source = tokens(len(lengths), max(lengths), SIZES["vocab_in"])
        for row, length in zip(source, lengths, strict=True):
            row[length:] = 0
        target_in = F.pad(tokens(len(lengths), steps - 1, SIZES["vocab_out"]), (1, 0))
        return source, target_in

    def case(check, inputs, name, **more):
        return ModuleCase(check, inputs=inputs, init_kwargs=SIZES, name=name, **more)

    yield case("structure", (), "names and shapes of the parameters", structure=True)

    for rows, length, steps in [(2, 5, 4), (7, 9, 3), (16, 24, 12)]:
        yield case("values", batch([length] * rows, steps), f"{rows} rows of {length} tokens, {steps} steps")
    yield case("values", batch([6] * 4, 5), "in training mode", mode="train")
    source, target_in = batch([11] * 3, 6)
    yield case("values", (source, target_in), "three rows of 11 tokens")
    middle = source.clone()
    middle[:, 5] = 1 + middle[:, 5] % (SIZES["vocab_in"] - 1)
    yield case("values", (middle, target_in), "the same rows with another token in the middle")

    for lengths in ([5, 3], [1, 8, 4, 8], [2, 3, 5, 7, 11, 13], [4, 9, 1]):
        yield case("padding", batch(lengths, 4), f"rows of {', '.join(map(str, lengths))} tokens")
    source, target_in = batch([6, 4], 5)
    yield case("padding", (F.pad(source, (0, 7)), target_in), "every row ends in padding")

    for lengths, steps in [([1], 1), ([9], 1), ([1], 6), ([1, 1, 1], 2), ([30], 3)]:
        name = f"batch of {len(lengths)}, source of {lengths[0]}, {steps} step{'s' * (steps > 1)}"
        yield case("shapes", batch(lengths, steps), name)
    source, target_in = batch([5, 5, 5, 5], 6)
    yield case(
        "shapes", (source.T.contiguous().T, target_in[::2].repeat_interleave(2, 0)), "transposed source"
    )

    yield case("gradients", batch([5, 5], 4), "rows of one length", gradients=True)
    yield case("gradients", batch([6, 2, 4], 3), "rows of different lengths", gradients=True)

    with torch.random.fork_rng():
        torch.manual_seed(int(torch.randint(2**31, (), generator=ctx.rng)))
        state = ctx.reference.Seq2Seq(**SIZES).state_dict()
    for weight in ("attention.weight", "source_embedding.weight"):
        state[weight] = state[weight] * 300
    # exp(score - logsumexp) is as right as a softmax, and off by eps times a score of hundreds.
    loose = {"state": state, "tolerance": 2e-5}
    yield case("extremes", batch([7, 7], 4), "attention scores in the hundreds", **loose)
    yield case("extremes", batch([12], 3), "large scores, one row", **loose)

    yield from dates(ctx)


def dates(ctx: Context):
    """Real weights on real dates, read with teacher forcing."""
    with np.load(ctx.asset("dates.npz")) as file:
        sides = [str(file[name]) for name in ("source_alphabet", "target_alphabet")]
        state = {k: torch.from_numpy(v).float() for k, v in file.items() if not k.endswith("alphabet")}
    hidden = len(state["attention.weight"])
    source, target = (
        torch.nn.utils.rnn.pad_sequence(
            [torch.tensor([1 + alphabet.index(c) for c in text]) for text in texts], batch_first=True
        )
        for texts, alphabet in zip(zip(*DATES, strict=True), sides, strict=True)
    )

    def reads_dates(result: ModuleResult) -> str | None:
        logits = result.outputs[0]
        if not isinstance(logits, torch.Tensor) or logits.shape != (*target.shape, 1 + len(sides[1])):
            return "the logits have another shape than (B, T, vocab_out)"
        right = (logits.argmax(2) == target).all(1)
        if right.all():
            return None
        text, iso = DATES[int((~right).nonzero()[0])]
        return f"{int(right.sum())} of {len(DATES)} dates are read right; “{text}” is not read as {iso}"

    yield ModuleCase(
        "dates",
        inputs=(source, F.pad(target[:, :-1], (1, 0))),
        init=(1 + len(sides[0]), 1 + len(sides[1]), hidden),
        state=state,
        verify=reads_dates,
        name="twelve dates, trained weights",
    )
