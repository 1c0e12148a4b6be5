"""docs/models.md says what is so."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

from interviewer.llm import profiles, prompts
from interviewer.llm.profiles import PRESETS, Profile

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "models.md").read_text(encoding="utf-8")


def test_the_presets_are_those_that_there_are():
    rows = re.findall(r"^\| `(.+?)` \| (http.+?) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
    assert rows == [
        (
            p.name,
            p.base_url,
            f"`{p.key_env}`" if p.key_env else "none",
            f"{p.first_s:.0f}, {p.idle_s:.0f}, {p.total_s:.0f}",
        )
        for p in PRESETS.values()
    ]


def test_every_entry_of_a_profile_is_explained():
    table = TEXT[TEXT.index("| entry |") : TEXT.index("A key goes")]
    assert set(re.findall(r"`(\w+)`", table)) >= {f.name for f in fields(Profile)} - {"name"}


def test_the_example_is_a_file_of_profiles(home):
    example = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)[1]
    assert tomllib.loads(example)
    profiles.path(home).parent.mkdir(parents=True)
    profiles.path(home).write_text(example)
    found = profiles.load(home)
    assert found.default == "office" and list(found.profiles) == ["office", "home"]


def test_every_prompt_is_named():
    assert all(f"`{name.rpartition('.v')[0]}`" in TEXT for name in prompts.names())


def test_the_commands_it_shows_have_the_options_it_shows():
    from interviewer.cli import main

    for line in re.findall(r"^interviewer (.+?)(?:  .*)?$", TEXT, re.MULTILINE):
        words = line.split()
        command = main
        while words and not words[0].startswith("-") and hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        known = {name for option in command.params for name in option.opts}
        assert {w for w in words if w.startswith("--")} <= known, line
