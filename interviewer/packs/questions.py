"""Question packs: files of questions with their rubrics."""

from __future__ import annotations

from pathlib import Path

from interviewer.core.model import STAGES, Question
from interviewer.packs.build import build_sound
from interviewer.packs.document import Document, Node, read


def check_questions(path: Path, strict: bool = False, name: str | None = None) -> Document:
    """Read and validate a file; the document's problems are all that is wrong with it."""
    from interviewer.packs.schema import validate

    document = read(path, name)
    validate(document, "question", strict)
    for node in document.sound(document.items("questions")):
        check_question(document, node, strict)
    document.sort()
    return document


def load_questions(path: Path, *, shipped: bool, name: str | None = None) -> tuple[Document, list[Question]]:
    """The usable questions of a file.

    Packs that ship are taken at their word: their schema is the business of ``check`` and the tests.
    """
    document = read(path, name) if shipped else check_questions(path, name=name)
    return document, build_sound(document, "question", lambda node: build_question(node, document.digest))


def check_question(document: Document, node: Node, strict: bool = False) -> None:
    """What a schema cannot say about one question that it accepts."""
    unique_ids(document, node.items("points"))
    unique_ids(document, node.items("misconceptions"))
    n_of, points = node.get("n_of"), node.items("points")
    if n_of and n_of.value > len(points):
        document.problem(n_of, f"`n_of` is {n_of.value}, more than there are points ({len(points)})")
    for item in node.items("overlaps"):
        if item.value == node.text("id"):
            document.problem(item, "a question cannot overlap with itself")
    if strict:
        _check_lengths(document, node)


def unique_ids(document: Document, items: list[Node]) -> None:
    """The ids in a list of mappings are given once."""
    seen: dict[str, int] = {}
    for item in items:
        if not (id := item.text("id")):
            continue  # the schema has said so
        if id in seen:
            document.problem(item.get("id"), f"the id `{id}` is given twice (first in line {seen[id]})")
        else:
            seen[id] = item.get("id").line


def _check_lengths(document: Document, node: Node) -> None:
    for key, least, most in (("model_answer", 120, 250), ("explanation", 60, 150)):
        text = node.get(key)
        words = len(text.value.split()) if text else least
        if not least <= words <= most:
            message = f"`{key}` has {words} words; {least} to {most} read well"
            document.problem(text, message, "warning")


def build_question(node: Node, digest: str) -> Question:
    """A question from a node; raises what ``BUILD_ERRORS`` lists where that is not what it must be."""
    question = Question.from_dict(node.data() | {"pack_hash": digest})
    if question.stage not in STAGES or not all(isinstance(p.weight, int | float) for p in question.points):
        raise ValueError("not what the schema says")
    return question
