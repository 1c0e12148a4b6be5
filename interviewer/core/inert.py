"""Text from a candidate, a program or a model, made safe to show."""

from __future__ import annotations

_CONTROLS = (
    {c: None for c in range(32) if chr(c) not in "\n\t"} | {0x7F: None} | {c: None for c in range(0x80, 0xA0)}
)
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_HALVES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # lone surrogates, which no file can hold

_ALL = {**_CONTROLS, **_BIDI, **_HALVES}


def inert(text: str) -> str:
    """Text without control characters: no escape sequence of a model or a program reaches the terminal."""
    return text.translate(_CONTROLS if text.isascii() else _ALL)


def fenced(text: str, language: str = "") -> str:
    """A Markdown code block that its content cannot close."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


#: As ``inert``, but a sign stands where each character was: places in the text stay what they are.
_SIGNS = {
    **{c: chr(0x2400 + c) for c in range(32) if chr(c) not in "\n\t"},
    0x7F: "␡",
    **dict.fromkeys([*range(0x80, 0xA0), *_BIDI], "\ufffd"),
}


def visible(text: str) -> str:
    """Text of the same length whose control characters are signs: for boxes that are edited."""
    return text.translate(_SIGNS)


def whole(text: str) -> str:
    """Text that can be stored: half a character (a lone surrogate of a broken paste) becomes a ?."""
    return text.encode("utf-8", "replace").decode("utf-8")
