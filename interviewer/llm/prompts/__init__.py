"""Prompts: versioned files with declared variables, ``NAME.vN.md`` in this folder.

A file begins with TOML between ``+++`` lines: ``variables``, a list of names. The rest is turns,
each begun by a line ``## system`` or ``## user``; ``{{name}}`` stands for a variable. What changes least
stands first: servers keep what a prompt has in common with the one before. A prompt that was released is
not edited: a new version is added, because grades name the prompt they came by.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_TURN = re.compile(r"^## (system|user)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file, ready to be filled in."""

    name: str
    version: int
    hash: str  # of the file, 12 hex digits
    variables: frozenset[str]
    turns: tuple[tuple[str, str], ...]  # (role, template)

    @property
    def id(self) -> str:
        return f"{self.name}-v{self.version}"

    def render(self, **values: str) -> list[dict[str, str]]:
        """Messages. Raises ValueError when the values are not exactly the declared variables."""
        if values.keys() != self.variables:
            raise ValueError(f"{self.id} takes {sorted(self.variables)}, not {sorted(values)}")
        return [
            {"role": role, "content": _VARIABLE.sub(lambda m: values[m.group(1)], text).strip()}
            for role, text in self.turns
        ]


def names() -> list[str]:
    """Every prompt file, by ``NAME.vN``."""
    return sorted(f.name[:-3] for f in resources.files(__name__).iterdir() if f.name.endswith(".md"))


@cache
def load(name: str) -> Prompt:
    """The newest version of a prompt."""
    found = [n for n in names() if n.rpartition(".v")[0] == name]
    if not found:
        raise LookupError(f"there is no prompt {name!r}")
    return read(max(found, key=lambda n: int(n.rpartition(".v")[2])))


def read(file: str) -> Prompt:
    """One prompt file by ``NAME.vN``. Raises ValueError when it is not as declared."""
    raw = resources.files(__name__).joinpath(f"{file}.md").read_text(encoding="utf-8")
    _, head, body = raw.split("+++\n", 2)
    declared = frozenset(tomllib.loads(head)["variables"])
    pieces = _TURN.split(body)[1:]
    turns = tuple(zip(pieces[::2], pieces[1::2], strict=True))
    used = frozenset(_VARIABLE.findall(body))
    if used != declared or not turns:
        raise ValueError(f"{file}: declares {sorted(declared)}, uses {sorted(used)}")
    name, _, version = file.rpartition(".v")
    return Prompt(name, int(version), hashlib.sha256(raw.encode()).hexdigest()[:12], declared, turns)
