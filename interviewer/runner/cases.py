"""What an exercise's ``cases.py`` is written with. The contract is docs/exercises.md.

``cases.py`` is trusted code and runs in the judge. It defines ``cases(ctx)``, which yields the
hidden cases in the order they are to run; each belongs to one check of ``exercise.yaml``. Only the
inputs of a case ever reach the candidate's process. Standard library only: torch is the pack's own
import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any


class _Reference:
    """Sentinel: what ``reference.py`` returns is what is expected."""

    def __repr__(self) -> str:
        return "REFERENCE"


#: Default of every ``expected``: call ``reference.py`` with the same inputs and compare.
REFERENCE = _Reference()

#: Looks at what came back; None when it is right, else one sentence for the candidate.
Verify = Callable[[Any], "str | None"]


@dataclass(frozen=True)
class Context:
    """What ``cases(ctx)`` and ``performance(ctx)`` are given."""

    rng: Any  # torch.Generator on the CPU, seeded anew from the system for every run
    reference: ModuleType  # reference.py, imported in the judge
    folder: Path  # the pack's folder
    device: str = "cpu"  # where the candidate's tensors will be: "cpu" or "cuda"

    def asset(self, name: str) -> Path:
        """The path of a file of the pack (its sha256, if declared, was verified before)."""
        return self.folder / name


@dataclass(frozen=True)
class Case:
    """Kind ``function``: one call of the entry point.

    ``args`` and ``kwargs`` hold tensors (any strides; non-contiguous ones arrive non-contiguous)
    and plain values: None, bool, int, float, str, and lists, tuples and dicts of these.

    The result must have the structure, shapes and dtypes that the reference returns for the same
    inputs. Floating-point results are compared with the reference's on float64 copies of the
    inputs, every element within ``max(16 × the float32 reference's own error, c·eps·scale)``;
    everything else exactly.
    """

    check: str  # id of a check in exercise.yaml
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""  # what the case is about, shown when it fails: "one row", "large logits"
    gradients: Sequence[int] = ()  # positions of args whose gradients are checked as well
    expected: Any = REFERENCE  # or the right answer itself
    verify: Verify | None = None  # instead of comparing: verify(result) -> complaint or None
    double: bool = True  # False: compare with the reference in the inputs' own precision
    tolerance: float | None = None  # absolute, and allowed even where the rule above allows less
    may_change: Sequence[int] = ()  # positions of args that the entry point may modify


@dataclass(frozen=True)
class Model:
    """An argument: a small ``nn.Module`` in the worker that holds these tensors as parameters.

    Named, so that steps of a ClassCase can read it and load other weights into it. Calling it
    computes nothing.
    """

    name: str
    state: Mapping[str, Any]  # parameter name (no dots) -> tensor


@dataclass(frozen=True)
class Call:
    """Step: call a method of the object; ``"__call__"`` calls the object itself."""

    method: str
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    expected: Any = REFERENCE
    verify: Verify | None = None
    ignore: bool = False  # the return value does not matter


@dataclass(frozen=True)
class Get:
    """Step: read an attribute (or property) of the object."""

    attribute: str
    expected: Any = REFERENCE
    verify: Verify | None = None


@dataclass(frozen=True)
class SetState:
    """Step: load other weights into a Model, as training would."""

    model: str
    state: Mapping[str, Any]


@dataclass(frozen=True)
class State:
    """Step: read a Model's weights back, {name: tensor}."""

    model: str
    expected: Any = REFERENCE
    verify: Verify | None = None


@dataclass(frozen=True)
class ClassCase:
    """Kind ``class``: build the entry point's class, then take the steps one by one.

    The candidate's process gets each step only after it answered the one before. The reference
    class is led through the same steps; each return is compared in order. Plain values must be
    equal and of the same type (floats to 1e-6 relative), tensors as in Case.
    """

    check: str
    steps: Sequence[Call | Get | SetState | State]
    init: Sequence[Any] = ()
    init_kwargs: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True)
class ModuleResult:
    """What ``verify`` of a ModuleCase gets."""

    outputs: list[Any]  # one per forward pass
    parameters: dict[str, tuple[int, ...]]  # name -> shape, in the candidate's order
    buffers: dict[str, tuple[int, ...]]
    trainable: set[str]  # names of parameters with requires_grad
    gradients: dict[str, Any]  # parameter name -> tensor or None, where gradients=True
    state: dict[str, Any]  # name -> tensor after the forwards, where read_state=True


@dataclass(frozen=True)
class ModuleCase:
    """Kind ``module``: build the ``nn.Module``, load weights, set the mode, run it forward.

    With ``state=REFERENCE`` the judge builds the reference with the same ``init``, draws fresh
    random weights for it, and loads them into the candidate's module, so the statement must fix
    the parameter names. With ``state=None`` the module keeps its own weights; then give ``verify``
    (nothing can be compared with the reference).
    """

    check: str
    inputs: Sequence[Any] = ()  # of forward(); empty and structure=True: no forward pass
    init: Sequence[Any] = ()
    init_kwargs: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    state: Any = REFERENCE  # REFERENCE, None, or {name: tensor}
    mode: str = "eval"  # "eval" or "train"
    forwards: int = 1  # how many times forward() is run on the same inputs
    structure: bool = False  # parameter names and shapes must be the reference's
    gradients: bool = False  # d(sum(output * random))/d(parameter) is checked as well
    read_state: bool = False  # bring the state_dict back after the forwards (running statistics)
    verify: Callable[[ModuleResult], str | None] | None = None
    double: bool = True
    tolerance: float | None = None


@dataclass(frozen=True)
class Score:
    """A score of predictions, and the floor it must reach."""

    check: str
    score: Callable[[Any, Any], float]  # score(predictions, labels), higher is better
    floor: float  # several standard deviations below what the reference gets
    says: str = "score"  # the score's name: "accuracy on unseen digits"


@dataclass(frozen=True)
class TrainCase:
    """Kind ``train``: one call that gets training data with labels and evaluation inputs without,
    and returns predictions. Make the data with fixed seeds, written in cases.py: they are hidden.

    A result that is not ``like`` what is expected (structure, shape, dtype) fails ``check``, and
    so does a non-finite one. Give every TrainCase at least one Score (of the same check, or of
    others: one training, several checks).
    """

    check: str
    args: Sequence[Any]
    labels: Any  # the hidden answers; stay in the judge
    scores: Sequence[Score]
    like: Any = None  # a tensor (or tree of them) with the shape and dtype of the right result
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    repeat: str = ""  # check id: a second call with the same arguments must return exactly the same


@dataclass(frozen=True)
class Performance:
    """What ``performance(ctx)`` returns, for exercises whose point is speed (kind ``function``).

    ``inputs(rng)`` makes the arguments of one timed call, always of the same shapes.
    """

    inputs: Callable[[Any], Sequence[Any]]
    bytes: float  # that any solution must move: inputs read once, outputs written once
    flops: float  # that any solution must do
    check: str = ""  # the check that a wrong answer in a timed call fails; the first one by default
