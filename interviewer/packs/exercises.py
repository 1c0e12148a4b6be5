"""Exercise packs: a folder with exercise.yaml, the texts, the hidden cases and the wrong solutions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interviewer.core.model import Exercise
from interviewer.core.running import FINDINGS, VERDICTS
from interviewer.packs.build import BUILD_ERRORS, explain
from interviewer.packs.document import MAX_BYTES, Document, Node, read
from interviewer.packs.problems import Problem
from interviewer.packs.questions import check_question, unique_ids

YAML = "exercise.yaml"
TEXTS = {"statement": "statement.md", "starter": "starter.py", "reference": "reference.py"}
CASES = "cases.py"
MIN_WRONG = 4

_HEADER = re.compile(r"#\s*(fails|review|verdict)\s*:\s*(.*)")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong solution and what its header says must come of it."""

    path: Path
    fails: tuple[str, ...] = ()  # exactly the checks that fail
    review: tuple[str, ...] = ()  # the review findings it must raise
    verdict: str | None = None  # the verdict, where that is fixed too
    line: int = 1  # where its header says so


def wrong_solutions(exercise: Exercise) -> list[Wrong]:
    """The wrong solutions beside an exercise, by file name."""
    return [wrong for wrong, _ in _wrong_solutions(Path(exercise.path))]


def load_exercise(
    folder: Path, *, shipped: bool, name: str | None = None
) -> tuple[Exercise | None, list[Problem]]:
    """An exercise and what is wrong with it; None where that keeps it from being used.

    Packs that ship are taken at their word: their schema is the business of ``check`` and the tests.
    """
    document = read(folder / YAML, _named(folder, name, YAML))
    if not shipped:
        from interviewer.packs.schema import validate

        validate(document, "exercise")
        _check_content(document)
    try:
        texts = _check_files(document, folder, name) if not document.problems else {}
        if not document.problems:
            return _build(document, folder, texts, trusted=shipped), []
    except OSError as error:
        _unreadable(document, error)
    except BUILD_ERRORS as error:
        explain(document, "exercise", error)
    return None, document.problems


def check_exercise(folder: Path, strict: bool = False, name: str | None = None) -> Document:
    """All that can be said of an exercise without running it; problems of its other files included."""
    from interviewer.packs.schema import validate

    document = read(folder / YAML, _named(folder, name, YAML))
    validate(document, "exercise", strict)
    root = document.root
    if root is None or not isinstance(root.value, dict):
        return document
    _check_content(document)
    if strict and (id := root.text("id")) and id != folder.resolve().name:
        document.problem(root.get("id"), f"the id `{id}` is not the folder's name, {folder.resolve().name}")
    try:
        _check_files(document, folder, name)
        _check_code(document, folder, name)
        _check_wrong(document, folder, name, strict)
    except OSError as error:
        _unreadable(document, error)
    return document


def _check_content(document: Document) -> None:
    """What a schema cannot say about exercise.yaml."""
    clean, root = not document.problems, document.root
    if root is None:
        return
    approach = root.get("approach")
    questions = ([approach] if approach else []) + root.items("follow_ups")
    unique_ids(document, root.items("checks"))
    unique_ids(document, questions)
    for question in questions if clean else ():
        check_question(document, question)
        if (when := question.text("when")) and when not in FINDINGS:
            told = f"`{when}` is not a finding of the code review; it is one of {', '.join(FINDINGS)}"
            document.problem(question.get("when"), told)


def _unreadable(document: Document, error: OSError) -> None:
    message = f"`{error.filename}` cannot be read: {error.strerror or error}"
    document.problem(document.root, message)


def _build(document: Document, folder: Path, texts: dict[str, str], trusted: bool) -> Exercise:
    assert document.root is not None
    data = document.root.data()
    digest = pack_hash(folder)
    asked = {"stage": "coding", "pack_hash": digest}
    if data.get("approach"):
        data["approach"] = {"kind": "scenario"} | data["approach"] | asked
    data["follow_ups"] = [{"kind": "conceptual"} | q | asked for q in data.get("follow_ups", ())]
    return Exercise.from_dict(
        data
        | texts
        | {"path": str(folder.absolute()), "pack_hash": digest, "trusted": trusted, "stage": "coding"}
    )


def pack_hash(folder: Path) -> str:
    """sha256 over the names and contents of a pack's files, first 16 hex digits."""
    whole = hashlib.sha256()
    for file in _files(folder):
        whole.update(file.relative_to(folder).as_posix().encode("utf-8", "surrogateescape") + b"\0")
        whole.update(_sha256(file).digest())
    return whole.hexdigest()[:16]


def _sha256(path: Path) -> Any:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256")


