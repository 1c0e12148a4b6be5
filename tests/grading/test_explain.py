"""``interviewer grade --explain``: the whole reasoning, and the same grade."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from test_every_question import GRADER, questions

from interviewer.cli import main
from interviewer.core.grading import score
from interviewer.grading.explain import explain

ANSWER = (
    "You compute the gradient of the loss and step in the opposite direction, again and again. "
    "It always finds the global minimum."
)


def told(*options: str, answer: str = ANSWER) -> str:
    done = CliRunner().invoke(main, ["grade", "gradient-descent", "-", "--explain", *options], input=answer)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_it_says_what_was_read_found_and_added_up():
    text = told()
    assert "1. “You compute the gradient of the loss and step in the opposite direction" in text
    assert "+ met against-the-gradient (weight 2.5)" in text
    assert (
        "− contradicted stops-at-local" in text and "is a known reversal: “it always finds the global" in text
    )
    assert "3 of 3 keyword groups" in text
    assert "· missed learning-rate" in text and "closest: “" in text
    assert "1·2.5 against-the-gradient + -0.5·0.75 stops-at-local of 8" in text
    assert "Misconceptions held" in text or "always-global-minimum" not in text


def test_guards_and_their_caps_are_named():
    text = told(answer="gradient, loss, learning rate, weights, mini-batch, SGD, momentum, Adam")
    assert "term_list: It names terms and says nothing about them. At most 0.20." in text
    assert "empty: Nothing was said." in told(answer=" ")


def test_as_data_it_stands_beside_the_grade():
    row = json.loads(told("--json"))
    reasoning = row["explain"]
    assert [point["status"] for point in reasoning["points"]] == [point["status"] for point in row["points"]]
    for point in reasoning["points"]:
        for side in (point["for"], point["against"]):
            assert side is None or side["quote"] in ANSWER
    assert reasoning["score"] == row["score"]


def test_it_takes_one_answer():
    done = CliRunner().invoke(main, ["grade", "--batch", "-", "--explain"], input="")
    assert done.exit_code == 2 and "--explain is for one answer" in done.output


@pytest.mark.parametrize("id", sorted(questions())[::3])
def test_the_arithmetic_shown_is_the_arithmetic_done(id):
    question = questions()[id]
    for example in question.exemplars:
        grade, reasoning = explain(GRADER, question, example.answer)
        assert grade.score == GRADER.grade(question, example.answer).score
        if reasoning["before_calibration"] is None:
            continue
        parts = reasoning["arithmetic"]
        shown = sum(earns * weight for _, earns, weight in parts["earned"]) / parts["of"]
        if parts["also_wrong"]:
            shown += sum(earns * weight for _, earns, weight in parts["also_wrong"]) / parts["also_wrong_of"]
        shown -= sum(penalty for _, penalty in parts["penalties"])
        shown = min(1.0, max(0.0, shown), 0.5 if parts["required_missing"] else 1.0)
        assert score(question, grade.points, grade.misconceptions) == pytest.approx(shown)
        assert reasoning["before_calibration"] <= shown + 1e-4
