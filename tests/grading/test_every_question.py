"""What every shipped question promises: its model answer earns the marks, others' answers do not."""

from __future__ import annotations

import functools
import statistics

import pytest

from interviewer.core.model import Question
from interviewer.grading import RubricGrader
from interviewer.packs.catalog import shipped_root
from interviewer.packs.questions import load_questions


@functools.cache
def questions() -> dict[str, Question]:
    found = [
        question
        for path in sorted((shipped_root() / "rubrics").glob("*/*.yaml"))
        for question in load_questions(path, shipped=True)[1]
    ]
    return {question.id: question for question in found}


GRADER = RubricGrader()
each = pytest.mark.parametrize("id", sorted(questions()))


def score(id: str, answer: str) -> float:
    found = GRADER.grade(questions()[id], answer).score
    return 0.0 if found is None else found


def test_all_thirty_three_are_here():
    assert len(questions()) == 33


@each
def test_the_model_answer_earns_the_marks(id):
    assert score(id, questions()[id].model_answer) >= 0.85


@each
def test_the_model_answers_of_other_questions_do_not(id):
    mine = questions()[id]
    strangers = [
        other for other in questions().values()
        if other.id != id and other.id not in mine.overlaps and id not in other.overlaps
    ]  # fmt: skip
    high = {o.id: s for o in strangers if (s := score(id, o.model_answer)) > 0.20}
    assert high == {}
    assert len(strangers) >= 24, "overlaps are for twins, not for hiding"


@each
def test_nothing_and_the_question_itself_earn_nothing(id):
    for answer in ("", "  \n ", questions()[id].prompt, questions()[id].prompt.upper() + "??"):
        assert score(id, answer) == 0


@each
def test_every_quote_is_verbatim_at_its_span(id):
    for exemplar in questions()[id].exemplars:
        grade = GRADER.grade(questions()[id], exemplar.answer)
        for verdict in grade.points:
            assert (verdict.quote is None) == (verdict.status in ("missed", "unverified"))
            if verdict.quote is not None:
                start, end = verdict.span
                assert exemplar.answer[start:end] == verdict.quote
        assert all(held.quote in exemplar.answer for held in grade.misconceptions)
        assert all(flag.reason for flag in grade.flags)


@each
def test_exemplars_are_graded_about_as_their_author_would(id):
    question = questions()[id]
    off = [abs(score(id, example.answer) - example.score) for example in question.exemplars]
    assert len(off) >= 6
    assert statistics.mean(off) <= 0.12
    assert max(off) <= 0.45


def test_right_exemplars_outrank_wrong_ones():
    pairs = [
        score(question.id, right.answer) > score(question.id, wrong.answer)
        for question in questions().values()
        for right in question.exemplars
        if right.score >= 0.7
        for wrong in question.exemplars
        if wrong.score == 0.0
    ]
    assert statistics.mean(pairs) >= 0.98


RIGHT = (
    "It is an iterative way to minimise a loss: at each step you compute the gradient with respect to "
    "the parameters and move a little in the opposite direction, because the gradient points where the "
    "loss grows fastest. The learning rate sets the step size; too large and it diverges, too small and "
    "it crawls. Usually the gradient is estimated on mini-batches, which is noisy but cheap. You stop when "
    "the loss no longer improves; on a non-convex loss that may only be a local minimum."
)
HALF = (
    "You compute the gradient of the loss with respect to the weights and take a small step in the opposite "
    "direction, over and over."
)
WRONG = "It is a way to shrink the size of the network by deleting neurons that are used the least."
NEGATED = (
    "It does not minimise the loss. Each step moves in the direction of the gradient, not against it, so "
    "the loss grows. The learning rate does not change the size of the step."
)


def test_right_half_wrong_and_negated_fall_in_that_order():
    right, half, wrong, negated = (score("gradient-descent", a) for a in (RIGHT, HALF, WRONG, NEGATED))
    assert right >= 0.75 and 0.25 <= half <= 0.7 and wrong <= 0.1
    assert right > half > wrong >= negated
    verdicts = {v.status for v in GRADER.grade(questions()["gradient-descent"], NEGATED).points}
    assert "met" not in verdicts and "partial" not in verdicts


SAVED = [
    "torch.save(model.state_dict(), 'm.pt')\n"
    "model = Net()\nmodel.load_state_dict(torch.load('m.pt'))\nmodel.eval()",
    "```python\ntorch.save({'model': net.state_dict(), 'opt': opt.state_dict(), 'epoch': e}, PATH)\n"
    "ckpt = torch.load(PATH, map_location='cpu', weights_only=True)\n"
    "net = MyNet(); net.load_state_dict(ckpt['model']); opt.load_state_dict(ckpt['opt'])\nnet.eval()\n```",
]
CLIPPED = [
    "loss.backward()\ntorch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)\noptimizer.step()",
    "```python\nloss.backward()\nnn.utils.clip_grad_norm_(net.parameters(), 1.0)\nopt.step()\n```",
    "for x, y in loader:\n    optimizer.zero_grad()\n    loss = criterion(model(x), y)\n    loss.backward()\n"
    "    clip_grad_norm_(model.parameters(), 0.5)\n    optimizer.step()",
]


@pytest.mark.parametrize(
    ("id", "code"), [("save-load-model", c) for c in SAVED] + [("gradient-clipping", c) for c in CLIPPED]
)
def test_code_alone_is_an_answer(id, code):
    assert score(id, code) >= 0.5


def test_code_that_does_something_else_is_not():
    assert score("gradient-clipping", "optimizer.zero_grad()\nout = model(x)\nprint(out.shape)") <= 0.15
    assert score("save-load-model", "model = Net()\nmodel.train()\nout = model(x)") <= 0.15