def _files(folder: Path) -> list[Path]:
    """A pack's files; not what Python, an editor or the system leaves there."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts)
    )


def _check_files(document: Document, folder: Path, name: str | None) -> dict[str, str]:
    """The texts beside exercise.yaml; what is missing or altered becomes a problem."""
    texts = {}
    for key, file in (*TEXTS.items(), ("cases", CASES)):
        text = _text(document, folder / file, _named(folder, name, file))
        if key in TEXTS and text is not None:
            texts[key] = text
    for asset in document.items("assets"):
        _check_asset(document, folder, asset)
    return texts


def _text(document: Document, path: Path, shown: str) -> str | None:
    def problem(line: int, message: str) -> None:
        document.problems.append(Problem(shown, line, 1, message))

    if not path.is_file():
        problem(1, "is missing; every exercise has one")
        return None
    try:
        if path.stat().st_size > MAX_BYTES:
            problem(1, f"is larger than {MAX_BYTES // 1_000_000} MB")
            return None
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        problem(1, f"cannot be read: {error.strerror or error}")
        return None
    except UnicodeDecodeError as error:
        problem(data[: error.start].count(b"\n") + 1, "is not UTF-8; save it as UTF-8")
        return None
    if not text.strip():
        problem(1, "is empty")
    return text


def _check_asset(document: Document, folder: Path, asset: Node) -> None:
    file, wanted = asset.text("file"), asset.text("sha256")
    if not (file and wanted):
        return  # the schema has said so
    path = folder / file
    if not path.resolve().is_relative_to(folder.resolve()):
        document.problem(asset.get("file"), f"`{file}` is outside the exercise's folder")
    elif not path.is_file():
        document.problem(asset.get("file"), f"`{file}` is not in the exercise's folder")
    elif (found := _sha256(path).hexdigest()) != wanted:
        document.problem(asset.get("sha256"), f"`{file}` has another sha256: {found}")


def _check_code(document: Document, folder: Path, name: str | None) -> None:
    """Reference, starter and cases parse and define what they must."""
    assert document.root is not None
    wanted = document.root.text("entry")
    for file, needed in (("reference.py", wanted), ("starter.py", wanted), (CASES, "cases")):
        path = folder / file
        if path.is_file() and path.stat().st_size <= MAX_BYTES:
            problems = _code_problems(path.read_bytes(), _named(folder, name, file), needed)
            document.problems.extend(problems)


def _code_problems(source: bytes, shown: str, needed: str) -> Iterator[Problem]:
    import ast

    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield Problem(shown, error.lineno or 1, error.offset or 1, f"is not Python: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        yield Problem(shown, 1, 1, f"is not Python: {error or type(error).__name__}")
    else:
        if needed and needed not in set(_defined(tree)):
            yield Problem(shown, 1, 1, f"does not define `{needed}`")


def _defined(tree: Any) -> Iterator[str]:
    """The names that a module binds at its top level."""
    import ast

    for statement in tree.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in names)


def _check_wrong(document: Document, folder: Path, name: str | None, strict: bool) -> None:
    declared = {check.text("id") for check in document.items("checks")}
    found = _wrong_solutions(folder)
    for wrong, lines in found:
        shown = _named(folder, name, f"wrong/{wrong.path.name}")
        for line, column, message in _header_problems(wrong, lines, declared):
            document.problems.append(Problem(shown, line, column, message))
    if strict and len(found) < MIN_WRONG:
        document.problem(document.root, f"has {len(found)} wrong solutions; {MIN_WRONG} are the least")


def _header_problems(
    wrong: Wrong, lines: dict[str, tuple[int, str]], declared: set[str]
) -> Iterator[tuple[int, int, str]]:
    if not (wrong.fails or wrong.review or wrong.verdict):
        yield 1, 1, "does not say what must come of it: begin with `# fails: ids` or `# review: ids`"
    verdict = (wrong.verdict,) if wrong.verdict else ()
    for key, said, known, what in (
        ("fails", wrong.fails, declared, "a check of this exercise"),
        ("review", wrong.review, FINDINGS, "a finding of the code review"),
        ("verdict", verdict, VERDICTS, "a verdict"),
    ):
        line, text = lines.get(key, (1, ""))
        for word in said:
            if word not in known:
                yield line, text.find(word) + 1, f"`{word}` is not {what}"


def _wrong_solutions(folder: Path) -> list[tuple[Wrong, dict[str, tuple[int, str]]]]:
    """Each wrong solution with the lines of its header: ``{"fails": (line, text)}``."""
    found = []
    for path in sorted((folder / "wrong").glob("*.py")):
        with path.open(encoding="utf-8", errors="replace") as file:
            head = file.read(10_000).splitlines()
        lines: dict[str, tuple[int, str]] = {}
        for number, text in enumerate(head, start=1):
            if not text.startswith("#"):
                break
            if match := _HEADER.match(text):
                lines[match[1]] = (number, text)
        found.append((_wrong(path, lines), lines))
    return found


def _wrong(path: Path, lines: dict[str, tuple[int, str]]) -> Wrong:
    def listed(key: str) -> tuple[str, ...]:
        said = lines[key][1].partition(":")[2] if key in lines else ""
        return tuple(part.strip() for part in said.split(",") if part.strip())

    line = min((number for number, _ in lines.values()), default=1)
    return Wrong(path, listed("fails"), listed("review"), next(iter(listed("verdict")), None), line)


def _named(folder: Path, name: str | None, file: str) -> str:
    return f"{name or folder}/{file}"
