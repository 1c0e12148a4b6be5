"""``device-placement``: tensors that will not be where the model is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from interviewer.core.running import Finding
from interviewer.runner.review.reading import Reading, constant, keyword, names_in

# randperm and randint are left out: a CPU index into a CUDA tensor is fine.
_CREATORS = {f"torch.{name}" for name in ("zeros", "ones", "empty", "full", "arange", "eye", "linspace")}
_CREATORS |= {"torch.rand", "torch.randn", "torch.tensor", "torch.normal"}
_MOVES = {"to", "cuda", "type_as", "cpu"}
_IGNORED = {"torch.device", "torch.set_default_device", "torch.set_default_tensor_type"}

_CREATED = (
    "{name} makes this tensor on the CPU wherever the inputs are, so on a GPU the next operation stops with "
    "“expected all tensors to be on the same device”. Say device={device}.device, or use {device}.new_…"
)
_ATTRIBUTE = (
    "A plain attribute does not move with model.to(device), so this tensor stays behind on the CPU. "
    "Register it: self.register_buffer(...) moves and saves it with the module."
)
_HARD = (
    "{what} ties the code to a CUDA machine and to its first card. Take the device from the data "
    "(x.device), or choose it once with torch.cuda.is_available()."
)
_DATA_STAYS = (
    "The model moves to {device} here and the data never does, so on a GPU the first forward pass stops. "
    "Move each batch to the same device, or take the device from the data."
)
_MODEL_STAYS = (
    "The data moves to {device} here and the model never does; weights and inputs must be on one device. "
    "Call model.to({device}) once, before the optimizer is built."
)


def check(reading: Reading, exercise: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _hard_coded(reading)
    if reading.uses(*_IGNORED - {"torch.device"}) or _device_context(reading):
        return
    yield from _half_moved(reading)
    yield from _created(reading, exercise)
    yield from _attributes(reading)


def _hard_coded(reading: Reading) -> Iterator[Finding]:
    asks = any(
        reading.called(c).endswith(("cuda.is_available", "accelerator.is_available")) for c in reading.calls
    )
    if asks:
        return
    for call in reading.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "cuda":
            yield Finding("device-placement", call.lineno, _HARD.format(what=".cuda()"))
        for value in (*call.args[:1], keyword(call, "device")):
            moves = isinstance(call.func, ast.Attribute) and call.func.attr == "to"
            given = value is not None and (moves or reading.called(call) in ("torch.device", *_CREATORS))
            literal = constant(value)
            if given and isinstance(literal, str) and literal.startswith("cuda"):
                yield Finding("device-placement", call.lineno, _HARD.format(what=f'"{literal}"'))


def _device_context(reading: Reading) -> bool:
    withs = (n for n in ast.walk(reading.tree) if isinstance(n, ast.With))
    return any(reading.called(item.context_expr) == "torch.device" for n in withs for item in n.items)


def _half_moved(reading: Reading) -> Iterator[Finding]:
    """The model moved and the data not, or the other way round."""
    model_moves, data_moves = [], []
    for call in reading.calls_method("to", "cuda"):
        if isinstance(call.func, ast.Attribute) and _is_device(reading, call):
            (model_moves if _moves_model(reading, call.func) else data_moves).append(call)
    builds = any(reading.builds_model(call) for call in reading.calls)
    placed = any(keyword(call, "device") is not None for call in reading.calls)
    foreign = [call for call in model_moves if not _device_of_data(reading, call)]
    if foreign and not data_moves and not placed:
        call = foreign[0]
        yield Finding("device-placement", call.lineno, _DATA_STAYS.format(device=_said(call)))
    elif data_moves and builds and not model_moves and not placed:
        call = next((c for c in data_moves if not _device_of_data(reading, c)), None)
        if call is not None and constant(call.args[0] if call.args else None) != "cpu":
            yield Finding("device-placement", call.lineno, _MODEL_STAYS.format(device=_said(call)))


def _is_device(reading: Reading, call: ast.Call) -> bool:
    """Whether ``.to(...)`` names a device rather than a dtype or another tensor."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "cuda":
        return True
    target = call.args[0] if call.args else keyword(call, "device")
    if target is None:
        return False
    name = reading.dotted(target)
    if name.startswith("torch.") or name.endswith(".dtype"):
        return False
    return isinstance(constant(target), str) or "dev" in name.lower() or bool(reading.called(target))


def _moves_model(reading: Reading, func: ast.Attribute) -> bool:
    receiver = func.value
    name = reading.dotted(receiver)
    return (
        name in reading.models
        or reading.builds_model(receiver)
        or name.rsplit(".", 1)[-1] in ("model", "net")
    )


def _device_of_data(reading: Reading, call: ast.Call) -> bool:
    """Whether the target is some tensor's own device: ``x.device``, or a name for it."""
    target = call.args[0] if call.args else keyword(call, "device")
    if target is None:
        return False
    values = [target]
    if isinstance(target, ast.Name):
        values += [value for _, value in reading.assignments(reading.tree, target.id)]
        values += [a for a in _parameters(reading.function(call)) if a.arg == target.id]
    return any(
        isinstance(v, ast.arg)
        or (isinstance(n, ast.Attribute) and n.attr == "device" and reading.dotted(n) != "torch.device")
        for v in values
        for n in ast.walk(v)
    )


