"""docs/the-app.md is true: its keys are the app's, its settings are read."""

import dataclasses
import re
import sys
from pathlib import Path

from interviewer.core.settings import Settings, parse
from interviewer.tui.theme import own_theme

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import make_keys  # noqa: E402


def test_the_table_of_keys_is_current():
    assert make_keys.PAGE.read_text(encoding="utf-8") == make_keys.page(), "run: python tools/make_keys.py"


def test_the_settings_shown_are_read_without_a_complaint():
    text = make_keys.PAGE.read_text(encoding="utf-8")
    settings, problems = parse(re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1])
    assert not problems and settings.theme == "desk-light" and not settings.close_brackets
    assert set(settings.keys) <= set(make_keys.bindings())
    assert all(own_theme(name, colours) for name, colours in settings.themes.items())
    for field in dataclasses.fields(Settings):
        assert re.search(rf"^\[?{field.name}\b", text, re.MULTILINE), f"{field.name} is not in the docs"


def test_no_key_means_two_things_at_once():
    """Within what is on screen together, a key belongs to one command."""
    together = [
        ("app", "home"),
        ("app", "interview", "answer"),
        ("app", "interview", "code"),
        ("app", "report"),
    ]
    together += [("app", "history"), ("app", "replay"), ("app", "help"), ("app", "settings")]
    found = make_keys.bindings()
    for groups in together:
        owner = {}
        for id, (keys, _) in found.items():
            if id.partition(".")[0] in groups:
                for key in keys.split(", "):
                    assert key not in owner, (key, id, owner.get(key))
                    owner[key] = id
