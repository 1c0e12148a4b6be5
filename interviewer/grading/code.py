"""Forms in code and mathematics: ``w -= lr * dL/dw`` is ``θ ← θ − η∇J(θ)``.

A formula is normalised to a run of atoms: what a quantity stands for (W, LR, GRAD, LOSS) and the
operators, with ``a = a - b`` written ``a -= b``. Code is known by the names it calls, in order, and by
what they are called on: a model, an optimizer, a tensor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_ATOM = re.compile(
    r"[^\W\d]\w*|\d+(?:\.\d+)?(?:e-?\d+)?|[-+*/@]=|==|<=|>=|!=|->|<-|←|:=|\*\*|[-+*/=@<>^∇∂·×√Σ∑−]|\(|\."
)
_QUANTITY = {
    "W": "w weight weights theta θ param params parameter parameters p phi φ data wi w_i w_t w_new w_old theta_old theta_new theta_t",
    "LR": "lr eta η alpha α learning_rate step_size gamma rate epsilon step",
    "GRAD": "grad gradient g gradients nabla ∇ grads dw dldw djdw",
    "LOSS": "loss l j cost e error criterion loss_fn objective",
}
_NAMES = {name: quantity for quantity, names in _QUANTITY.items() for name in names.split()}
_DERIVATIVE = re.compile(
    r"(?:d|∂|partial\s*)\s*[A-Za-z](?:\(\w*\))?\s*/\s*(?:d|∂|partial\s*)\s*[\wθ]+|(?:∇|nabla\s*|grad\s*)_?[\wθ]*\s*\(?\s*[LJEf](?:\(\s*[\wθ]*\s*\))?\)?|\bd[LJE]_?d[wθ]\b",
    re.IGNORECASE,
)
#: Which step something is of: θ_{t+1}, θ_t, w_new, a^(l).
_TIME = re.compile(r"(?<=[^\W_])(?:_\{[^}\n]*\}|_(?:t|new|old)\b(?:[-+]1\b)?|\^\{?\([^)\n]*\)\}?)")
_NOISE = frozenset("( . self torch nn np tf jax F import from as model net the a of".split())
_KEYWORDS = frozenset(
    "for in import from with as def class return if else lambda None True False not and or is while try print len self".split()
)
_CALL = re.compile(r"((?:[A-Za-z_]\w*\s*\.\s*|\)\s*\.\s*)*)([A-Za-z_]\w*)\s*(\(|=(?!=))?\s*(True|False)?")
_MODULES = frozenset(
    "torch nn f np tf jax keras optim utils torchvision transformers amp math random numpy backends cuda cudnn".split()
)
_TENSORS = frozenset(
    """x y xb yb xs ys batch inputs images labels targets data input target tensor mask img image out output outputs logits
    preds loss losses""".split()
)
_TO_ITSELF = re.compile(r"\b(\w+)\b[\w\s,]*=\s*(?:\w+\s*,\s*)*\1\s*\.")


class Call(NamedTuple):
    """A name that code calls, reads from something, or gives a value."""

    name: str
    on: str  # "model", "optimizer", "tensor", or "" where that is not said
    value: str = ""  # "true" or "false" where it is given or called with one


class Form(NamedTuple):
    """A normalised piece of code or mathematics."""

    text: str
    atoms: tuple[str, ...]
    operators: tuple[str, ...]
    calls: tuple[Call, ...]
    steps: int  # statements it is made of: their order matters
    kept: bool  # a result is assigned to what it was made from: x = x.to(…)


def form(source: str) -> Form:
    """Normalise some lines of code or one formula."""
    plain = _TIME.sub("", source.replace("−", "-").replace("–", "-").replace("\\", " "))
    text = _DERIVATIVE.sub(" GRAD ", plain)
    atoms = [_atom(name) for name in _ATOM.findall(text) if name not in _NOISE]
    atoms = _in_place([atom for atom in atoms if atom])
    steps = len([line for line in re.split(r"[;\n]", source) if line.strip()])
    return Form(
        source,
        tuple(atoms),
        tuple(a for a in atoms if a in ("-=", "+=", "*=", "/=")),
        tuple(_calls(text)),
        steps,
        bool(_TO_ITSELF.search(source)),
    )


def _calls(text: str) -> Iterator[Call]:
    on = ""
    for match in _CALL.finditer(text):
        path, name, mark, value = match.groups()
        low = name.lower()
        if mark == "(" and name[0].isupper() and not path:
            on = "model"  # what a class makes
        if name in _KEYWORDS or name == "GRAD" or len(name) < 2 or low in _NOISE or low in _NAMES:
            continue
        if path or mark == "(" or "_" in name:
            if not path.startswith(")"):  # a chain stays with what it began with
                on = "model" if mark == "(" and name[0].isupper() else _receiver(path)
            yield Call(low, on, (value or "").lower() if mark else "")


def _receiver(path: str) -> str:
    names = [name for name in re.split(r"[\s.()]+", path.lower()) if name and name != "self"]
    if not names or names[0] in _MODULES:
        return ""
    if any(word in names[0] for word in ("opt", "sched", "scaler")):
        return "optimizer"
    return "tensor" if names[0] in _TENSORS or len(names[0]) == 1 else "model"


def _atom(name: str) -> str:
    if name == "GRAD":
        return name
    if name in ("←", ":=", "<-"):
        return "="
    if name in ("·", "×"):
        return "*"
    low = name.lower()
    return _NAMES.get(low) or _NAMES.get(low.rstrip("_0123456789")) or low


def _in_place(atoms: list[str]) -> list[str]:
    """``a = a - b`` becomes ``a -= b``; repeated quantities fold into one."""
    folded: list[str] = []
    for atom in atoms:
        if not (folded and folded[-1] == atom and atom.isupper()):
            folded.append(atom)
    for i in range(1, len(folded) - 2):
        if folded[i] == "=" and folded[i + 1] == folded[i - 1] and folded[i + 2] in "+-*/":
            return [*folded[:i], folded[i + 2] + "=", *folded[i + 3 :]]
    return folded


def snippets(piece: str) -> list[tuple[int, int]]:
    """Where a statement in prose has code or mathematics: in backticks, around an operator, or a call.

    A name that is only mentioned is none: whoever talks about ``load_state_dict`` has not called it.
    """
    if not _MARKS.search(piece):
        return []
    found = [match.span(1) for match in _QUOTED.finditer(piece)]
    return found + [match.span() for match in _INLINE.finditer(piece)]


_MARKS = re.compile(r"[`=←(_*+@]")  # one of these stands in whatever is code or mathematics
_QUOTED = re.compile(r"`([^`\n]+)`")
_INDEX = r"(?:[_^]\{[^}\n]*\}|\^\([^)\n]*\))*"
_OPERAND = rf"\\?[^\W_][\w.\[\]'^{{}}∇∂]*{_INDEX}(?:\([^()\n]*(?:\([^()]*\))?[^()\n]*\))?"
_OF = r"(?:\\?(?:[∇∂]|nabla\b|partial\b)(?:_\{?\w+\}?)?\s*)"  # the gradient of
_INLINE = re.compile(
    rf"{_OPERAND}(?:\s*(?:(?:[-+*/]?=|←|:=|<-|[-−+*/·×@^])\s*[-−]?\s*{_OF}?|{_OF}){_OPERAND}\s*)+"
    r"|[\w.]*\w\([^()\n]*(?:\([^()]*\))?[^()\n]*\)(?:\.\w+\([^()\n]*\))*"
)


def resembles(wanted: Form, said: Form) -> float:
    """How much of the wanted form stands in what was said, −1..1; below 0: it is turned round."""
    if wanted.calls:
        return _called(wanted, said)
    need = [a for a in wanted.atoms if not a.replace(".", "").isdigit()]
    if len(need) < 3 or not any(a in _OPERATORS for a in need):
        return 0.0
    turned = {"-=": "+=", "+=": "-="}
    for operator in wanted.operators:
        if operator not in said.operators and turned.get(operator) in said.operators:
            rest = [a for a in need if a != operator]
            return -1.0 if _in_order(rest, said.atoms) == len(rest) else 0.0
    return _in_order(need, said.atoms) / len(need)


def _called(wanted: Form, said: Form) -> float:
    if not said.calls:
        return 0.0
    hits = 0.0
    for call in wanted.calls:
        same = [_same(call, other) for other in said.calls if other.name == call.name]
        if same and min(same) < 0:
            return -1.0
        hits += max(same, default=0.0)
    share = hits / len(wanted.calls)
    if wanted.kept and not said.kept:
        return min(share, 0.5)
    if wanted.steps > 1 and share > 0.8:
        order = [call.name for call in wanted.calls]
        there = tuple(call.name for call in said.calls)
        if _in_order(order, there) < len(order):
            return -1.0
    return share


def _same(wanted: Call, said: Call) -> float:
    if wanted.on != said.on:
        if "" not in (wanted.on, said.on):
            return 0.0
        if wanted.on in ("model", "tensor") and len(wanted.name) < 6:
            return 0.5  # .to(…), .cuda(): of what?
    if wanted.value and said.value and wanted.value != said.value:
        return -1.0
    return 0.5 if said.value == "false" and not wanted.value else 1.0


_OPERATORS = frozenset("= += -= *= /= + - * / @ ^ == < > <= >= != ->".split())


def _in_order(need: Sequence[str], have: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(have) + 1)
    for a in need:
        diagonal = 0
        for j, b in enumerate(have, 1):
            diagonal, row[j] = row[j], diagonal + 1 if a == b else max(row[j], row[j - 1])
    return row[-1]
