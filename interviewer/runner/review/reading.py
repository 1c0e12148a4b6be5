"""What the checks ask of a source file: names resolved through imports, modules, assignments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

#: Methods that return the module they are called on.
_SAME_MODULE = {"to", "cuda", "cpu", "float", "double", "half", "train", "eval", "requires_grad_", "apply"}


class Reading:
    """One parsed source file. Raises what ``ast.parse`` raises."""

    def __init__(self, source: str) -> None:
        self.tree = ast.parse(source)
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self._assigned: dict[ast.AST, dict[str, list[tuple[int, ast.expr]]]] = {}

    # names

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Imported name -> dotted name: ``F`` -> ``torch.nn.functional``."""
        names = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.asname:
                        names[alias.asname] = alias.name
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return names

    def dotted(self, node: ast.AST | None) -> str:
        """``F.softmax`` -> ``torch.nn.functional.softmax``; "" for what is not a chain of names."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        parts.append(self.aliases.get(node.id, node.id))
        return ".".join(reversed(parts))

    def called(self, node: ast.AST | None) -> str:
        """The dotted name that a call calls; "" for anything else."""
        return self.dotted(node.func) if isinstance(node, ast.Call) else ""

    @cached_property
    def calls(self) -> list[ast.Call]:
        """Every call, in source order."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return sorted(found, key=lambda node: (node.lineno, node.col_offset))

    # places

    def inside(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around ``node``, innermost first."""
        while (node := self.parents.get(node)) is not None:  # type: ignore[assignment]
            yield node

    def function(self, node: ast.AST) -> ast.AST:
        """The innermost function around ``node``, or the module."""
        around = (n for n in self.inside(node) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))
        return next(around, self.tree)

    def owner(self, node: ast.AST) -> ast.ClassDef | None:
        """The innermost class around ``node``."""
        return next((n for n in self.inside(node) if isinstance(n, ast.ClassDef)), None)

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """Top-level functions by name."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        """Every class by name."""
        return {node.name: node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)}

    def method(self, owner: ast.ClassDef, name: str) -> ast.FunctionDef | None:
        methods = (n for n in owner.body if isinstance(n, ast.FunctionDef) and n.name == name)
        return next(methods, None)

    # modules

    @cached_property
    def module_classes(self) -> set[str]:
        """Names of local classes that are ``nn.Module``s, through local bases too."""
        found: set[str] = set()
        for _ in range(len(self.classes) + 1):
            before = len(found)
            for name, node in self.classes.items():
                bases = {self.dotted(base) for base in node.bases}
                if bases & found or any(b.startswith("torch.nn.") for b in bases):
                    found.add(name)
            if len(found) == before:
                break
        return found

    @cached_property
    def model_functions(self) -> set[str]:
        """Names of top-level functions that return a module they build."""
        self._model_functions: set[str] = set()
        for name, node in self.functions.items():
            returned = [n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value]
            if any(self.builds_model(value) or self._local_model(node, value) for value in returned):
                self._model_functions.add(name)
        return self._model_functions

    def _local_model(self, function: ast.AST, value: ast.expr) -> bool:
        if not isinstance(value, ast.Name):
            return False
        return any(self.builds_model(v) for _, v in self.assignments(function, value.id))

    def unwrapped(self, node: ast.AST) -> ast.AST:
        """``Net().to(device).train()`` -> ``Net()``; also through ``torch.compile(...)``."""
        while isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in _SAME_MODULE:
                node = node.func.value
            elif self.called(node) in ("torch.compile", "torch.jit.script") and node.args:
                node = node.args[0]
            else:
                break
        return node

    def builds_model(self, node: ast.AST) -> bool:
        """Whether an expression makes an ``nn.Module`` that is not a loss."""
        name = self.called(self.unwrapped(node))
        if name.startswith("torch.nn.") and not name.startswith("torch.nn.functional."):
            last = name.rsplit(".", 1)[-1]
            return last[:1].isupper() and not last.endswith("Loss") and last not in ("Parameter", "Buffer")
        return name in self.module_classes or name in self._known_model_functions()

    def _known_model_functions(self) -> set[str]:
        """``model_functions``; while they are being found, those found so far."""
        found = self.__dict__.get("_model_functions")
        return self.model_functions if found is None else found

    @cached_property
    def models(self) -> set[str]:
        """What modules are bound to, as written: ``model``, ``self.net`` (outside module classes)."""
        found = set()
        for node in ast.walk(self.tree):
            for target, value in _bindings(node):
                owner = self.owner(node)
                submodule = owner is not None and owner.name in self.module_classes
                name = self.dotted(target)
                if name and self.builds_model(value) and not (submodule and name.startswith("self.")):
                    found.add(name)
        return found

    # values

    def assignments(self, scope: ast.AST, name: str) -> list[tuple[int, ast.expr]]:
        """(line, value) of every plain assignment to ``name`` in ``scope``, in source order."""
        if scope not in self._assigned:
            self._assigned[scope] = self._assignments_in(scope)
        return self._assigned[scope].get(name, [])

    def _assignments_in(self, scope: ast.AST) -> dict[str, list[tuple[int, ast.expr]]]:
        found: dict[str, list[tuple[int, ast.expr]]] = {}
        for node in ast.walk(scope):
            for target, value in _bindings(node):
                found.setdefault(self.dotted(target), []).append((node.lineno, value))  # type: ignore[attr-defined]
        return {name: sorted(rows, key=lambda row: row[0]) for name, rows in found.items()}

    def value_at(self, node: ast.expr) -> ast.expr:
        """The expression that a name held when ``node`` was reached, as far as lines tell."""
        name = self.dotted(node)
        if not name or isinstance(node, ast.Call):
            return node
        earlier = [v for line, v in self.assignments(self.function(node), name) if line < node.lineno]
        return earlier[-1] if earlier else node

    def uses(self, *names: str) -> bool:
        """Whether any of these dotted names is called."""
        return any(self.called(call) in names for call in self.calls)

    def calls_method(self, *methods: str) -> list[ast.Call]:
        """Calls of ``anything.method(...)``, in source order."""
        return [c for c in self.calls if isinstance(c.func, ast.Attribute) and c.func.attr in methods]


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(target, value) pairs of an assignment, tuples taken apart where both sides show it."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                if len(target.elts) == len(node.value.elts):
                    yield from zip(target.elts, node.value.elts, strict=True)
            else:
                yield target, node.value
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield node.target, node.value


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((k.value for k in call.keywords if k.arg == name), None)


def constant(node: ast.AST | None) -> object:
    """The value of a literal, else None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = constant(node.operand)
        return -value if isinstance(value, (int, float)) else None
    return node.value if isinstance(node, ast.Constant) else None


def names_in(node: ast.AST) -> set[str]:
    """Every plain name read in ``node``."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
