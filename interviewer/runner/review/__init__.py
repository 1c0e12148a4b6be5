"""A static reading of a candidate's code for the mistakes that run but cost you.

Five of them: evaluating in training mode, tensors on two devices, a loss that does not fit its
input, results that cannot be repeated, more machinery than the task needs. The reading is of the
syntax tree alone (nothing is executed) and speaks up only where it can point at a line: a false
alarm in an interview costs more trust than a missed remark.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interviewer.core.running import FINDINGS
from interviewer.runner.review import complexity, devices, losses, modes, seeds
from interviewer.runner.review.reading import Reading

_MAX_CHARACTERS = 60_000  # more than anybody writes in an interview


def brief(exercise: Mapping[str, Any]) -> dict[str, Any]:
    """What the reading of a submission may know of an exercise: of the reference, its size alone."""
    measures = complexity.measured(exercise.get("reference"))
    return {"topics": exercise["topics"], "starter": exercise["starter"], "measures": measures}


def review(source: str, exercise: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Findings ``{"id", "line", "message"}`` in ``source``, by line; [] for what does not parse.

    ``exercise`` is ``Exercise.to_dict()`` or any part of it: ``kind``, ``entry``, ``topics``,
    ``starter`` and ``reference`` sharpen the reading, and the reading works without them. Where the
    reference must not be at hand, ``measures`` stands for it (see ``brief``).
    At most one finding per id and line.
    """
    if len(source) > _MAX_CHARACTERS:
        return []
    try:
        reading = Reading(source)
        found = [
            finding
            for check in (modes.check, devices.check, losses.check, seeds.check, complexity.check)
            for finding in check(reading, exercise)
        ]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # not Python, or nested beyond reason: the run itself will say so
    unique = {(finding.id, finding.line): finding for finding in reversed(found)}
    ordered = sorted(unique.values(), key=lambda f: (f.line, FINDINGS.index(f.id)))
    return [finding.to_dict() for finding in ordered]
