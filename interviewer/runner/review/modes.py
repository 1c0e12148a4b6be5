"""``eval-mode`` and ``no-grad``: predictions made while the module still thinks it trains.

The file is read the way it runs: from each function that nothing else here calls, statement by
statement, entering local functions where they are called. That yields a list of events (train,
eval, backward, predict), each with the loops it lies in; the mode at a prediction is that of the
last event that set it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from interviewer.core.running import Finding
from interviewer.runner.review.reading import Reading, constant, keyword

_DROPOUT = {"Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"}
_NORM = {"BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm"}
_NORM |= {f"Lazy{name}" for name in ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d")}
_DROPOUT_INSIDE = {"LSTM", "GRU", "RNN", "MultiheadAttention"}  # when dropout= is given and not 0
_DROPOUT_BY_DEFAULT = {"Transformer", "TransformerEncoderLayer", "TransformerDecoderLayer"}
_FUNCTIONAL = {"dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout"}

_NO_GRAD = {
    "torch.no_grad",
    "torch.inference_mode",
    "torch.autograd.no_grad",
    "torch.autograd.inference_mode",
}

_MOST_ENTERED = 300  # functions that call each other twice over would be walked for ever

_EVAL_MESSAGE = (
    "The model predicts here while it is still in training mode, so {layers}. "
    "Call model.eval() first: otherwise the same image gets another answer in other company."
)
_LAYERS = {
    (True, False): "dropout still removes units at random",
    (False, True): "batch norm normalises by this batch instead of its running statistics",
    (True, True): "dropout still removes units and batch norm uses this batch's statistics",
}
_FOREVER_MESSAGE = (
    "eval() is called inside the loop and nothing sets training mode again, so from the second round on "
    "the model trains without dropout and with frozen statistics. Start each round with model.train()."
)
_FUNCTIONAL_MESSAGE = (
    "F.dropout is on unless it is told otherwise, even after model.eval(). "
    "Pass training=self.training, or use an nn.Dropout layer, which follows the mode by itself."
)
_GRAD_MESSAGE = (
    "This prediction records a graph that nobody will go backward through. Put it under torch.no_grad() "
    "(or torch.inference_mode()): it saves memory and time, and says what you mean."
)


@dataclass(frozen=True)
class _Event:
    kind: Literal["train", "eval", "backward", "predict"]
    line: int
    loops: tuple[int, ...]  # the loops and calls around it, outermost first
    no_grad: bool = False
    model: tuple[int, str] = (0, "")  # the function it is in, and what the model is called there


def check(reading: Reading, exercise: Mapping[str, Any]) -> Iterator[Finding]:
    dropout, norm = _layers(reading)
    yield from _always_on(reading)
    if exercise.get("kind") in ("function", "class", "module") and not reading.calls_method("backward"):
        return
    for events in _runs(reading, freezes_norm=norm and not dropout):
        if dropout or norm:
            yield from _mode_findings(events, _LAYERS[dropout, norm])
        if late := next((e for e in events if _predicts(e, events) and not e.no_grad), None):
            yield Finding("no-grad", late.line, _GRAD_MESSAGE)


def _layers(reading: Reading) -> tuple[bool, bool]:
    """Whether the file builds dropout, and batch norm."""
    dropout = norm = False
    for call in reading.calls:
        prefix, _, last = reading.called(call).rpartition(".")
        if not prefix.startswith("torch.nn") or prefix.endswith("functional"):
            continue
        share = keyword(call, "p" if last in _DROPOUT else "dropout")
        if share is None and last in _DROPOUT and call.args:
            share = call.args[0]
        off = share is not None and constant(share) in (0, 0.0)
        dropout |= last in _DROPOUT | _DROPOUT_BY_DEFAULT and not off
        dropout |= last in _DROPOUT_INSIDE and share is not None and not off
        norm |= last in _NORM and constant(keyword(call, "track_running_stats")) is not False
    return dropout, norm


def _always_on(reading: Reading) -> Iterator[Finding]:
    for call in reading.calls:
        prefix, _, last = reading.called(call).rpartition(".")
        if prefix == "torch.nn.functional" and last in _FUNCTIONAL:
            training = keyword(call, "training") or (call.args[2] if len(call.args) > 2 else None)
            if training is None or constant(training) is True:
                yield Finding("eval-mode", call.lineno, _FUNCTIONAL_MESSAGE)


def _mode_findings(events: list[_Event], layers: str) -> Iterator[Finding]:
    mode = "train"  # how every module is born
    own: dict[tuple[int, str], str] = {}  # where there are several models: that of each by its name
    for event in events:
        if event.kind in ("train", "eval"):
            mode = own[event.model] = event.kind
        elif mode == own.get(event.model, "train") == "train" and _predicts(event, events):
            yield Finding("eval-mode", event.line, _EVAL_MESSAGE.format(layers=layers))
            return
    for event in events:
        if event.kind == "eval" and event.loops and not event.no_grad:
            loop = [e for e in events if e.loops[: len(event.loops)] == event.loops]
            # eval() before the round's first backward freezes on purpose; after it, the next round is hit
            trained = any(e.kind == "backward" and e.line < event.line for e in loop)
            if trained and not any(e.kind == "train" for e in loop):
                yield Finding("eval-mode", event.line, _FOREVER_MESSAGE)
                return


def _predicts(event: _Event, events: list[_Event]) -> bool:
    """A call of the model whose result is not trained on: without gradients, or after the training."""
    if event.kind != "predict":
        return False
    at = events.index(event)
    trained_before = any(e.kind == "backward" for e in events[:at])
    if event.no_grad:
        return True
    return trained_before and not any(e.kind == "backward" and e.loops == event.loops for e in events[at:])


def _runs(reading: Reading, freezes_norm: bool) -> Iterator[list[_Event]]:
    """The events of each way into the file: the module's own code, and functions nobody here calls."""
    called = {reading.called(call).rsplit(".", 1)[-1] for call in reading.calls}
    yield _Walk(reading, freezes_norm).run(reading.tree.body, frozenset(reading.models))
    for function in reading.functions.values():
        if function.name not in called:
            yield _Walk(reading, freezes_norm).enter(function, frozenset(), no_grad=False)
    for owner in reading.classes.values():
        if owner.name not in reading.module_classes:
            for method in (n for n in owner.body if isinstance(n, ast.FunctionDef)):
                if method.name not in called:
                    yield _Walk(reading, freezes_norm).enter(method, frozenset(), no_grad=False)


