"""Our themes can be read: contrast by the WCAG's formula, for every colour that text is written in."""

import pytest
from textual.color import Color

from interviewer.tui.theme import THEMES, syntax

READABLE = 4.5


def luminance(colour: Color) -> float:
    """Relative luminance, 0..1 (WCAG 2.1)."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(Color.parse(c)) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_colour_can_be_read_on_every_ground(theme):
    variables = theme.to_color_system().generate()
    inks = {
        name: getattr(theme, name) for name in ("foreground", "primary", "secondary", "accent", "warning")
    }
    inks |= {"error": theme.error, "success": theme.success}
    inks |= {name: style.color.name for name, style in syntax(theme.dark).items()}
    inks |= {
        name: variables[name] for name in ("text-primary", "text-secondary", "text-success", "text-error")
    }
    inks["text-warning"] = variables["text-warning"]
    for ground in (theme.background, theme.surface):
        poor = {
            name: round(contrast(ink, ground), 2)
            for name, ink in inks.items()
            if contrast(ink, ground) < READABLE
        }
        assert not poor, (ground, poor)
    keys = {**theme.variables}
    for ink, ground in (
        ("footer-key-foreground", "footer-background"),
        ("footer-description-foreground", "footer-background"),
        ("block-cursor-foreground", "block-cursor-background"),
    ):
        assert contrast(keys[ink], keys[ground]) >= READABLE, (ink, ground)
