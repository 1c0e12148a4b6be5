"""Editing, filtering and settings as functions on text."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.core.searching import Condition
from interviewer.core.settings import TEMPLATE, Settings, changed, parse
from interviewer.tui import editing, filters
from interviewer.tui.widgets.conversation import code_in, with_code


@pytest.mark.parametrize(
    ("before", "depth"),
    [
        ("def f(x):", 4),
        ("    if x:  # a colon: here", 8),
        ("    return x", 0),
        ("    x = 1", 4),
        ("    print('a:')", 4),
        ("x = {", 4),
        ('    s = "# not a comment:"', 4),
        ("    y = 2  # then:", 4),
        ("        return f(", 12),
        ("", 0),
    ],
)
def test_a_new_line_is_as_deep_as_the_code_calls_for(before, depth):
    assert editing.depth_after(before) == " " * depth


def test_comments_go_out_and_in_at_the_common_depth():
    block = ["    a = 1", "", "        b = 2"]
    out = editing.toggle_comment(block)
    assert out == ["    # a = 1", "", "    #     b = 2"]
    assert editing.toggle_comment(out) == block


code_lines = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r")), max_size=8)


@given(code_lines)
def test_indenting_and_dedenting_is_a_round_trip(lines):
    assert editing.dedent(editing.indent(lines)) == [
        line if line.strip() else editing.dedent([line])[0] for line in lines
    ]


@pytest.mark.parametrize(("before", "width"), [("", 1), ("    ", 4), ("      ", 2), ("  x", 1), ("     ", 1)])
def test_backspace_takes_a_level_of_indentation(before, width):
    assert editing.backspace_width(before) == width


def test_quotes_close_themselves_where_a_string_begins():
    assert editing.closes_itself('"', "x = ", "")
    assert not editing.closes_itself("'", "don", "")
    assert not editing.closes_itself('"', '""', "")
    assert not editing.closes_itself("(", "f", "x")


@given(st.text(max_size=40), st.text(min_size=1, max_size=4), st.integers(0, 40))
def test_finding_gives_a_place_where_the_needle_stands(text, needle, start):
    at = editing.find(text, needle, start)
    if at is not None:
        assert text[at : at + len(needle)].lower() == needle.lower()
    else:
        assert needle not in text


def test_finding_goes_round_and_back():
    assert editing.find("one two one", "one", 1) == 8
    assert editing.find("one two one", "one", 9) == 0
    assert editing.find("one two one", "one", 0, backwards=True) == 8
    assert editing.find("İ Adam adam", "adam", 0) == 2, "a letter whose lower case is longer shifts nothing"
    assert editing.find("İ Adam adam", "Adam", 3) == 2


def test_the_line_an_error_names():
    assert editing.line_named("shapes: x of (1, 1): Line 10: NotImplementedError: line 3 of it") == 10
    assert editing.line_named("Line 5: IndentationError: expected an indented block on line 4") == 5
    assert editing.line_named("stopped in line 7 of it") == 7
    assert editing.line_named("no such thing") is None


# ---------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("typed", "conditions"),
    [
        ("plan:Quick", [Condition("plan", "quick")]),
        ("score<70", [Condition("score", 0.7, "<")]),
        ("score>=70%", [Condition("score", 0.7, ">=")]),
        ("score:65", [Condition("score", 0.65)]),
        (
            "after:2026-03-04 before:2026-03-05",
            [Condition("started", date(2026, 3, 4), ">="), Condition("started", date(2026, 3, 5), "<")],
        ),
        ("state:open mode:prac", [Condition("state", "open"), Condition("mode", "prac")]),
        ("grader:rubric", [Condition("grader", "rubric")]),
        ("", []),
        ("plan:", []),
    ],
)
def test_conditions(typed, conditions):
    assert filters.read(typed) == filters.Filter(tuple(conditions))


def test_words_are_left_for_the_search_and_nonsense_is_said():
    found = filters.read("batch norm score<much after:tomorrow topic:CNNs http://x")
    assert found.words == "batch norm http://x"
    assert found.topics == ("cnns",)
    assert found.problems == ("score<much", "after:tomorrow")


# ---------------------------------------------------------------------- settings


def test_the_template_is_the_defaults():
    assert parse(TEMPLATE) == (Settings(), [])


def test_a_changed_setting_is_read_back_and_no_line_is_lost():
    text = changed(TEMPLATE, "theme", "desk-light")
    text = changed(text, "reduced_motion", True)
    text += '"interview.hint" = "f7"\n[model]\nurl = "x"\n'
    text = changed(text, "theme", "nord")
    settings, problems = parse(text)
    assert settings == Settings("nord", reduced_motion=True, keys={"interview.hint": "f7"}) and not problems
    assert (
        text.count("theme =") == 1 and "[model]" in text and "# No animation and no blinking at all." in text
    )


def test_what_is_wrong_is_said_and_the_rest_counts():
    settings, problems = parse('theem = "nord"\nreduced_motion = "yes"\nclose_brackets = false\n')
    assert settings == Settings(close_brackets=False)
    assert problems == [
        "settings.toml: there is no setting 'theem'; did you mean theme?",
        "settings.toml: reduced_motion should be true or false.",
    ]
    settings, problems = parse("theme = \nx = 1")
    assert settings == Settings() and "line 1" in problems[0]


def test_a_setting_that_an_older_file_lacks_comes_with_its_comment():
    text = changed('theme = "nord"\n[keys]\n"interview.hint" = "f7"\n', "vim_keys", True)
    assert (
        text.index("# In the code editor: vim's modes") < text.index("vim_keys = true") < text.index("[keys]")
    )
    assert parse(text) == (Settings("nord", vim_keys=True, keys={"interview.hint": "f7"}), [])


@given(st.text())
def test_whatever_is_written_is_read_back(value):
    for text in ("", TEMPLATE, 'role = "old"\n'):
        settings, problems = parse(changed(text, "role", value))
        assert settings.role == value and not problems


def test_choices_and_themes_are_checked():
    text = 'persona = "rude"\nthemes = 3\n'
    settings, problems = parse(text)
    assert settings == Settings() and len(problems) == 2
    assert "warm, neutral, exacting" in problems[0] and "[themes.NAME]" in problems[1]
    settings, problems = parse('[themes.mine]\nprimary = "red"\ndark = true\n')
    assert settings.themes == {"mine": {"primary": "red", "dark": True}} and not problems


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It is a = b thing, def of gradient: slope", []),
        ("for example: this\nif it diverges: lower the rate\nreturn on investment (high)", []),
        ("learning rate = 0.1\nloss = -log p", []),
        ("I would write:\nimport torch\nfor p in ps:\n    p.grad = None\nand step.",
         ["import torch\nfor p in ps:\n    p.grad = None"]),
        ("```python\nx = f(1\n    )\n```\nthat is it", ["x = f(1\n    )"]),
        ("```\nnot python at all\n```", []),
        ("```\nunclosed = 1", ["unclosed = 1"]),
        ("", []),
    ],
)  # fmt: skip
def test_code_in_an_answer_is_found_and_prose_is_not(text, code):
    pieces = code_in(text)
    assert [piece for is_code, piece in pieces if is_code] == code
    assert "\n".join(piece for _, piece in pieces) == text == with_code(text).plain


@given(st.text())
def test_an_answer_is_shown_whole_whatever_it_is(text):
    assert "\n".join(piece for _, piece in code_in(text)) == text
