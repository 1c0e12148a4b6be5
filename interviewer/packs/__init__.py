"""Finds, validates and loads question packs, exercise packs and plans.

Importing this costs nothing: each name is imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interviewer.packs.catalog import Catalog, UnknownId, load_catalog, shipped_root
    from interviewer.packs.check import check_paths
    from interviewer.packs.exercises import Wrong, load_exercise, wrong_solutions
    from interviewer.packs.problems import Problem
    from interviewer.packs.questions import load_questions

__all__ = [
    "Catalog",
    "Problem",
    "UnknownId",
    "Wrong",
    "check_paths",
    "load_catalog",
    "load_exercise",
    "load_questions",
    "shipped_root",
    "wrong_solutions",
]

_HOMES = {
    "Catalog": "catalog",
    "Problem": "problems",
    "UnknownId": "catalog",
    "Wrong": "exercises",
    "check_paths": "check",
    "load_catalog": "catalog",
    "load_exercise": "exercises",
    "load_questions": "questions",
    "shipped_root": "catalog",
    "wrong_solutions": "exercises",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
