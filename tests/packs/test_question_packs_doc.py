"""docs/question-packs.md is true: its packs load, its plan is sat, its messages are those printed."""

import re
from pathlib import Path

import pytest

from interviewer.core.planning import choose_items
from interviewer.packs import check_paths, load_catalog
from interviewer.packs.document import parse

PAGE = (Path(__file__).parents[2] / "docs" / "question-packs.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.M | re.S)
SMALL, WHOLE, BROKEN, PLAN = (text for language, text in BLOCKS if language == "yaml")
SAID = BLOCKS[[text for _, text in BLOCKS].index(BROKEN) + 1][1]


@pytest.mark.parametrize("text", [SMALL, WHOLE], ids=["small", "whole"])
def test_the_packs_of_the_page_are_valid_and_load(text, tmp_path):
    path = tmp_path / "rubrics" / "momentum.yaml"
    path.parent.mkdir()
    path.write_text(text)
    assert check_paths([path]) == []
    catalog = load_catalog(tmp_path)
    assert catalog.question("momentum").prompt == "What does momentum add to gradient descent?"


def test_the_whole_pack_shows_every_field():
    from interviewer.packs.schema import schema

    defs = schema("question")["$defs"]
    for name in ("question", "point", "misconception", "exemplar"):
        for key in defs[name]["properties"]:
            assert key == "when" or re.search(rf"\b{key}:", WHOLE), key
    for kind in defs["exemplar"]["properties"]["kind"]["enum"]:
        assert f"`{kind}`" in PAGE


def test_the_broken_pack_says_what_the_page_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("dropout.yaml").write_text(BROKEN)
    assert [str(problem) for problem in check_paths([Path("dropout.yaml")])] == SAID.splitlines()


def test_the_plan_of_the_page_is_sat(tmp_path):
    path = tmp_path / "rubrics" / "plans.yaml"
    path.parent.mkdir()
    path.write_text(PLAN)
    assert check_paths([path]) == []
    catalog = load_catalog(tmp_path)
    items = choose_items(catalog.plan("optimizers-only"), catalog.index(), seed=0)
    assert [item.id for item in items[:2]] == ["gradient-descent", "optimizers"]
    assert [item.stage for item in items[2:]] == ["intermediate"]


def test_yaml_reads_what_the_page_says_it_reads():
    rows = re.findall(r"^\| (.+?) \| (.+?) \| `?(.+?)`? \|$", PAGE, re.M)
    read_as = {}
    for written, meaning, _ in rows[1:]:
        for plain in re.findall(r"`(.+?)`", written):
            (value,) = parse(f"- {plain}\n".encode(), "row").root.data()
            read_as.setdefault(meaning, []).append(repr(value))
    assert read_as == {
        "false, true": ["False", "False", "True", "True"],
        "a number": ["0.9", "1964"],
        "a number in base 60": ["<a number in base 60>"],
        "a date": ["<a date>"],
        "a mapping": ["{'lr': 0.1}"],
        "text": ["'1e-5'"],
    }
    assert parse(b"x: 1.0e-5\n", "row").root.data() == {"x": 1e-5}