def _parameters(function: ast.AST) -> list[ast.arg]:
    if not isinstance(function, ast.FunctionDef):
        return []
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _said(call: ast.Call) -> str:
    target = call.args[0] if call.args else keyword(call, "device")
    return ast.unparse(target) if target is not None else "the GPU"


def _created(reading: Reading, exercise: Mapping[str, Any]) -> Iterator[Finding]:
    """Tensors made in ``forward``, or in the functions of an exercise that is one function of tensors."""
    for call in reading.calls:
        name = reading.called(call)
        if name not in _CREATORS or _placed(reading, call) or _scalar(name, call):
            continue
        function = reading.function(call)
        owner = reading.owner(function)
        if not isinstance(function, ast.FunctionDef):
            continue
        in_module = owner is not None and owner.name in reading.module_classes and function.name != "__init__"
        if in_module or (exercise.get("kind") == "function" and owner is None):
            parameters = [a.arg for a in _parameters(function) if a.arg != "self"]
            if parameters and not _moved_later(reading, function, call):
                message = _CREATED.format(name=name, device=parameters[0])
                yield Finding("device-placement", call.lineno, message)


def _placed(reading: Reading, call: ast.Call) -> bool:
    """Whether the tensor is told where to be: device=, **options, or moved in the same expression."""
    if keyword(call, "device") is not None or any(k.arg is None for k in call.keywords):
        return True
    node: ast.AST = call
    while isinstance(parent := reading.parents.get(node), (ast.Attribute, ast.Call)):
        if isinstance(parent, ast.Attribute) and parent.attr in _MOVES:
            return True
        if isinstance(parent, ast.Call) and parent.func is not node:
            return reading.called(parent) == "torch.nn.Parameter"
        node = parent
    return False


def _scalar(name: str, call: ast.Call) -> bool:
    """A tensor without dimensions may meet tensors of any device; so may an index."""
    first = call.args[0] if call.args else None
    if name == "torch.tensor":
        return not isinstance(first, (ast.List, ast.Tuple, ast.ListComp))
    return isinstance(first, ast.Tuple) and not first.elts


def _moved_later(reading: Reading, function: ast.FunctionDef, call: ast.Call) -> bool:
    """Whether the name it is bound to is moved, or only ever serves as an index."""
    statement = next((n for n in reading.inside(call) if isinstance(n, ast.stmt)), None)
    if isinstance(statement, (ast.For, ast.AsyncFor)) and call in ast.walk(statement.iter):
        return True  # only looped over
    if any(isinstance(n, ast.Subscript) and call in ast.walk(n.slice) for n in reading.inside(call)):
        return True
    if not isinstance(statement, ast.Assign):
        return False
    names = {n for target in statement.targets for n in names_in(target)}
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr in _MOVES and names_in(node.value) & names:
            return True
    uses = [
        n
        for n in ast.walk(function)
        if isinstance(n, ast.Name) and n.id in names and isinstance(n.ctx, ast.Load)
    ]
    return bool(uses) and all(_is_index(reading, use) for use in uses)


def _is_index(reading: Reading, use: ast.AST) -> bool:
    return any(isinstance(n, ast.Subscript) and use in ast.walk(n.slice) for n in reading.inside(use))


def _attributes(reading: Reading) -> Iterator[Finding]:
    """``self.mask = torch.tril(...)`` in a module's ``__init__``."""
    for name in sorted(reading.module_classes):
        init = reading.method(reading.classes[name], "__init__")
        for node in ast.walk(init) if init else ():
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
                continue
            to_self = any(reading.dotted(target).startswith("self.") for target in node.targets)
            made = {reading.called(n) for n in ast.walk(node.value) if isinstance(n, ast.Call)}
            plain = reading.called(node.value).startswith("torch.") or isinstance(
                node.value.func, ast.Attribute
            )
            wrapped = any(m.startswith("torch.nn.") for m in made) or bool(_methods(node.value))
            if to_self and plain and made & _CREATORS and not wrapped and not _rebound(reading, node):
                yield Finding("device-placement", node.lineno, _ATTRIBUTE)


def _methods(node: ast.AST) -> set[str]:
    return {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)} & {"item", "tolist", "numpy"}


def _rebound(reading: Reading, node: ast.Assign) -> bool:
    """Whether the attribute is moved where it is used: ``self.mask[:n].to(x.device)``."""
    owner = reading.owner(node)
    names = {reading.dotted(target) for target in node.targets}
    for n in ast.walk(owner) if owner else ():
        if isinstance(n, ast.Attribute) and n.attr in _MOVES:
            value = n.value.value if isinstance(n.value, ast.Subscript) else n.value
            if reading.dotted(value) in names:
                return True
    return False
