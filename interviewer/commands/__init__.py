"""The commands behind ``cli``, one module each, imported when called."""

from __future__ import annotations


class CommandError(Exception):
    """A usage, input or machine error: one clear line, exit 2."""


def suggest(id: str, known) -> str:
    """The end of an "unknown id" sentence: the nearest ones, or where to look."""
    import difflib

    near = difflib.get_close_matches(id, list(known), n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else "`interviewer check` lists what there is."
