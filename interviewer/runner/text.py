"""Makes text from a candidate's process inert before anybody sees it."""

from __future__ import annotations

import re
import unicodedata

# CSI, OSC (up to BEL or ST), other two-character escapes; then any other control character.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\|\Z)|\x1b[ -/]*[0-~]?|\x9b[0-?]*[ -/]*[@-~]", re.S
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

#: Bidirectional controls and invisible characters, which make text read differently from what it is.
HIDDEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


def clean(data: bytes | str, limit: int | None = None) -> str:
    """Printable text: decoded with replacement, escape sequences and controls removed."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    text = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates
    text = _ESCAPES.sub("", text.replace("\r\n", "\n"))
    text = HIDDEN.sub("", _CONTROLS.sub("", text))
    if limit is not None and len(text) > limit:
        text = text[:limit] + "…"
    return text


def one_line(text: str, limit: int = 300) -> str:
    """``clean`` on a single line."""
    return clean(" ".join(text[: 4 * limit].split()), limit)


def name_of(character: str) -> str:
    """U+202E RIGHT-TO-LEFT OVERRIDE"""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'unnamed')}"
