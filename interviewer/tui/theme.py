"""Our two colour themes, for the screens and for code; any of Textual's may be chosen in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

DARK, LIGHT = "desk-dark", "desk-light"

#: A calm dark and a paper light. Every text colour has a contrast of at least 4.5 to its ground.
THEMES = (
    Theme(
        name=DARK,
        primary="#6ea8fe",
        secondary="#c39bf0",
        accent="#f0b866",
        warning="#e5b567",
        error="#f2858f",
        success="#86cf93",
        foreground="#d7dde8",
        background="#12161d",
        surface="#171c25",
        panel="#212937",
        dark=True,
        variables={
            "border": "#f0b866",
            "border-blurred": "#3a4558",
            "block-cursor-background": "#2f4f80",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#26303f",
            "footer-background": "#1b222d",
            "footer-key-foreground": "#f0b866",
            "footer-description-foreground": "#b5bfce",
            "input-selection-background": "#2f4f80",
            "scrollbar": "#33405a",
            "scrollbar-hover": "#48597a",
            "scrollbar-active": "#6ea8fe",
            "scrollbar-background": "#171c25",
            "scrollbar-background-hover": "#171c25",
            "scrollbar-background-active": "#171c25",
            "scrollbar-corner-color": "#171c25",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#1f5fbf",
        secondary="#7a3fa5",
        accent="#9a5200",
        warning="#8a5a00",
        error="#b3202c",
        success="#1c7a3a",
        foreground="#23272e",
        background="#fbfaf7",
        surface="#f5f3ee",
        panel="#e8e4db",
        dark=False,
        variables={
            "border": "#9a5200",
            "border-blurred": "#c5bfb2",
            "block-cursor-background": "#1f5fbf",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#dcd6ca",
            "footer-background": "#eeebe3",
            "footer-key-foreground": "#9a5200",
            "footer-description-foreground": "#4a4f58",
            "input-selection-background": "#bcd3f5",
            "input-selection-foreground": "#23272e",
            "scrollbar": "#cfc8ba",
            "scrollbar-hover": "#b8b0a0",
            "scrollbar-active": "#1f5fbf",
            "scrollbar-background": "#f5f3ee",
            "scrollbar-background-hover": "#f5f3ee",
            "scrollbar-background-active": "#f5f3ee",
            "scrollbar-corner-color": "#f5f3ee",
        },
    ),
)


def own_theme(name: str, colours: Mapping[str, str | bool]) -> Theme:
    """A person's theme, from the roles of ``settings.toml``. Raises ValueError: half a sentence."""
    roles = {f.name for f in fields(Theme) if f.name == "dark" or str(f.type).startswith("str")} - {"name"}
    unknown = [role for role in colours if role not in roles]
    if unknown:
        raise ValueError(f"there is no {unknown[0]!r}; there are {', '.join(sorted(roles))}")
    if "primary" not in colours:
        raise ValueError("it needs a colour called primary")
    for role, colour in colours.items():
        if role == "dark" and isinstance(colour, bool):
            continue
        try:
            Color.parse(str(colour))
        except ColorParseError:
            raise ValueError(f"{role} = {colour!r} is no colour") from None
    theme = Theme(name=name, **colours)  # type: ignore[arg-type]
    theme.to_color_system().generate()
    return theme


def syntax(dark: bool) -> dict[str, Style]:
    """Styles of Python code by tree-sitter's capture names. Weight and slant help where colour does not."""
    ink = (
        dict(word="#c39bf0", text="#a5d6a0", number="#f0b866", name="#8fb8ff", type="#e8cf7f", note="#7f8b9f")
        if dark
        else dict(
            word="#7a3fa5", text="#1c6b34", number="#9a5200", name="#1f5fbf", type="#7a5c00", note="#646972"
        )
    )
    word, note = Style(color=ink["word"], bold=True), Style(color=ink["note"], italic=True)
    text, number = Style(color=ink["text"]), Style(color=ink["number"])
    name, kind = Style(color=ink["name"]), Style(color=ink["type"])
    return {
        **dict.fromkeys(
            ("keyword", "keyword.return", "keyword.operator", "repeat", "exception", "include"), word
        ),
        **dict.fromkeys(("conditional", "keyword.function", "boolean", "constant.builtin"), word),
        **dict.fromkeys(("string", "string.documentation"), text),
        "comment": note,
        **dict.fromkeys(("number", "float"), number),
        **dict.fromkeys(("function", "function.call", "method", "method.call"), name),
        **dict.fromkeys(("type", "type.class", "type.builtin", "class", "function.builtin"), kind),
    }
