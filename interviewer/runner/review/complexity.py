"""``over-engineering``: more machinery than the task needs, by measures that can be counted.

Dead code, a hierarchy with one heir, tools made for another scale, element-by-element loops, a
network many times the reference's, a text many times as long. Each speaks once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from interviewer.core.running import Finding
from interviewer.runner.review.reading import Reading, constant, keyword

_ID = "over-engineering"
_MANY_TIMES = 4  # as long as the reference, and
_MANY_MORE = 60  # this many statements more
_TOO_MANY_PARAMETERS = 2_000_000
_CAPACITY = 30  # times the reference's parameters

_HEAVY = {  # last part of a dotted name -> why it is out of place in a single file on small data
    "DataParallel": "spreads batches over several GPUs",
    "DistributedDataParallel": "coordinates processes on several GPUs",
    "GradScaler": "scales losses for half precision on a GPU",
    "ArgumentParser": "parses a command line that this function does not have",
    "ABC": "declares an interface with a single implementation",
    "Protocol": "declares an interface with a single implementation",
    "SummaryWriter": "writes logs that nobody reads here",
    "AveragedModel": "averages weights over a training of a few seconds",
    "checkpoint": "saves memory that this task does not lack",
}

_FOR_ONESELF = ("__", "test", "_test", "check", "_check", "main", "demo")  # called by hand, or by pytest

_UNUSED = "{name} is defined and never used. Unused code has to be read, tested and explained: leave it out."
_HIERARCHY = (
    "{base} exists only so that {heir} can inherit from it. One class says the same; a base class earns its "
    "place with the second heir."
)
_TOOL = "{name} {why}. The task does not need it, and every tool you bring is one you will be asked about."
_LOOP = (
    "This loop visits elements one by one where a single tensor operation does them all. It is slower by "
    "orders of magnitude, and longer to read than the formula it computes."
)
_BIG = (
    "This network has about {count:,} parameters; the reference makes do with about {reference:,}. On so "
    "little data the surplus costs time and invites overfitting. Start small; grow when the numbers ask."
)
_LONG = (
    "{count} statements where about {reference} do. Length is not wrong in itself, but the shortest clear "
    "solution is the easiest to trust. What could go without changing an answer?"
)


def measures(source: str) -> dict[str, Any]:
    """The size of a source, as plain data: what a submission is measured against.

    The reference itself must not enter the process that reads the submission; this may.
    """
    reading = Reading(source)
    heavy = {name.rsplit(".", 1)[-1] for name in _names(reading)} & set(_HEAVY)
    return {"statements": _statements(reading), "parameters": _parameters(reading)[0], "tools": sorted(heavy)}


def check(reading: Reading, exercise: Mapping[str, Any]) -> Iterator[Finding]:
    reference = exercise.get("measures") or measured(exercise.get("reference"))
    given = set(_top_level(Reading(exercise["starter"]))) if exercise.get("starter") else set()
    entry = str(exercise.get("entry") or "")
    yield from _first(_unused(reading, given, entry))
    yield from _first(_hierarchies(reading, entry))
    yield from _first(_tools(reading, set(reference.get("tools", ()))))
    yield from _first(_element_loops(reading, single=exercise.get("kind") == "function"))
    yield from _capacity(reading, reference.get("parameters", 0))
    yield from _length(reading, reference.get("statements", 0))


def measured(reference: object) -> dict[str, Any]:
    """``measures``, and nothing for what is no source."""
    try:
        return measures(reference) if isinstance(reference, str) else {}
    except (SyntaxError, ValueError):
        return {}


def _first(findings: Iterator[Finding]) -> Iterator[Finding]:
    found = next(findings, None)
    if found is not None:
        yield found


def _top_level(reading: Reading) -> dict[str, ast.stmt]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name: node for node in reading.tree.body if isinstance(node, kinds)}


def _unused(reading: Reading, given: set[str], entry: str) -> Iterator[Finding]:
    """Top-level functions and classes that nothing refers to, but for the entry and what was given."""
    if entry not in _top_level(reading):
        return  # any of them may be what is meant to be called
    for name, node in _top_level(reading).items():
        used = any(
            (isinstance(n, ast.Name) and n.id == name and node not in reading.inside(n))
            or (isinstance(n, ast.Constant) and n.value == name)
            for n in ast.walk(reading.tree)
        )
        if name != entry and name not in given and not used and not name.startswith(_FOR_ONESELF):
            yield Finding(_ID, node.lineno, _UNUSED.format(name=name))


def _hierarchies(reading: Reading, entry: str) -> Iterator[Finding]:
    """A local base class with exactly one local heir that is never used otherwise."""
    for base, children in _heirs(reading).items():
        if len(children) == 1 and base != entry and not reading.uses(base):
            heir = children[0].name
            yield Finding(_ID, reading.classes[base].lineno, _HIERARCHY.format(base=base, heir=heir))


def _heirs(reading: Reading) -> dict[str, list[ast.ClassDef]]:
    """The local heirs of each local base class."""
    heirs: dict[str, list[ast.ClassDef]] = {}
    for node in reading.classes.values():
        for base in node.bases:
            if reading.dotted(base) in reading.classes:
                heirs.setdefault(reading.dotted(base), []).append(node)
    return heirs


def _tools(reading: Reading, allowed: set[str]) -> Iterator[Finding]:
    for node in ast.walk(reading.tree):
        if not isinstance(node, (ast.Name, ast.Attribute)):
            continue
        name = reading.dotted(node)
        last = name.rsplit(".", 1)[-1]
        known_root = name.split(".")[0] in (
            "torch",
            "abc",
            "typing",
            "typing_extensions",
            "argparse",
            "tensorboardX",
        )
        if last in ("ABC", "Protocol") and any(len(heirs) > 1 for heirs in _heirs(reading).values()):
            continue  # an interface that has earned its place
        if last in _HEAVY and last not in allowed and known_root:
            yield Finding(_ID, node.lineno, _TOOL.format(name=last, why=_HEAVY[last]))
    for call in reading.calls:
        workers = constant(keyword(call, "num_workers"))
        if isinstance(workers, int) and workers > 0:
            why = "starts processes to load data that is in memory already"
            yield Finding(_ID, call.lineno, _TOOL.format(name=f"num_workers={workers}", why=why))


def _names(reading: Reading) -> set[str]:
    return {reading.dotted(n) for n in ast.walk(reading.tree) if isinstance(n, (ast.Name, ast.Attribute))}


def _element_loops(reading: Reading, single: bool) -> Iterator[Finding]:
    """Loops over the indices of a tensor (or its rows' elements) that compute with single elements.

    Two nested ones anywhere; in an exercise that is one function of tensors (``single``), one is
    enough. Loops over slices (batches) and over time steps (``x[:, t]``) are not meant.
    """
    for node in ast.walk(reading.tree):
        if not isinstance(node, ast.For):
            continue
        outer = _element_index(reading, node)
        if outer and single and _indexes(node, {outer}) and _computes(node):
            yield Finding(_ID, node.lineno, _LOOP)
            continue
        for inner in (n for n in ast.walk(node) if isinstance(n, ast.For) and n is not node):
            index = _element_index(reading, inner)
            both = outer and index and _indexes(inner, {outer, index}) and _computes(inner)
            rows = isinstance(node.target, ast.Name) and isinstance(inner.iter, ast.Name)
            if both or (rows and inner.iter.id == node.target.id and single and _computes(inner)):
                yield Finding(_ID, node.lineno, _LOOP)
                break


def _element_index(reading: Reading, loop: ast.For) -> str | None:
    """The loop variable of ``for i in range(size)``, where size is a dimension of a tensor."""
    if not isinstance(loop.target, ast.Name) or reading.called(loop.iter) != "range":
        return None
    arguments = loop.iter.args  # type: ignore[attr-defined]
    if len(arguments) > 2 or not arguments:
        return None
    size = arguments[-1]
    return loop.target.id if _is_size(reading, size, loop) else None


def _is_size(reading: Reading, size: ast.expr, loop: ast.For) -> bool:
    if isinstance(size, ast.Name):
        scope = reading.function(loop)
        for node in ast.walk(scope):
            if not isinstance(node, ast.Assign) or not _is_shape(reading, node.value):
                continue
            for target in node.targets:
                if size.id in {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}:
                    return True
        return False
    return _is_shape(reading, size)


def _is_shape(reading: Reading, node: ast.expr) -> bool:
    """``len(x)``, ``x.shape[0]``, ``x.size(0)``, ``x.numel()``, ``x.shape``."""
    if isinstance(node, ast.Subscript):
        return _is_shape(reading, node.value)
    if isinstance(node, ast.Call):
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        return reading.called(node) == "len" or method in ("size", "numel", "dim")
    return isinstance(node, ast.Attribute) and node.attr == "shape"


def _indexes(loop: ast.For, names: set[str]) -> bool:
    """Whether a single element is taken by all these names: ``x[i, j]``, ``x[i][j]``, ``x[i]`` for one."""
    for node in ast.walk(loop):
        if not isinstance(node, ast.Subscript):
            continue
        indices: list[ast.expr] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Subscript):
            indices += inner.slice.elts if isinstance(inner.slice, ast.Tuple) else [inner.slice]
            inner = inner.value
        plain = {n.id for n in indices if isinstance(n, ast.Name)}
        if names <= plain and not any(isinstance(n, ast.Slice) for n in indices):
            return True
    return False


def _computes(loop: ast.For) -> bool:
    """Whether arithmetic happens in the loop (collecting rows is not what is meant)."""
    return any(isinstance(n, (ast.AugAssign, ast.BinOp)) for n in ast.walk(loop))


# size


def _capacity(reading: Reading, expected: int) -> Iterator[Finding]:
    count, line = _parameters(reading)
    if expected and count > max(_TOO_MANY_PARAMETERS, _CAPACITY * expected):
        yield Finding(_ID, line, _BIG.format(count=count, reference=expected))


def _parameters(reading: Reading) -> tuple[int, int]:
    """A guess at the parameters of the layers whose sizes are literals, and the line of the largest."""
    total, largest, line = 0, 0, 1
    for call in reading.calls:
        prefix, _, last = reading.called(call).rpartition(".")
        if prefix != "torch.nn":
            continue
        sizes = [_integer(reading, argument) for argument in call.args]
        count = _layer(last, sizes)
        total += count
        if count > largest:
            largest, line = count, call.lineno
    return total, line


def _layer(kind: str, sizes: list[int | None]) -> int:
    known = [size or 0 for size in sizes]
    if kind in ("Linear", "Embedding") and len(known) >= 2:
        return known[0] * known[1]
    if kind in ("Conv2d", "ConvTranspose2d") and len(known) >= 3:
        return known[0] * known[1] * known[2] ** 2
    if kind in ("GRU", "GRUCell", "LSTM", "LSTMCell") and len(known) >= 2:
        gates = 4 if kind.startswith("LSTM") else 3
        return gates * known[1] * (known[0] + known[1])
    return 0


def _integer(reading: Reading, node: ast.expr) -> int | None:
    """The value of an integer expression of literals and names bound once to such."""
    if isinstance(node, ast.BinOp):
        left, right = _integer(reading, node.left), _integer(reading, node.right)
        if left is None or right is None or max(abs(left), abs(right)) > 10**9:
            return None
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Add):
            return left + right
        return left - right if isinstance(node.op, ast.Sub) else None
    if isinstance(node, ast.Name):
        values = reading.assignments(reading.tree, node.id)
        return _integer(reading, values[0][1]) if len(values) == 1 else None
    value = constant(node)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _length(reading: Reading, expected: int) -> Iterator[Finding]:
    count = _statements(reading)
    if expected and count > _MANY_TIMES * expected and count > expected + _MANY_MORE:
        yield Finding(_ID, 1, _LONG.format(count=count, reference=expected))


def _statements(reading: Reading) -> int:
    """Statements, but for imports and docstrings."""
    return sum(
        isinstance(node, ast.stmt)
        and not isinstance(node, (ast.Import, ast.ImportFrom))
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in ast.walk(reading.tree)
    )
