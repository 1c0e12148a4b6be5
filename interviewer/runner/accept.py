"""What is refused before it runs: sources that are no plain text, and shortcuts a statement forbids."""

from __future__ import annotations

import ast
import re

from interviewer.runner.text import HIDDEN, name_of

MAX_SOURCE = 1 << 20  # bytes


def refusal(source: str | bytes) -> str | None:
    """Why a source is not accepted at all, or None. Cheap; looks at characters only."""
    data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    if len(data) > MAX_SOURCE:
        return f"The file is larger than {MAX_SOURCE >> 20} MB, the most that is accepted."
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return f"Line {line} is not UTF-8 text: save the file as UTF-8."
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return f"Line {line} holds a NUL character: this is not Python source."
    hidden = HIDDEN.search(text.removeprefix("\ufeff"))
    if hidden:
        start = hidden.start() + text.startswith("\ufeff")
        line = text.count("\n", 0, start) + 1
        return (
            f"Line {line} holds an invisible character ({name_of(text[start])}), "
            "which makes code read differently from what runs: delete it."
        )
    return None


def not_allowed(line: int, name: str, reasons: dict[str, str]) -> str:
    """The sentence for a use of a forbidden name."""
    why = f": {reasons[name]}" if reasons.get(name) else ""
    return f"Line {line} uses {name}, which this exercise does not allow{why}."


def forbidden(tree: ast.AST, names: list[str]) -> list[list]:
    """Uses of forbidden dotted names: [[line, name], …] in the order of the lines.

    Follows imports and their aliases, simple re-binding of names, ``from m import *``, ``getattr`` with
    a literal, and ``@`` when ``operator.matmul`` is forbidden. A name under ``torch.Tensor`` also forbids
    the method on any object. Best effort: what is built at run time is not seen.
    """
    if not names:
        return []
    finder = _Finder(names)
    # Twice, so that a use above the import or the re-binding that explains it is found as well.
    finder.visit(tree)
    finder.found.clear()
    finder.visit(tree)
    return sorted([line, name] for line, name in finder.found)


class _Finder(ast.NodeVisitor):
    def __init__(self, names: list[str]):
        self.names = set(names)
        self.methods = {n.rpartition(".")[2]: n for n in names if n.startswith("torch.Tensor.")}
        self.alias: dict[str, str] = {}
        self.found: set[tuple[int, str]] = set()

    def note(self, node: ast.AST, dotted: str | None) -> None:
        if dotted is None:
            return
        same = {dotted, _canonical(dotted)}
        for name in self.names:
            if name in same or _canonical(name) in same or any(d.startswith(name + ".") for d in same):
                self.found.add((node.lineno, name))

    def dotted(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.Name):
            return self.alias.get(node.id)
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value)
            return f"{base}.{node.attr}" if base else None
        if isinstance(node, ast.Call):
            called = self.dotted(node.func) or getattr(node.func, "id", "")
            if called in ("getattr", "builtins.getattr") and len(node.args) > 1:
                base, name = self.dotted(node.args[0]), node.args[1]
                if base and isinstance(name, ast.Constant) and isinstance(name.value, str):
                    return f"{base}.{name.value}"
            if called in ("__import__", "importlib.import_module") and node.args:
                name = node.args[0]
                return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else None
        return None

    def visit_Import(self, node: ast.Import) -> None:
        for item in node.names:
            if item.asname:
                self.alias[item.asname] = item.name
            else:
                self.alias[item.name.partition(".")[0]] = item.name.partition(".")[0]
            self.note(node, item.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for item in node.names:
            if item.name == "*":
                for name in self.names:
                    if (
                        _canonical(name).rpartition(".")[0]
                        == _canonical(f"{node.module}.x").rpartition(".")[0]
                    ):
                        self.alias[name.rpartition(".")[2]] = name
                continue
            self.alias[item.asname or item.name] = f"{node.module}.{item.name}"
            self.note(node, f"{node.module}.{item.name}")

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        dotted = self.dotted(node.value)
        for target in node.targets:
            if dotted and isinstance(target, ast.Name):
                self.alias[target.id] = dotted

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.note(node, self.alias.get(node.id))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        dotted = self.dotted(node)
        self.note(node, dotted)
        if node.attr in self.methods and dotted is None:
            self.found.add((node.lineno, self.methods[node.attr]))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        self.note(node, self.dotted(node))
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.MatMult) and "operator.matmul" in self.names:
            self.found.add((node.lineno, "operator.matmul"))
        self.generic_visit(node)


_SAME = (
    (re.compile(r"^torch\._C\._nn\."), "torch.nn.functional."),
    (re.compile(r"^torch\.nn\.modules\.\w+\."), "torch.nn."),
    (re.compile(r"^torch\.(special|functional)\."), "torch."),
    (re.compile(r"^torch\.ops\.aten\."), "torch."),
)
#: Functions that are in ``torch`` and in ``torch.nn.functional`` alike.
_IN_BOTH = {"softmax", "log_softmax", "relu", "sigmoid", "tanh", "dropout", "layer_norm", "batch_norm"}


def _canonical(dotted: str) -> str:
    """Other spellings of the same function, as one."""
    for pattern, replacement in _SAME:
        dotted = pattern.sub(replacement, dotted)
    module, _, short = dotted.rpartition(".")
    return f"torch.{short}" if module == "torch.nn.functional" and short in _IN_BOTH else dotted


def same_function(name: str) -> list[str]:
    """Every dotted name under which torch may have this function."""
    short = name.rpartition(".")[2]
    modules = ("torch", "torch.nn.functional", "torch._C._nn", "torch.special", "torch.ops.aten")
    others = [f"{module}.{short}" for module in modules]
    return [name, *(other for other in others if other != name and _canonical(other) == _canonical(name))]


def review(request: dict) -> list[dict]:
    """The code review's findings as plain data; none where it fails, for it is advice."""
    try:
        from interviewer.runner.review import review as read
    except ImportError:
        return []
    try:
        found = read(request["source"], request["exercise"])
    except Exception:
        return []
    return [
        {"id": str(f["id"]), "line": int(f["line"]), "message": str(f["message"])[:600]} for f in found[:50]
    ]
