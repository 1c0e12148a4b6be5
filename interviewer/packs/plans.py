"""Plans: what an interview is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from interviewer.core.model import Plan
from interviewer.packs.build import build_sound
from interviewer.packs.document import Document, Node, read
from interviewer.packs.questions import unique_ids

FILE = "plans.yaml"


def check_plans(path: Path, strict: bool = False, name: str | None = None) -> Document:
    """Read and validate a file of plans."""
    from interviewer.packs.schema import validate

    document = read(path, name)
    validate(document, "plan", strict)
    unique_ids(document, document.items("plans"))
    return document


def load_plans(path: Path, *, shipped: bool, name: str | None = None) -> tuple[Document, list[Plan]]:
    """The usable plans of a file."""
    document = read(path, name) if shipped else check_plans(path, name=name)
    return document, build_sound(document, "plan", _build)


def _build(node: Node) -> Plan:
    return Plan.from_dict({"stages": (), **node.data()})


def check_ids(document: Document, stages: Mapping[str, str]) -> None:
    """Plans name only what there is, in the stage where it is.

    Args:
        stages: the stage of every question and exercise there is, by id.
    """
    for node, stage in _named_ids(document):
        known = stages.get(node.value)
        if known is None:
            document.problem(node, f"there is no question or exercise `{node.value}`")
        elif stage and known != stage:
            document.problem(node, f"`{node.value}` belongs to {known}, not to {stage}")
    document.sort()


def _named_ids(document: Document) -> Iterator[tuple[Node, str | None]]:
    """Every id that a plan names, with the stage it is named for."""
    for plan in document.sound(document.items("plans")):
        for part in plan.items("stages"):
            yield from ((node, part.value["stage"].value.value) for node in part.items("only"))
        for day in plan.items("days"):
            yield from ((node, None) for node in day.items("items"))
