"""Watches for forbidden calls while the candidate's code runs.

Best effort: it lives with the candidate, who can take it off. It sees what the static reading cannot (a
name built at run time, an ``nn`` module that calls the function inside); a clean report proves nothing. It
costs microseconds a call of torch, so calls that are timed go without.
"""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from interviewer.runner.accept import same_function


class Watch(TorchFunctionMode):
    """Notes the line of the candidate's ``file`` from which one of ``names`` was first called."""

    def __init__(self, names: list[str], file: str):
        super().__init__()
        self.file = file
        self.found: list[list] = []  # [[line, name]], as the static reading reports it
        self.watched = {function: name for name in names for function in _functions(name)}

    def __torch_function__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        name = self.watched.get(func) if not self.found else None
        if name is not None:
            self.found.append([_line(self.file), name])
        return func(*args, **(kwargs or {}))


def _functions(name: str) -> list[Any]:
    """The function of a dotted name and of its other spellings, as torch knows them."""
    functions = []
    for spelling in same_function(name):
        value: Any = torch
        for part in spelling.split(".")[1:]:
            value = getattr(value, part, None)
        if callable(value) and not isinstance(value, type):
            functions.append(value)
    return functions


def _line(file: str) -> int:
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename == file:
            return frame.f_lineno
        frame = frame.f_back
    return 0
