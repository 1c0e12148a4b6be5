"""From a document to what ``core.model`` knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from interviewer.packs.document import Document, Node

if TYPE_CHECKING:
    from interviewer.packs.schema import Name

T = TypeVar("T")

#: What building a dataclass from data of the wrong shape can raise.
BUILD_ERRORS = (KeyError, TypeError, ValueError, AttributeError)


def build_sound(document: Document, name: Name, build: Callable[[Node], T]) -> list[T]:
    """Build the items of ``questions:`` or ``plans:`` into which no error falls.

    Where the file was not validated and does not build, the schema is asked to say why.
    """
    items = document.items(f"{name}s")
    try:
        return [build(item) for item in document.sound(items)]
    except BUILD_ERRORS as error:
        explain(document, name, error)
        return [build(item) for item in document.sound(items)]


def explain(document: Document, name: Name, error: Exception) -> None:
    """Say what is wrong with a document that could not be built."""
    from interviewer.packs.schema import validate

    before = len(document.problems)
    validate(document, name)
    if len(document.problems) == before:
        document.hopeless = True
        document.problem(document.root, f"cannot be used: {error!r}")
