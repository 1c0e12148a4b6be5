"""Which way a statement leans, from right and wrong statements alone."""

import pytest

from interviewer.grading.concepts import passage
from interviewer.grading.leaning import Leaning

RIGHT = [
    "L1 sets many weights to exactly zero", "L1 gives sparse weights", "with L1 most weights become zero",
    "L2 shrinks all weights a little", "L2 keeps the weights small", "L2 makes every weight smaller",
    "dropout is off at inference", "at inference dropout is switched off", "dropout is active in training",
    "in training dropout is switched on",
]  # fmt: skip
WRONG = [
    "L2 sets many weights to exactly zero", "L2 gives sparse weights", "with L2 most weights become zero",
    "L1 shrinks all weights a little", "L1 keeps the weights small", "L1 makes every weight smaller",
    "dropout is off in training", "in training dropout is switched off", "dropout is active at inference",
    "at inference dropout is switched on",
]  # fmt: skip


@pytest.fixture(scope="module")
def leaning():
    return Leaning([passage(text) for text in RIGHT], [passage(text) for text in WRONG])


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("L1 leaves a lot of weights at zero", "L2 leaves a lot of weights at zero"),
        ("with L2 the weights all get smaller", "with L1 the weights all get smaller"),
        ("dropout must be off at inference", "dropout must be on at inference"),
    ],
)
def test_the_same_words_lean_by_what_is_said_of_what(leaning, right, wrong):
    assert leaning(passage(right)) < 0 < leaning(passage(wrong))
    assert leaning.telling(passage(wrong))


def test_words_that_neither_side_knows_say_nothing(leaning):
    assert leaning(passage("the tokenizer splits rare words into pieces")) == 0
    assert leaning.telling(passage("the tokenizer splits rare words into pieces")) == []


def test_a_few_statements_show_only_how_their_author_writes():
    few = Leaning([passage(text) for text in RIGHT], [passage(text) for text in WRONG[:9]])
    assert few(passage(WRONG[0])) == 0
