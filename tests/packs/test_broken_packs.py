"""Every problem of a broken pack is said as path:line:column, in words that say what to do."""

from pathlib import Path

import pytest

from interviewer.packs import check_paths, load_catalog
from interviewer.packs.document import MAX_BYTES, parse
from interviewer.packs.questions import check_questions, load_questions

BROKEN = Path(__file__).parent / "broken"

#: All that is said of each file, and nothing else.
SAID = {
    "alias-bomb.yaml": ["2:5: `&a` names a place to be repeated; write it out where it is needed"],
    "backtick.yaml": ["8:15: text that starts with a backtick needs quotes"],
    "boolean-as-stem.yaml": [
        '12:14: item 1 of group 2 must be text: `on` reads as true; quote it: "on"',
        '12:18: item 2 of group 2 must be text: `off` reads as false; quote it: "off"',
        '12:23: item 3 of group 2 must be text: `no` reads as false; quote it: "no"',
    ],
    "boolean-key.yaml": ["10:5: `on` is no key here; a key is a word, in quotes if need be"],
    "colon-in-list.yaml": [
        "12:13: item 2 of `accept` must be text, and reads as a mapping; text that holds `: ` needs quotes"
    ],
    "colon-in-text.yaml": ["8:25: `: ` in text without quotes; put the whole text in quotes"],
    "control-character.yaml": ["5:31: holds a control character (U+0007); remove it"],
    "date-as-text.yaml": [
        '11:9: item 1 of `sources` must be text: `1964-12-01` reads as a date; quote it: "1964-12-01"'
    ],
    "deep.yaml": ["1:43: is nested more than 32 levels deep"],
    "duplicate-key.yaml": ["10:5: `stage` is given twice (first in line 3)"],
    "duplicate-point.yaml": ["10:13: the id `velocity` is given twice (first in line 7)"],
    "empty.yaml": ["1:1: is empty"],
    "exponent.yaml": ["9:17: `weight` must be a number, not the text that YAML makes of `2e0`; write 2.0e+0"],
    "kind-unknown.yaml": ["4:11: `kind` cannot be `concept`; it is one of conceptual, scenario"],
    "list-expected.yaml": ["10:17: `accept` must be a list; put `- ` before each item"],
    "merge-key.yaml": ["10:9: `<<` merges another place; write its keys out"],
    "missing-keys.yaml": [
        "2:5: question 1 lacks `kind` and `prompt`",
        "5:9: point 1 lacks `weight`",
    ],
    "n-of-too-many.yaml": ["6:11: `n_of` is 3, more than there are points (1)"],
    "negative-weight.yaml": ["9:17: `weight` must be more than 0, not -1"],
    "not-an-id.yaml": ["2:9: `id` cannot be `Momentum_SGD`: write lower-case words joined by hyphens"],
    "not-finite.yaml": ["9:17: `weight` must be a number: `.inf` reads as infinity"],
    "not-utf-8.yaml": ["8:30: is not UTF-8 (byte 0xe9); save it as UTF-8"],
    "number-as-text.yaml": [
        '11:13: item 1 of `accept` must be text: `0.9` reads as a number; quote it: "0.9"'
    ],
    "overlaps-itself.yaml": ["6:22: a question cannot overlap with itself"],
    "penalty-above-one.yaml": ["14:18: `penalty` must be at most 1, not 15"],
    "prompt-empty.yaml": ["5:12: `prompt` is empty; it must be text"],
    "quote-not-closed.yaml": ["5:13: a quote is opened here and never closed"],
    "quoted-number.yaml": ["9:17: `weight` must be a number, not the text `2`; remove the quotes"],
    "root-list.yaml": ["1:1: the file must be a mapping with `questions`"],
    "sexagesimal.yaml": ["6:14: `minutes` must be a number: `1:30` reads as a number in base 60"],
    "stem-twice.yaml": ["11:30: item 3 of group 1 is given twice"],
    "tab.yaml": ["7:1: a tab; indent with spaces"],
    "tag.yaml": ["8:15: the tag `!!python/name:os.system` is not used in packs; remove it"],
    "truth-in-quotes.yaml": [
        "10:19: `required` must be true or false, not the text `yes`; remove the quotes"
    ],
    "two-documents.yaml": ["10:1: a second YAML document starts here; a pack is a single one"],
    "typo-in-key.yaml": [
        "7:9: point 1 lacks `weight`",
        "9:9: unknown key `wieght`; did you mean `weight`?",
    ],
    "wrong-indent.yaml": [
        "9:8: this does not fit: an indentation that changed, or an item without `- `",
    ],
}

GOOD = """\
  - id: {id}
    stage: basics
    kind: conceptual
    prompt: What is {id}?
    points:
      - {{id: one, text: It is a thing., weight: 1}}
"""


