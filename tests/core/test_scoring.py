"""The arithmetic of a score: DESIGN's, for every grader."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.core.grading import EARNS, Flag, Grade, HeldMisconception, Verdict, score
from interviewer.core.model import Misconception, Question, RubricPoint


def question(*weights: float, n_of=None, required=(), penalties=()) -> Question:
    points = tuple(RubricPoint(f"p{i}", "", w, required=i in required) for i, w in enumerate(weights))
    wrong = tuple(Misconception(f"m{i}", (), "", p) for i, p in enumerate(penalties))
    return Question("q", "basics", "conceptual", "?", points, n_of=n_of, misconceptions=wrong)


def verdicts(asked: Question, *statuses: str) -> list[Verdict]:
    return [Verdict(p.id, s, p.weight) for p, s in zip(asked.points, statuses, strict=True)]


@pytest.mark.parametrize(
    ("weights", "statuses", "expected"),
    [
        ((1, 1), ("met", "missed"), 0.5),
        ((3, 1), ("met", "missed"), 0.75),
        ((1, 1), ("partial", "missed"), 0.25),
        ((1, 1), ("met", "contradicted"), 0.25),
        ((1, 1), ("contradicted", "contradicted"), 0.0),
        ((1, 1), ("met", "unverified"), 0.5),
    ],
)
def test_statuses_earn_their_share_of_the_weight(weights, statuses, expected):
    asked = question(*weights)
    assert score(asked, verdicts(asked, *statuses)) == pytest.approx(expected)


def test_of_an_n_of_question_only_the_n_best_points_count():
    asked = question(1, 1, 1, 1, n_of=2)
    assert score(asked, verdicts(asked, "met", "met", "missed", "missed")) == 1.0
    assert score(asked, verdicts(asked, "met", "missed", "missed", "missed")) == 0.5


def test_a_missing_required_point_holds_the_score_at_one_half():
    asked = question(1, 9, required=(0,))
    assert score(asked, verdicts(asked, "missed", "met")) == 0.5
    assert score(asked, verdicts(asked, "partial", "met")) == 0.5
    assert score(asked, verdicts(asked, "met", "met")) == 1.0


def test_misconceptions_cost_their_penalty_and_flags_only_cap():
    asked = question(1, penalties=(0.3,))
    held = [HeldMisconception("m0", "quote", "")]
    assert score(asked, verdicts(asked, "met"), held) == pytest.approx(0.7)
    assert score(asked, verdicts(asked, "met"), [], [Flag("gaming", "", cap=0.2)]) == 0.2
    assert score(asked, verdicts(asked, "missed"), [], [Flag("gaming", "", cap=0.2)]) == 0.0


@given(
    rows=st.lists(st.tuples(st.floats(0.1, 10), st.sampled_from(sorted(EARNS))), min_size=1, max_size=8),
    n_of=st.none() | st.integers(1, 8),
    at=st.integers(0, 7),
)
def test_a_better_verdict_never_lowers_a_score(rows, n_of, at):
    asked = question(*(w for w, _ in rows), n_of=n_of)
    before = verdicts(asked, *(s for _, s in rows))
    at %= len(before)
    after = [*before]
    after[at] = replace(after[at], status="met")
    assert 0.0 <= score(asked, before) <= score(asked, after) + 1e-9 <= 1.0 + 1e-9


def test_the_contract_of_a_grade_as_json():
    grade = Grade(
        "q",
        0.5,
        "rubric@1",
        (Verdict("p", "met", 1.0, "words", (2, 7)),),
        flags=(Flag("echo", "why"),),
        ms=1.23456,
    )
    assert grade.as_contract() == {
        "question_id": "q",
        "score": 0.5,
        "grader": "rubric@1",
        "points": [{"id": "p", "status": "met", "quote": "words", "span": [2, 7], "weight": 1.0}],
        "misconceptions": [],
        "flags": ["echo"],
        "ms": 1.235,
    }