class _Walk:
    """Collects events in the order in which statements run, each loop body once."""

    def __init__(self, reading: Reading, freezes_norm: bool) -> None:
        self.reading = reading
        self.freezes_norm = freezes_norm
        self.events: list[_Event] = []
        self.open: list[ast.AST] = []  # functions being walked: recursion stops here
        self.entered = 0
        self.loops: tuple[int, ...] = ()
        self.no_grad = False
        self.models: frozenset[str] = frozenset()

    def run(self, body: list[ast.stmt], models: frozenset[str]) -> list[_Event]:
        self.models = models
        for statement in body:
            self._visit(statement)
        return self.events

    def enter(self, function: ast.FunctionDef, models: frozenset[str], no_grad: bool) -> list[_Event]:
        """Walk a function's body in a frame of its own; ``models`` are its parameters that are modules."""
        if function in self.open or self.entered > _MOST_ENTERED:
            return self.events
        self.entered += 1
        outer = self.models, self.no_grad, self.loops
        self.open.append(function)
        self.loops = (*self.loops, id(function)) if self.loops else ()
        self.no_grad = no_grad or any(self._is_no_grad(d) for d in function.decorator_list)
        self.run(function.body, models | self.reading.models)
        self.open.pop()
        self.models, self.no_grad, self.loops = outer
        return self.events

    def _visit(self, node: ast.AST) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return  # entered where it is called
        if isinstance(node, (ast.For, ast.While, ast.AsyncFor)):
            self._loop(node)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            before = self.no_grad
            self.no_grad = before or any(self._is_no_grad(item.context_expr) for item in node.items)
            for child in node.body:
                self._visit(child)
            self.no_grad = before
        else:
            for child in ast.iter_child_nodes(node):
                self._visit(child)
            if isinstance(node, ast.Call):
                self._call(node)

    def _loop(self, node: ast.For | ast.While | ast.AsyncFor) -> None:
        self._visit(node.iter if not isinstance(node, ast.While) else node.test)
        outer = self.loops
        self.loops = (*outer, id(node))
        for child in (*node.body, *node.orelse):
            self._visit(child)
        self.loops = outer

    def _call(self, call: ast.Call) -> None:
        name = self.reading.called(call)
        if isinstance(call.func, ast.Attribute) and self._mode_or_backward(call, call.func):
            return
        if name.endswith("set_grad_enabled") and call.args and constant(call.args[0]) is False:
            self.no_grad = True
        elif name in ("torch.autograd.backward", "torch.autograd.grad"):
            self._add("backward", call)
        elif name in self.models:
            self._add("predict", call, name)
        elif function := self._local(call):
            self.enter(function, self._bound(function, call), self.no_grad)

    def _mode_or_backward(self, call: ast.Call, func: ast.Attribute) -> bool:
        if func.attr == "backward":
            self._add("backward", call)
        elif func.attr == "requires_grad_" and call.args and constant(call.args[0]) is False:
            return False
        elif func.attr in ("train", "eval") and len(call.args) <= 1:
            self._mode(call, func)
        else:
            return False
        return True

    def _mode(self, call: ast.Call, func: ast.Attribute) -> None:
        name = self.reading.dotted(func.value)
        if any(name.startswith(f"{model}.") for model in self.models):
            return  # a part of a model: the rest of it keeps its mode
        if name and self._loops_over_parts(call, name):
            if self.freezes_norm:
                self._add("eval", call)
            return
        argument = call.args[0] if call.args else keyword(call, "mode")
        if func.attr == "train" and argument is not None and not isinstance(argument, ast.Constant):
            return  # train(flag): may be either
        on = func.attr == "train" and (argument is None or bool(constant(argument)))
        self._add("train" if on else "eval", call, name)

    def _loops_over_parts(self, node: ast.AST, name: str) -> bool:
        """Whether ``name`` is the loop variable over ``model.modules()`` or the like."""
        for around in self.reading.inside(node):
            if isinstance(around, ast.For) and name in {
                n.id for n in ast.walk(around.target) if isinstance(n, ast.Name)
            }:
                return True
        return False

    def _local(self, call: ast.Call) -> ast.FunctionDef | None:
        """The local function or method (of a class that is no module) that a call runs."""
        if isinstance(call.func, ast.Name):
            return self.reading.functions.get(call.func.id) or self._nested(call.func.id)
        if isinstance(call.func, ast.Attribute):
            for owner in self.reading.classes.values():
                method = self.reading.method(owner, call.func.attr)
                if method and owner.name not in self.reading.module_classes:
                    return method
        return None

    def _nested(self, name: str) -> ast.FunctionDef | None:
        for function in reversed(self.open):
            for node in ast.walk(function):
                if isinstance(node, ast.FunctionDef) and node.name == name and node is not function:
                    return node
        return None

    def _bound(self, function: ast.FunctionDef, call: ast.Call) -> frozenset[str]:
        """The parameters of ``function`` that this call gives a module."""
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if isinstance(call.func, ast.Attribute) and names[:1] == ["self"]:
            names = names[1:]
        pairs = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords if k.arg)]
        return frozenset(
            name
            for name, value in pairs
            if self.reading.dotted(value) in self.models or self.reading.builds_model(value)
        )

    def _is_no_grad(self, node: ast.AST) -> bool:
        name = self.reading.called(node) or self.reading.dotted(node)
        if name == "torch.set_grad_enabled" and isinstance(node, ast.Call) and node.args:
            return constant(node.args[0]) is not True
        return name in _NO_GRAD

    def _add(
        self, kind: Literal["train", "eval", "backward", "predict"], node: ast.Call, name: str = ""
    ) -> None:
        frame = id(self.open[-1]) if self.open else 0
        self.events.append(_Event(kind, node.lineno, self.loops, self.no_grad, (frame, name)))