@pytest.mark.parametrize("name", sorted(path.name for path in BROKEN.iterdir()))
def test_a_broken_file_is_said_with_line_and_column(name):
    said = [str(problem) for problem in check_questions(BROKEN / name, name=name).problems]
    assert said == [f"{name}:{message}" for message in SAID[name]]


def test_check_says_the_same_of_a_path_as_it_was_given(monkeypatch):
    monkeypatch.chdir(BROKEN)
    assert [str(p) for p in check_paths([Path("typo-in-key.yaml")])] == [
        f"typo-in-key.yaml:{message}" for message in SAID["typo-in-key.yaml"]
    ]


def test_every_expectation_has_its_file():
    assert set(SAID) == {path.name for path in BROKEN.iterdir()}


@pytest.mark.parametrize("name", sorted(SAID))
def test_the_parser_in_python_says_no_less(name, monkeypatch):
    """Without libyaml the words of the parser may differ; the line may not."""
    import yaml

    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    lines = [problem.line for problem in check_questions(BROKEN / name).problems]
    assert lines == [int(message.partition(":")[0]) for message in SAID[name]]


def test_a_file_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "huge.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    (problem,) = check_paths([path])
    assert str(problem) == f"{path}:1:1: is larger than 2 MB; split it into several files"


def test_many_entries_are_bounded():
    document = parse(b"[" + b"a," * 500_000 + b"]", "many.yaml")
    assert [p.message for p in document.problems] == [
        "has more than 200,000 entries; split it into several files"
    ]


def test_a_file_of_something_else_takes_a_bounded_number_of_lines(tmp_path):
    path = tmp_path / "flood.yaml"
    path.write_text("questions:\n" + "  - {a: 1}\n" * 5_000)
    problems = check_paths([path])
    assert len(problems) <= 201
    assert any(p.message == "has more problems than these; the rest is not listed" for p in problems)
    assert load_questions(path, shipped=False)[1] == []


def test_what_is_not_there_and_what_cannot_be_read(tmp_path):
    missing = tmp_path / "nowhere.yaml"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert [str(p) for p in check_paths([missing, empty])] == [
        f"{missing}:1:1: there is no such file or folder",
        f"{empty}:1:1: holds no packs",
    ]


def test_one_broken_question_does_not_stop_the_others_of_its_file(tmp_path):
    path = tmp_path / "three.yaml"
    broken = GOOD.format(id="second").replace("weight: 1", "weight: heavy")
    path.write_text("questions:\n" + GOOD.format(id="first") + broken + GOOD.format(id="third"))
    document, questions = load_questions(path, shipped=False)
    assert [q.id for q in questions] == ["first", "third"]
    assert [str(p) for p in document.problems] == [f"{path}:13:49: `weight` must be a number, not `heavy`"]


def test_a_syntax_error_keeps_the_questions_before_it(tmp_path):
    path = tmp_path / "three.yaml"
    broken = GOOD.format(id="third").replace("What is", 'What "is": a')
    path.write_text("questions:\n" + GOOD.format(id="first") + GOOD.format(id="second") + broken)
    document, questions = load_questions(path, shipped=False)
    assert [q.id for q in questions] == ["first", "second"]
    assert [(p.line, p.column) for p in document.problems] == [(17, 22)]


def test_a_wrong_key_of_the_file_stops_no_question(tmp_path):
    path = tmp_path / "author.yaml"
    path.write_text("questions:\n" + GOOD.format(id="first") + "author: me\n")
    document, questions = load_questions(path, shipped=False)
    assert [q.id for q in questions] == ["first"]
    assert [str(p) for p in document.problems] == [f"{path}:8:1: unknown key `author`"]


def test_one_broken_file_does_not_stop_the_others(tmp_path):
    rubrics = tmp_path / "rubrics"
    rubrics.mkdir()
    for path in BROKEN.iterdir():
        (rubrics / path.name).write_bytes(path.read_bytes())
    (rubrics / "zebra.yaml").write_text("questions:\n" + GOOD.format(id="zebra"))
    catalog = load_catalog(tmp_path)
    assert catalog.question("zebra").prompt == "What is zebra?"
    assert {Path(p.path).name for p in catalog.problems()} >= set(SAID)


def test_strict_demands_what_ships(tmp_path):
    path = tmp_path / "bare.yaml"
    path.write_text("questions:\n" + GOOD.format(id="bare"))
    assert check_paths([path]) == []
    assert [f"{p.line}:{p.column}: {p.message}" for p in check_paths([path], strict=True)] == [
        "2:5: question 1 lacks `topics`, `difficulty`, `minutes`, `misconceptions`, `exemplars`, "
        "`model_answer`, `explanation` and `sources`",
        "7:7: `points` needs at least 3 items, and has 1",
        "7:9: point 1 lacks `accept`, `terms`, `contradicts`, `probe` and `hints`",
    ]
