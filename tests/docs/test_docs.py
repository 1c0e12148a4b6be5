"""The docs are true: commands parse and run, pages link to what is there, the option page is current."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from interviewer.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
sys.path.insert(0, str(ROOT / "tools"))

import make_docs  # noqa: E402


def commands_in(page: Path) -> list[str]:
    """Every `interviewer …` command in the page's console blocks."""
    blocks = re.findall(r"```(?:console|bash|sh)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [line for line in lines if re.search(r"(^|\| )interviewer\b", line)]


COMMANDS = [(page.name, line) for page in PAGES for line in commands_in(page)]


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=[f"{p}:{c[:40]}" for p, c in COMMANDS])
def test_every_command_in_the_docs_exists(page, line):
    words = shlex.split(line.partition("| interviewer")[2] or line.removeprefix("interviewer"), comments=True)
    words = words[: words.index(">")] if ">" in words else words
    command, context = main, None
    while isinstance(command, click.Group) and words:
        context = command.make_context("interviewer", words, parent=context)
        name, command, words = command.resolve_command(context, [*context._protected_args, *context.args])
        assert command is not None, name
    if words or not isinstance(command, click.Group):
        command.make_context("command", words, parent=context)


def test_readme_and_changelog_name_real_commands_somewhere():
    assert len(COMMANDS) >= 12


def test_the_page_of_options_is_current():
    assert make_docs.PAGE.read_text(encoding="utf-8") == make_docs.page(), "run: python tools/make_docs.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_the_readme_has_the_two_commands_of_the_makefile():
    text, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    for target in ("interview", "test", "benchmarks"):
        assert f"make {target}" in text and re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize(
    "line", [c for p, c in COMMANDS if p == "README.md" and ("sessions" in c or "| interviewer grade" in c)]
)
def test_what_the_readme_shows_runs(line, tmp_path):
    program = f"{shlex.quote(sys.executable)} -m interviewer"
    line = re.sub(r"(^|\| )interviewer\b", rf"\1{program}", line)
    environment = {**os.environ, "INTERVIEWER_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout or list(tmp_path.glob("report.md"))
    assert "Traceback" not in done.stderr


def test_no_machine_paths_and_no_registry_hosts():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    suspicious = re.compile(
        r"/work/|/home/\w+/|/root/|pypi\.org/simple|files\.pythonhosted|artifactory|nexus"
    )
    bad = []
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".json", ".tcss", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            bad += [f"{name}: {m.group()}" for m in suspicious.finditer(text) if "tests/" not in name]
    assert bad == []
