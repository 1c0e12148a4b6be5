"""What a code editor does to text, as functions on lines: no widget, no state."""

from __future__ import annotations

import difflib
import re

INDENT = "    "
CLOSES = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'"}
_LEAVES = re.compile(r"\s*(return|pass|break|continue|raise)\b")


def depth(line: str) -> str:
    """The white space a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def indent(lines: list[str]) -> list[str]:
    """Each line that has something one level deeper."""
    return [INDENT + line if line.strip() else line for line in lines]


def dedent(lines: list[str]) -> list[str]:
    """Each line one level less deep, as far as it can."""
    return [line[min(len(line) - len(line.lstrip(" ")), len(INDENT)) :] for line in lines]


def toggle_comment(lines: list[str]) -> list[str]:
    """Comment lines out at their common depth, or in again when all of them are comments."""
    full = [line for line in lines if line.strip()]
    if full and all(line.lstrip().startswith("#") for line in full):
        return [re.sub(r"^(\s*)# ?", r"\1", line) for line in lines]
    column = min((len(depth(line)) for line in full), default=0)
    return [f"{line[:column]}# {line[column:]}" if line.strip() else line for line in lines]


def depth_after(before: str) -> str:
    """The white space of a new line begun after ``before``: deeper after a colon, less after a return."""
    code = _without_comment(before).rstrip()
    here = depth(before)
    if code.endswith((":", "(", "[", "{")):
        return here + INDENT
    return here[: -len(INDENT)] if _LEAVES.match(code) and not _open(code) else here


def _open(code: str) -> bool:
    """Whether a bracket is still open at the end of ``code``."""
    return sum(map(code.count, "([{")) > sum(map(code.count, ")]}"))


def _without_comment(line: str) -> str:
    quote = ""
    for at, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "#":
            return line[:at]
    return line


def backspace_width(before: str) -> int:
    """How many characters backspace takes: in an indentation, back to the level before."""
    if before and not before.strip(" "):
        return (len(before) - 1) % len(INDENT) + 1
    return 1


def closes_itself(char: str, before: str, after: str) -> bool:
    """Whether typing ``char`` here should type its partner too."""
    if char not in CLOSES or (after and (after[0].isalnum() or after[0] in "_\"'([{")):
        return False
    return char not in "\"'" or not (before and (before[-1].isalnum() or before[-1] in "_\"'"))


def find(text: str, needle: str, start: int, *, backwards: bool = False) -> int | None:
    """Where ``needle`` is from ``start`` on, going round; capitals count only if there are some in it."""
    if not needle:
        return None
    if needle == needle.lower():
        text = _lowered(text)
    if backwards:
        at = text.rfind(needle, 0, max(0, start))
        at = at if at >= 0 else text.rfind(needle)
    else:
        at = text.find(needle, start)
        at = at if at >= 0 else text.find(needle)
    return at if at >= 0 else None


def _lowered(text: str) -> str:
    """Lower case of the same length: 'İ' has two characters in lower case, and would shift every place."""
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


def difference(old: str, new: str, old_name: str, new_name: str) -> str:
    """A unified diff; empty when they are the same."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), old_name, new_name, lineterm="")
    return "\n".join(lines)


def line_named(text: str) -> int | None:
    """The line (1-based) of the candidate's file that an error names, or None."""
    first = re.search(r"\bLine (\d+):", text)  # what Python says after it may name another one
    found = [first[1]] if first else re.findall(r"\b[Ll]ine (\d+)\b", text)
    return int(found[-1]) if found else None
