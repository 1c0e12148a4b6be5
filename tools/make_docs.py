"""Write docs/command-line.md from the commands themselves.

python tools/make_docs.py            # tests/docs hold it to be current
"""

from __future__ import annotations

from pathlib import Path

import click

from interviewer.cli import main

PAGE = Path(__file__).resolve().parents[1] / "docs" / "command-line.md"
INTRODUCTION = """\
# Command line

stdout is data, stderr is narration. Exit 0: it did what was asked (`grade` whenever it graded); 1: a negative
verdict of `run` or `check`; 2: a usage, input or machine error, said in one line. This page is the program's own
`--help`, written by `python tools/make_docs.py`.
"""


def page() -> str:
    """The whole page."""
    return INTRODUCTION + "".join(section(name, command) for name, command in commands())


def commands(command: click.Command = main, name: str = "interviewer"):
    """Every command with its full name, groups before their members."""
    yield name, command
    if isinstance(command, click.Group):
        for child in sorted(command.commands):
            yield from commands(command.commands[child], f"{name} {child}")


def section(name: str, command: click.Command) -> str:
    settings = {**main.context_settings, "terminal_width": 100}
    context = click.Context(command, info_name=name, **settings)
    return f"\n## `{name}`\n\n```text\n{command.get_help(context).rstrip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
