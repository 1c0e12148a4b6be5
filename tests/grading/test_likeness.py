"""What graded examples say beyond a rubric that says little."""

import math
from dataclasses import replace

import pytest

from benchmarks.grading.questions import shipped
from interviewer.core.model import Exemplar, Question, RubricPoint
from interviewer.grading import RubricGrader
from interviewer.grading.likeness import Likeness, concepts

THIN = Question(
    "queue", "basics", "conceptual", "What is a queue?",
    (RubricPoint("fifo", "a collection from which elements leave in the order in which they were added", 1.0),),
    model_answer="A collection from which elements leave in the order in which they were added.",
)  # fmt: skip
GOOD = "First in, first out: you enqueue at the rear and dequeue at the front."
BAD = "A tree whose root is larger than its children, kept in an array."


def graded(question, answer):
    return RubricGrader().grade(question, answer).score


def test_an_answer_like_a_good_example_gets_what_the_rubric_does_not_see():
    taught = replace(THIN, exemplars=(Exemplar(GOOD, 1.0, "right"), Exemplar(BAD, 0.0, "wrong")))
    alike, unlike = (
        "It is first in, first out; enqueue at the rear, dequeue at the front.",
        "It sorts by key.",
    )
    assert graded(taught, alike) > graded(THIN, alike) + 0.2
    assert graded(taught, unlike) == graded(THIN, unlike)
    assert graded(taught, BAD) <= 0.05


def test_where_the_rubric_is_rich_only_its_points_count():
    ready = RubricGrader()._ready(shipped()[0])
    assert ready.likeness(concepts(["gradient", "loss"])) == 0.0


def test_it_is_a_gaussian_process_on_the_cosine_of_concepts():
    one, two = concepts(["a", "b"]), concepts(["b", "c"])
    rule = Likeness([(one, 0.5), (two, -0.2)], richness=0.0)
    cosine = sum(one[key] * two[key] for key in one.keys() & two.keys())
    # (K + noise I)^-1 y by Cramer's rule
    a, b = 0.2 + 0.2, 0.2 * cosine
    first, second = (0.5 * a + 0.2 * b) / (a * a - b * b), (-0.2 * a - 0.5 * b) / (a * a - b * b)
    assert rule(concepts(["a", "b"])) == pytest.approx(0.2 * first + 0.2 * cosine * second)
    assert math.isclose(rule(concepts(["x"])), 0.0)
