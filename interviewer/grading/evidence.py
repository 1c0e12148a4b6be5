"""Whether a quote is evidence: the candidate's own words, from this answer, for at most two points.

A model's verdict counts only with such a quote. What is checked here is that the words are there and speak
of what the point speaks of, not that they mean what the model says.
"""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.core.model import Question, RubricPoint
from interviewer.grading import addressed, text
from interviewer.grading.concepts import passage
from interviewer.grading.lexicon import STOP
from interviewer.grading.prepared import BELIEF, Prepared, keywords, prepare
from interviewer.grading.stem import stem
from interviewer.grading.text import Span

#: Points that one quote may carry.
POINTS_PER_QUOTE = 2
#: Different concepts with which a rubric says a point in enough ways for a paraphrase to share one.
RICH = 12
#: Share of one of the rubric's statements that a quote must touch to be about its point, and where the
#: offline grader found nothing in the whole answer. Of the points that it misses in the shipped rubrics' best
#: exemplars nine in ten have a sentence that does; of sentences about other subjects 37 % do. At the second:
#: 76 % and 19 %.
ABOUT, ABOUT_ASTRAY = 0.1, 0.25
#: A quote shorter than this (in words) shows nothing, unless a whole statement is that short.
LEAST_WORDS = 3


#: Marks that a typographer sets, and keyboards and models do not.
_PLAIN = str.maketrans("‘’‚‛“”„‟‐‑‒–—−", "''''\"\"\"\"------")


class Evidence:
    """The quotes taken from one answer so far."""

    def __init__(
        self, answer: str, question: Question, reported: Iterable[str] = (), astray: bool = False
    ) -> None:
        """``reported``: passages, by their words, of which the model says that they speak to the grader.

        ``astray``: the offline grader found nothing in it that speaks to the question.
        """
        self._answer = answer
        self._flat, self._at = _flattened(answer)
        self._statements = [answer[s.start : s.end] for s in text.split(answer)]
        #: What is evidence for nothing, and why.
        self.barred = addressed.passages(answer)
        for words in reported:
            if (span := self.find(words)) and not any(_shared(span, other) for other, _ in self.barred):
                self.barred.append((span, addressed.SPEAKS))
        self._asked = _stems(question.prompt)
        self._prepared = prepare(question)
        self._least = ABOUT_ASTRAY if astray else ABOUT
        self._used: list[Span] = []

    def find(self, quote: str) -> Span | None:
        """Where the words stand in the answer, space, case and typographer's marks aside."""
        wanted = _flattened(quote)[0].strip()
        if not wanted:
            return None
        start = self._flat.find(wanted)
        if start < 0:
            return None
        return Span(self._at[start], self._at[start + len(wanted) - 1] + 1)

    def take(self, quote: str, point: RubricPoint) -> Span | str:
        """The quote's span, now used once more; or, in words, why it is no evidence of a point."""
        span = self.find(quote)
        if span is None:
            return "its quote is not in the answer" if quote.strip() else "it has no quote"
        if not self._says_something(span):
            return "its quote is too short to show anything"
        for barred, why in self.barred:
            if _shared(span, barred):
                return f"its quote {why}"
        if self._asked >= _stems(self._answer[span.start : span.end]):
            return "its quote only says the question again"
        if not about(self._prepared, point, self._answer[span.start : span.end], self._least):
            return "its quote does not speak of what the rubric says of this point"
        if sum(_same(span, used) for used in self._used) >= POINTS_PER_QUOTE:
            return f"its quote already carries {POINTS_PER_QUOTE} points"
        self._used.append(span)
        return span

    def _says_something(self, span: Span) -> bool:
        if len(text.words(self._answer, span.start, span.end)) >= LEAST_WORDS:
            return True
        said = self._answer[span.start : span.end].strip(" .!?").lower()
        return any(said == statement.strip(" .!?").lower() for statement in self._statements)


def about(prepared: Prepared, point: RubricPoint, said: str, least: float = ABOUT) -> bool:
    """Whether a piece of an answer speaks of what a point speaks of: it hits one of its keyword groups, or
    touches a statement of it. An address that no guard knew does neither.

    Only a rubric that says its points in many ways can tell. What an adverb or a size says (the axes) is not
    what a statement speaks of.
    """
    index = prepared.question.points.index(point)
    sayings = [one for one in prepared.sayings if one.owner == index and one.kind != BELIEF]
    if len({key for one in sayings for key in one.passage.signs}) < RICH:
        return True
    here = passage(said)
    marks = keywords(prepared.terms, here.tokens, [False] * len(here.tokens))
    if any(hits & prepared.masks[index] for hits, _ in marks):
        return True
    keys = {key for key in here.signs if key[0] != "±"}
    return any(sum(share for key, share in one.shares if key in keys) >= least for one in sayings)


def _stems(said: str) -> frozenset[str]:
    return frozenset(stem(word.text) for word in text.words(said, 0, len(said)) if word.text not in STOP)


def _flattened(answer: str) -> tuple[str, list[int]]:
    """The answer with space, case and typographer's marks normalised, and where each character came from."""
    flat: list[str] = []
    at: list[int] = []
    for index, char in enumerate(answer):
        if char.isspace():
            if flat and flat[-1] != " ":
                flat.append(" ")
                at.append(index)
            continue
        if not char.isascii() and addressed.hidden(char):
            continue
        for lowered in char.translate(_PLAIN).lower():
            flat.append(lowered)
            at.append(index)
    return "".join(flat), at


def _shared(one: Span, other: Span) -> int:
    """Characters that two spans have in common."""
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _same(one: Span, other: Span) -> bool:
    """Whether two quotes are one: more than half of the shorter is shared."""
    return 2 * _shared(one, other) > min(one.end - one.start, other.end - other.start)
