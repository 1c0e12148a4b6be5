"""``no-seed``: a training whose result nobody can repeat."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from interviewer.core.running import Finding
from interviewer.runner.review.reading import Reading, constant, keyword

_SAMPLES = {
    f"torch.{n}" for n in ("randperm", "rand", "randn", "randint", "bernoulli", "normal", "multinomial")
}
_SAMPLES |= {"torch.rand_like", "torch.randn_like", "torch.randint_like"}
_PARAMETERS = {
    "Linear",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "Embedding",
    "GRU",
    "LSTM",
    "RNN",
    "GRUCell",
    "LSTMCell",
}
_PARAMETERS |= {"ConvTranspose2d", "Bilinear", "MultiheadAttention", "LazyLinear", "LazyConv2d"}
_RANDOM_INIT = {
    "normal_",
    "uniform_",
    "xavier_uniform_",
    "xavier_normal_",
    "kaiming_uniform_",
    "kaiming_normal_",
}
_RANDOM_INIT |= {"trunc_normal_", "orthogonal_"}
_TORCH_SEEDS = {
    "torch.manual_seed",
    "torch.random.manual_seed",
    "torch.random.set_rng_state",
    "torch.set_rng_state",
}
_PYTHON_DRAWS = {
    "shuffle",
    "sample",
    "random",
    "randint",
    "choice",
    "choices",
    "randrange",
    "uniform",
    "gauss",
}
_CLOCKS = ("time.", "datetime.", "os.urandom", "os.getpid", "secrets.")

_MESSAGE = (
    "{what} at random and nothing seeds the generator, so every run gives another model and no result can "
    "be compared or debugged. Call torch.manual_seed(...) once, before the model is built."
)
_LATE = (
    "The seed is set after the model was built, so the initial weights still differ from run to run. "
    "Move torch.manual_seed(...) before the line that builds the model."
)
_OTHER = (
    "{what} draws from a generator of its own, which torch.manual_seed does not touch. Seed it too, or draw "
    "with torch."
)
_CLOCK = (
    "A seed that differs on every run seeds nothing. Use a constant (or an argument) and keep it with the "
    "result."
)


def check(reading: Reading, exercise: Mapping[str, Any]) -> Iterator[Finding]:
    trains = bool(reading.calls_method("backward")) or reading.uses("torch.autograd.grad")
    if not trains or exercise.get("kind") in ("function", "class", "module"):
        return
    yield from _torch(reading)
    yield from _others(reading)


def _torch(reading: Reading) -> Iterator[Finding]:
    seeds = [call for call in reading.calls if _seeds_torch(reading, call)]
    sources = list(_sources(reading))
    if not seeds and sources:
        line, what = sources[0]
        yield Finding("no-seed", line, _MESSAGE.format(what=what))
    for call in seeds:
        if any(_is_clock(reading, n) for argument in call.args for n in ast.walk(argument)):
            yield Finding("no-seed", call.lineno, _CLOCK)
    if seeds and (late := _too_late(reading, seeds)):
        yield Finding("no-seed", late, _LATE)


def _seeds_torch(reading: Reading, call: ast.Call) -> bool:
    """torch.manual_seed, or a helper such as seed_everything; a Generator's own seed is not global."""
    name = reading.called(call)
    if name in _TORCH_SEEDS:
        return True
    imported_helper = "seed" in name.rsplit(".", 1)[-1] and name.rsplit(".", 1)[-1] not in (
        "seed",
        "initial_seed",
    )
    local = name in reading.functions
    return imported_helper and not local and not name.endswith(".manual_seed") and "numpy" not in name


def _is_clock(reading: Reading, node: ast.AST) -> bool:
    name = reading.called(node)
    return name.startswith(_CLOCKS) or name in ("torch.seed", "torch.initial_seed", "random.randint", "id")


def _sources(reading: Reading) -> Iterator[tuple[int, str]]:
    """(line, what it does) for every draw from torch's global generator."""
    overwritten = _weights_are_set(reading)
    for call in reading.calls:
        name = reading.called(call)
        prefix, _, last = name.rpartition(".")
        if prefix == "torch.nn" and last in _PARAMETERS and not overwritten:
            yield call.lineno, f"nn.{last} draws its first weights"
        elif name in _SAMPLES and keyword(call, "generator") is None:
            yield call.lineno, f"{name} draws"
        elif last == "DataLoader" and constant(keyword(call, "shuffle")) is True:
            if keyword(call, "generator") is None:
                yield call.lineno, "The DataLoader shuffles"
        elif prefix == "torch.nn" and last.startswith("Dropout"):
            yield call.lineno, f"nn.{last} removes units"
        elif prefix == "torch.nn.init" and last in _RANDOM_INIT and keyword(call, "generator") is None:
            yield call.lineno, f"init.{last} draws the first weights"


def _weights_are_set(reading: Reading) -> bool:
    """Whether the first weights are made constant, or drawn from a generator that is passed along."""
    for call in reading.calls:
        last = reading.called(call).rsplit(".", 1)[-1] or getattr(call.func, "attr", "")
        if last in ("zeros_", "constant_", "zero_", "eye_", "ones_"):
            return True
        if last in _RANDOM_INIT and keyword(call, "generator") is not None:
            return True
    return False


def _too_late(reading: Reading, seeds: list[ast.Call]) -> int | None:
    """The line of a seed that follows the building of the model in the same function."""
    for seed in seeds:
        scope = reading.function(seed)
        built = [
            call.lineno
            for call in reading.calls
            if reading.builds_model(call) and reading.function(call) is scope and call is not seed
        ]
        first = min((s.lineno for s in seeds if reading.function(s) is scope), default=0)
        elsewhere = any(reading.function(s) is not scope for s in seeds)
        if built and min(built) < first and not elsewhere:
            return first
    return None


def _others(reading: Reading) -> Iterator[Finding]:
    """Draws from numpy's and Python's own generators."""
    seeded = {"numpy.random": reading.uses("numpy.random.seed"), "random": reading.uses("random.seed")}
    for call in reading.calls:
        prefix, _, last = reading.called(call).rpartition(".")
        if prefix == "numpy.random" and last in ("default_rng", "RandomState"):
            unseeded = not (call.args or call.keywords)
        elif prefix == "numpy.random" and last[:1].islower() and last != "seed":
            unseeded = not seeded[prefix]
        else:
            unseeded = prefix == "random" and last in _PYTHON_DRAWS and not seeded[prefix]
        if unseeded:
            name = "np.random" if prefix == "numpy.random" else prefix
            yield Finding("no-seed", call.lineno, _OTHER.format(what=f"{name}.{last}"))
            return
