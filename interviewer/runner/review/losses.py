"""``wrong-loss``: a loss that expects something else than it is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from interviewer.core.running import Finding
from interviewer.runner.review.reading import Reading, names_in

Shape = Literal["softmax", "log_softmax", "sigmoid", "logits", "unknown"]

_LOSSES = {  # the class or function's last name -> what it is
    "CrossEntropyLoss": "cross_entropy",
    "cross_entropy": "cross_entropy",
    "NLLLoss": "nll",
    "nll_loss": "nll",
    "BCELoss": "bce",
    "binary_cross_entropy": "bce",
    "BCEWithLogitsLoss": "bce_logits",
    "binary_cross_entropy_with_logits": "bce_logits",
    "MSELoss": "mse",
    "mse_loss": "mse",
    "L1Loss": "mse",
    "l1_loss": "mse",
    "SmoothL1Loss": "mse",
    "smooth_l1_loss": "mse",
    "HuberLoss": "mse",
    "huber_loss": "mse",
}
_ACTIVATIONS: dict[str, Shape] = {
    "softmax": "softmax",
    "Softmax": "softmax",
    "Softmax2d": "softmax",
    "log_softmax": "log_softmax",
    "LogSoftmax": "log_softmax",
    "logsigmoid": "log_softmax",
    "LogSigmoid": "log_softmax",
    "sigmoid": "sigmoid",
    "Sigmoid": "sigmoid",
    "Linear": "logits",
    "LazyLinear": "logits",
    "linear": "logits",
}

_MESSAGES: dict[tuple[str, Shape], str] = {
    ("cross_entropy", "softmax"): (
        "Cross-entropy takes logits and applies log-softmax itself; here it gets probabilities, so softmax "
        "runs twice, gradients shrink and the loss cannot get near zero. Hand it the logits."
    ),
    ("cross_entropy", "sigmoid"): (
        "Cross-entropy takes logits and applies log-softmax itself; a sigmoid before it squeezes them into "
        "0..1, so no class can ever be chosen with confidence. Hand it the logits."
    ),
    ("nll", "softmax"): (
        "NLLLoss expects log-probabilities; on probabilities it minimises minus p, which learns slowly and "
        "is no likelihood. Use log_softmax, or cross-entropy on the logits."
    ),
    ("nll", "logits"): (
        "NLLLoss expects log-probabilities; on raw logits it is unbounded below, and the network learns to "
        "make them huge. Use log_softmax before it, or cross-entropy on the logits."
    ),
    ("nll", "sigmoid"): (
        "NLLLoss expects log-probabilities over the classes, and a sigmoid gives neither logarithms nor a "
        "distribution. Use cross-entropy on the logits."
    ),
    ("bce", "logits"): (
        "Binary cross-entropy expects probabilities and gets logits, which leave 0..1. "
        "Use binary_cross_entropy_with_logits: it applies the sigmoid itself, and stably."
    ),
    ("bce_logits", "sigmoid"): (
        "The “with logits” loss applies the sigmoid itself; here it runs twice, so predictions stay between "
        "one half and .73 and gradients shrink. Hand it the raw logits."
    ),
    ("bce_logits", "softmax"): (
        "The “with logits” loss applies a sigmoid itself and gets probabilities already. "
        "Hand it the raw logits."
    ),
}
_MSE = (
    "Class labels are names, not amounts: squared or absolute error treats class 9 as farther from 1 than 3 "
    "is, and its gradient dies where the model is confidently wrong. Use cross-entropy."
)
_CLASSIFIES = {"classification", "binary-classification", "logistic-regression"}


def check(reading: Reading, exercise: Mapping[str, Any]) -> Iterator[Finding]:
    classifies = bool(_CLASSIFIES & set(exercise.get("topics") or ())) or _takes_argmax(reading)
    for call in reading.calls:
        loss = _loss(reading, call)
        if not loss or len(call.args) + len(call.keywords) < 2:
            continue
        given = call.args[0] if call.args else call.keywords[0].value
        target = call.args[1] if len(call.args) > 1 else call.keywords[-1].value
        if loss == "mse":
            if classifies or _is_one_hot(reading, target) or _names_classes(reading, given, target):
                yield Finding("wrong-loss", call.lineno, _MSE)
        elif message := _MESSAGES.get((loss, shape_of(reading, given))):
            yield Finding("wrong-loss", call.lineno, message)
    yield from _squared_by_hand(reading)


def _takes_argmax(reading: Reading) -> bool:
    return any(getattr(call.func, "attr", "") == "argmax" for call in reading.calls)


def _loss(reading: Reading, call: ast.Call) -> str | None:
    """Which loss a call computes, through ``criterion = nn.CrossEntropyLoss()`` as well."""
    name = reading.called(call)
    if name.startswith("torch.nn.functional."):
        return _LOSSES.get(name.rsplit(".", 1)[-1])
    if isinstance(call.func, ast.Call):  # nn.CrossEntropyLoss()(logits, y)
        return _loss_class(reading, call.func)
    if name and not name.startswith("torch."):
        for _, value in reading.assignments(reading.tree, name):
            if loss := _loss_class(reading, value):
                return loss
    return None


def _loss_class(reading: Reading, node: ast.expr) -> str | None:
    prefix, _, last = reading.called(reading.unwrapped(node)).rpartition(".")
    if not prefix:  # criterion = F.cross_entropy
        prefix, _, last = reading.dotted(node).rpartition(".")
    return _LOSSES.get(last) if prefix.startswith("torch.nn") else None


def shape_of(reading: Reading, node: ast.AST, depth: int = 0) -> Shape:
    """What the last step of a computation makes of its values, as far as the text says."""
    if depth > 6:
        return "unknown"
    if isinstance(node, (ast.Name, ast.Attribute)):
        value = reading.value_at(node)
        return shape_of(reading, value, depth + 1) if value is not node else "unknown"
    if isinstance(node, ast.Subscript):
        return shape_of(reading, node.value, depth + 1)
    if not isinstance(node, ast.Call):
        return "unknown"
    name = reading.called(node)
    last = node.func.attr if isinstance(node.func, ast.Attribute) else name.rsplit(".", 1)[-1]
    if isinstance(node.func, ast.Call):  # nn.Softmax(dim=1)(x)
        return _of_module(reading, node.func, depth)
    if name in reading.models or name.startswith("self."):
        return _of_name(reading, node, name, depth)
    if name.startswith("torch.nn.") and last[:1].isupper():
        return "unknown"  # a module being built, not a value
    if last in _ACTIVATIONS:
        return _ACTIVATIONS[last]
    if (name == "torch.log" and node.args) or (
        last in ("log", "clamp_min") and isinstance(node.func, ast.Attribute)
    ):
        inner = node.args[0] if name == "torch.log" else node.func.value  # type: ignore[union-attr]
        known = shape_of(reading, inner, depth + 1)
        return "log_softmax" if last == "log" and known == "softmax" else "unknown"
    if last in (
        "squeeze",
        "view",
        "reshape",
        "flatten",
        "unsqueeze",
        "float",
        "to",
        "clamp",
        "transpose",
        "contiguous",
    ):
        inside_torch = name.startswith("torch.")
        value = node.args[0] if inside_torch and node.args else getattr(node.func, "value", None)
        return shape_of(reading, value, depth + 1) if value is not None else "unknown"
    return "unknown"


def _of_name(reading: Reading, call: ast.Call, name: str, depth: int) -> Shape:
    """The last step of ``model(x)`` or ``self.fc(x)``: from where the name was bound."""
    owner = reading.owner(call)
    if name.startswith("self.") and owner is not None:
        scope: ast.AST = owner
    else:
        scope = reading.tree
    shapes = {_of_module(reading, value, depth) for _, value in reading.assignments(scope, name)}
    return shapes.pop() if len(shapes) == 1 else "unknown"


def _of_module(reading: Reading, node: ast.AST, depth: int) -> Shape:
    """The last step of a module, given the expression that builds it."""
    node = reading.unwrapped(node)
    name = reading.called(node)
    if not isinstance(node, ast.Call) or depth > 6:
        return "unknown"
    last = name.rsplit(".", 1)[-1]
    if last == "Sequential":
        return _of_module(reading, node.args[-1], depth + 1) if node.args else "unknown"
    if name.startswith("torch.nn."):
        return _ACTIVATIONS.get(last, "unknown")
    if name in reading.module_classes:
        forward = reading.method(reading.classes[name], "forward")
        returns = (
            [n.value for n in ast.walk(forward) if isinstance(n, ast.Return) and n.value] if forward else []
        )
        shapes = {shape_of(reading, value, depth + 1) for value in returns}
        return shapes.pop() if len(shapes) == 1 else "unknown"
    if function := reading.functions.get(name):
        returns = [n.value for n in ast.walk(function) if isinstance(n, ast.Return) and n.value]
        shapes = {_of_module(reading, reading.value_at(value), depth + 1) for value in returns}
        return shapes.pop() if len(shapes) == 1 else "unknown"
    return "unknown"


def _names_classes(reading: Reading, given: ast.expr, target: ast.expr) -> bool:
    """Whether probabilities are compared with something else than the input they were made from."""
    if shape_of(reading, given) not in ("softmax", "sigmoid"):
        return False
    return not names_in(reading.value_at(given)) & names_in(target)  # else: an autoencoder


def _is_one_hot(reading: Reading, target: ast.expr) -> bool:
    value = reading.value_at(target)
    return any(reading.called(n).endswith("one_hot") for n in ast.walk(value)) or "one_hot" in "".join(
        names_in(target)
    )


def _squared_by_hand(reading: Reading) -> Iterator[Finding]:
    """``((sigmoid(z) - y) ** 2).mean()`` used as a loss: differentiated by autograd."""
    if not reading.calls_method("backward"):
        return
    for node in ast.walk(reading.tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            difference = reading.value_at(node.left) if isinstance(node.left, ast.Name) else node.left
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "square"
        ):
            difference = node.func.value
        else:
            continue
        if isinstance(difference, ast.BinOp) and isinstance(difference.op, ast.Sub):
            sides = {shape_of(reading, difference.left), shape_of(reading, difference.right)}
            if sides & {"softmax", "sigmoid"}:
                yield Finding("wrong-loss", node.lineno, _MSE)
