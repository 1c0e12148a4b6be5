"""Submissions that say in their header what must come of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

_FIELD = re.compile(r"^# (exercise|expect|says|printed|never|ms): (.+)$")


@dataclass(frozen=True)
class Specimen:
    """``# expect: A|B`` the verdicts allowed; ``says`` words of the message; ``printed`` and ``never``
    words that the output holds and does not hold; ``ms: CHECK N`` the least time a check takes."""

    name: str
    source: str
    exercise: str
    expect: frozenset[str]
    rules: dict[str, str] = field(default_factory=dict)

    def held(self, result) -> None:
        """Assert everything that the header declares."""
        told = f"{self.name}: {result.verdict}: {result.message}\n{result.output[:500]}"
        assert result.verdict in self.expect, told
        assert self.rules.get("says", "") in result.message, told
        assert self.rules.get("printed", "") in result.output, told
        if never := self.rules.get("never"):
            assert never not in result.output and never not in result.message, told
        if least := self.rules.get("ms"):
            check, ms = least.split()
            assert next(c.ms for c in result.checks if c.id == check) >= float(ms), told
        shown = result.message + result.output + "".join(c.message for c in result.checks)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown), told
        assert "\n" not in result.message and len(result.message) < 1000, told


def read(folder: Path) -> dict[str, Specimen]:
    """Every specimen below a folder, by its name there."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        source = path.read_text()
        head = [line for line in source.splitlines()[:8] if line.startswith("#")]
        rules = dict(match.groups() for line in head if (match := _FIELD.match(line)))
        name = str(path.relative_to(folder).with_suffix(""))
        expect = frozenset(rules.pop("expect").split("|"))
        found[name] = Specimen(name, source, rules.pop("exercise"), expect, rules)
    return found
