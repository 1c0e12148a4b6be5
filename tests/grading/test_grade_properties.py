"""What must hold of any answer: evidence is verbatim, filler is worth nothing, a denial costs.

Driven with the exemplars of the shipped questions, every third of them, so that it stays quick.
"""

from __future__ import annotations

import random
import re
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_every_question import GRADER, questions

from interviewer.grading import text

FILLER = (
    "I have been working in this area for quite a while now and enjoy it a lot.",
    "That is a very good question, and there is much that one could say about it.",
    "As everybody knows, this is an important topic these days.",
    "My team had a nice coffee machine, by the way.",
)


IDS = sorted(questions())


def score(question, answer: str) -> float:
    given = GRADER.grade(question, answer).score
    assert given is not None
    return given


def exemplars(*kinds: str, every: int = 3):
    found = [
        (question, example)
        for id in IDS
        for question in [questions()[id]]
        for example in question.exemplars
        if (not kinds or example.kind in kinds) and example.kind != "gaming"
    ]
    return found[::every]


def joined(answer: str, more: str) -> str:
    answer = answer.rstrip()
    return answer + ("\n" if answer.endswith(")") or answer[-1] not in ".!?" else " ") + more


def ids(pairs):
    return [f"{question.id}-{example.kind}" for question, example in pairs]


@pytest.mark.parametrize("example", exemplars(every=5), ids=ids(exemplars(every=5)))
def test_filler_never_raises_a_score(example):
    question, example = example
    before = score(question, example.answer)
    assert score(question, joined(example.answer, " ".join(FILLER[:2]))) <= before + 1e-9
    if example.kind != "code":
        assert score(question, " ".join(FILLER[2:]) + " " + example.answer) <= before + 1e-9


def test_a_right_sentence_more_never_lowers_a_score():
    chosen = random.Random(7)
    gains = []
    for question, example in exemplars("right", "plain", "partial", "terse", "typos", "filler", every=1):
        more = chosen.choice(question.points)
        before, after = score(question, example.answer), score(question, joined(example.answer, more.text))
        assert after >= before - 1e-9, (question.id, example.kind, more.id)
        gains.append(after - before)
    assert statistics.mean(gains) > 0.05  # it is worth something, of course


def test_the_order_of_bullets_and_case_hardly_matter():
    chosen = random.Random(7)
    for question, example in exemplars("right", "plain", "typos", "filler"):
        pieces = [example.answer[s.start : s.end] for s in text.split(example.answer)]
        bullets = ["- " + piece for piece in pieces]
        ordered = score(question, "\n".join(bullets))
        chosen.shuffle(bullets)
        assert abs(score(question, "\n".join(bullets)) - ordered) <= 0.05, question.id
        assert abs(score(question, example.answer.upper()) - score(question, example.answer)) <= 0.05
        assert abs(score(question, example.answer.lower()) - score(question, example.answer)) <= 0.05


def mistyped(answer: str, chosen: random.Random) -> str:
    """One longer word in five with two letters swapped, one left out, or one doubled."""
    pieces = re.split(r"(\W+)", answer)
    for k, word in enumerate(pieces):
        if len(word) >= 6 and word.isalpha() and chosen.random() < 0.2:
            i = chosen.randrange(1, len(word) - 2)
            how = chosen.randrange(4)
            middle = (
                word[i + 1] + word[i] if how < 2 else word[i + 1] if how == 2 else word[i] * 2 + word[i + 1]
            )
            pieces[k] = word[:i] + middle + word[i + 2 :]
    return "".join(pieces)


def test_common_typing_mistakes_hardly_matter():
    chosen = random.Random(7)
    moved = [
        abs(score(question, mistyped(example.answer, chosen)) - score(question, example.answer))
        for question, example in exemplars("right", "plain", "partial", "negated", "wrong")
    ]
    assert statistics.mean(move <= 0.10 for move in moved) >= 0.95
    assert statistics.mean(moved) <= 0.02


@pytest.mark.parametrize("form", ["It is not true that {}", "It is wrong that {}", "I don't think that {}"])
def test_calling_the_met_statement_of_a_point_wrong_lowers_the_score(form):
    tried = 0
    for question, example in exemplars("right", "plain", "partial"):
        grade = GRADER.grade(question, example.answer)
        met = next((v for v in grade.points if v.status == "met" and "\n" not in v.quote), None)
        if not met or not grade.score:
            continue
        whole = next(s for s in text.split(example.answer) if s.start <= met.span[0] < s.end)
        said = example.answer[whole.start : whole.end]
        turned = form.format(said[0].lower() + said[1:])
        answer = example.answer[: whole.start] + turned + example.answer[whole.end :]
        assert score(question, answer) < grade.score, (question.id, said)
        tried += 1
    assert tried >= 15


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.sampled_from(IDS))
def test_whatever_is_typed_gets_a_grade_with_true_quotes(answer, id):
    grade = GRADER.grade(questions()[id], answer)
    assert grade.score is None or 0.0 <= grade.score <= 1.0
    for verdict in grade.points:
        if verdict.span:
            assert answer[verdict.span[0] : verdict.span[1]] == verdict.quote


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(IDS), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_grading_is_deterministic_and_keeps_nothing(ids, chosen):
    for id in ids:
        question = questions()[id]
        answer = chosen.choice(question.exemplars).answer
        first, second = GRADER.grade(question, answer), GRADER.grade(question, answer)
        assert (first.score, first.points, first.flags) == (second.score, second.points, second.flags)


FORMS = {
    "commas": ", ".join,
    "lines": "\n".join,
    "blanks": " ".join,
    "slashes": " / ".join,
    "pluses": " + ".join,
    "arrows": " -> ".join,
    "and": " and ".join,
    "semicolons": "; ".join,
    "etc": lambda terms: f"Keywords: {', '.join(terms)}, etc.",
    "I would say": lambda terms: f"I'd say {', '.join(terms[:-1])} and {terms[-1]}.",
    "against": lambda terms: ", ".join(" vs ".join(terms[i : i + 2]) for i in range(0, len(terms), 2)),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_list_of_terms_is_one_however_it_is_written(form):
    given = [
        score(
            question,
            FORMS[form]([t.strip(" .") for t in re.split(r"[,;\n]", example.answer) if t.strip(" .")]),
        )
        for question, example in exemplars("term_list", every=1)
    ]
    assert len(given) >= 25 and statistics.mean(given) <= 0.25
