"""What a person may set, as text: one TOML file with comments, read and changed without losing a line.

Pure: ``compose`` reads and writes the file. Tables other than ``[keys]`` and ``[themes]`` belong to others
and are left alone.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from dataclasses import dataclass, field, fields
from typing import Any

FILE = "settings.toml"
OFFLINE = "offline"  # as a profile: no model at all

#: Settings that have only these values; the first is what an empty file means.
CHOICES = {"persona": ("", "warm", "neutral", "exacting")}

TEMPLATE = """\
# Settings of the interviewer. A line that begins with # is a comment; delete the # to make it count.

# The app's colours: desk-dark, desk-light, another of Textual's themes (nord, gruvbox, dracula, …),
# or one of your own, below.
# theme = "desk-dark"

# No animation and no blinking at all.
# reduced_motion = false

# In the code editor: typing ( [ { or a quote also types its partner.
# close_brackets = true

# In the code editor: vim's modes and keys. :w runs the code.
# vim_keys = false

# The model that converses and reads your answers again: a profile of settings/profiles.toml, or
# "ollama:llama3.2", "openai:MODEL", …; "offline" for none. Left empty, the default of that file.
# profile = ""

# How the model speaks: warm, neutral or exacting. Left empty, as its profile says.
# persona = ""

# A job description, in words or as the path of a text file: what it mentions is asked first.
# role = ""

# The Python that runs the exercises; it must have torch. Left empty, one that has it is looked for.
# python = ""

# For screen readers, pipes and scripts there is the same interview line by line: interviewer start --plain

[keys]
# Any key of the app can be changed: the id on the help screen (F1), and the key, or several with commas.
# "interview.hint" = "f8"

# Themes of your own; only primary is needed. The theme above is then set to "mine".
# [themes.mine]
# dark = true
# primary = "#6ea8fe"
# secondary = "#c39bf0"
# accent = "#f0b866"
# foreground = "#d7dde8"
# background = "#12161d"
# surface = "#171c25"
# panel = "#212937"
# success = "#86cf93"
# warning = "#e5b567"
# error = "#f2858f"
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one person; the defaults are those of an empty file."""

    theme: str = "desk-dark"
    reduced_motion: bool = False
    close_brackets: bool = True
    vim_keys: bool = False
    profile: str = ""  # "", OFFLINE, or what --profile takes
    persona: str = ""
    role: str = ""  # words, or the path of a file
    python: str = ""
    keys: dict[str, str] = field(default_factory=dict)  # binding id -> key
    themes: dict[str, dict[str, str | bool]] = field(default_factory=dict)  # name -> colours by role


_TYPES = {f.name: f.type for f in fields(Settings)}
_SAID = {
    "str": "text in quotes",
    "bool": "true or false",
    "keys": "a table of ids and keys in quotes",
    "themes": "tables of colours, written [themes.NAME]",
}


def parse(text: str) -> tuple[Settings, list[str]]:
    """The settings in ``text``, and each problem as a sentence. What is wrong counts as not set."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Settings(), [f"{FILE} is not read: {error}."]
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, value in data.items():
        if name not in _TYPES:
            if not isinstance(value, dict):
                near = difflib.get_close_matches(name, _TYPES, 1)
                advice = f"; did you mean {near[0]}?" if near else ""
                problems.append(f"{FILE}: there is no setting {name!r}{advice}")
        elif not _fits(name, value):
            kind = _SAID[name if name in _SAID else _TYPES[name]]
            problems.append(f"{FILE}: {name} should be {kind}.")
        elif name in CHOICES and value not in CHOICES[name]:
            problems.append(f"{FILE}: {name} should be one of {', '.join(filter(None, CHOICES[name]))}.")
        else:
            values[name] = value
    return Settings(**values), problems


def _fits(name: str, value: Any) -> bool:
    if name == "keys":
        return isinstance(value, dict) and all(isinstance(key, str) for key in value.values())
    if name == "themes":
        return isinstance(value, dict) and all(
            isinstance(theme, dict) and all(isinstance(colour, str | bool) for colour in theme.values())
            for theme in value.values()
        )
    return isinstance(value, {"str": str, "bool": bool}[_TYPES[name]])


def changed(text: str, name: str, value: str | bool) -> str:
    """``text`` with one setting changed and every other line as it was; a new line brings its comment."""
    line = f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")  # as TOML has it
    text = text or TEMPLATE
    top = re.search(r"^\s*\[", text, re.MULTILINE)
    cut = top.start() if top else len(text)
    head, tail = text[:cut], text[cut:]
    for pattern in (rf"^{name}\s*=.*$", rf"^#\s*{name}\s*=.*$"):
        new, found = re.subn(pattern, lambda _: line, head, count=1, flags=re.MULTILINE)
        if found:
            return new + tail
    return f"{head.rstrip()}\n\n{_comment(name)}{line}\n\n{tail}".lstrip("\n")


def _comment(name: str) -> str:
    """What the template says above a setting."""
    found = re.search(rf"((?:^# .*\n)+)^# {name} = ", TEMPLATE, re.MULTILINE)
    return found[1] if found else ""
