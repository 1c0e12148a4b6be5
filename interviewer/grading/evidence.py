"""Whether a quote is evidence: the candidate's own words, from this answer, for at most two points.

A model's verdict counts only with such a quote. What is checked here is that the words are there, not
that they mean what the model says.
"""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.core.model import RubricPoint
from interviewer.grading import addressed, text
from interviewer.grading.lexicon import STOP
from interviewer.grading.stem import stem
from interviewer.grading.text import Span

#: Points that one quote may carry.
POINTS_PER_QUOTE = 2
#: Different words with which a rubric says a point in enough ways for a paraphrase to share one.
RICH = 12
#: A quote shorter than this (in words) shows nothing, unless a whole statement is that short.
LEAST_WORDS = 3


#: Marks that a typographer sets, and keyboards and models do not.
_PLAIN = str.maketrans("‘’‚‛“”„‟‐‑‒–—−", "''''\"\"\"\"------")


class Evidence:
    """The quotes taken from one answer so far."""

    def __init__(self, answer: str, reported: Iterable[str] = (), asked: str = "") -> None:
        """``reported``: passages, by their words, of which the model says that they speak to the grader."""
        self._answer = answer
        self._flat, self._at = _flattened(answer)
        self._statements = [answer[s.start : s.end] for s in text.split(answer)]
        #: What is evidence for nothing, and why.
        self.barred = addressed.passages(answer)
        for passage in reported:
            if (span := self.find(passage)) and not any(_shared(span, other) for other, _ in self.barred):
                self.barred.append((span, addressed.SPEAKS))
        self._asked = _stems(asked)
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
        if self._strays(span, point):
            return "its quote shares no word with what the rubric says of this point"
        if sum(_same(span, used) for used in self._used) >= POINTS_PER_QUOTE:
            return f"its quote already carries {POINTS_PER_QUOTE} points"
        self._used.append(span)
        return span

    def _strays(self, span: Span, point: RubricPoint) -> bool:
        """Whether not a word is the point's: an address that no guard knew reads like this.

        Only a rubric that says its points in many ways can tell.
        """
        about = _about(point)
        return len(about) >= RICH and not about & _stems(self._answer[span.start : span.end])

    def _says_something(self, span: Span) -> bool:
        if len(text.words(self._answer, span.start, span.end)) >= LEAST_WORDS:
            return True
        said = self._answer[span.start : span.end].strip(" .!?").lower()
        return any(said == statement.strip(" .!?").lower() for statement in self._statements)


def _about(point: RubricPoint) -> frozenset[str]:
    """The stems of all that the rubric says about a point."""
    return frozenset().union(*map(_stems, (point.text, *point.accept, *point.contradicts)))


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
