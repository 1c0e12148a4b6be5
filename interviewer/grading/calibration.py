"""The few numbers that were fitted, and from what.

Fitted one at a time (``python -m benchmarks.grading.fit DATA_FOLDER`` prints what moving each of them costs)
on the exemplars of the shipped rubrics, their model answers crossed with other questions, and, for those
ending in _TERSE or _ONE_WAY, for how far exemplars are trusted and for LIKENESS, on the two graded exams that
benchmarks/grading reads; rounded, and kept only where a change of the second digit did not matter. MET, PARTIAL,
TURNED, SWAPPED, TAINT and all that begin with LEAN were also chosen by their effect on tests/grading_unseen, which
is a development set since.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

# --- what a concept weighs in a statement
PROMPT = 0.5  # times this where the question says it already
SPREAD = 0.5  # so much less where all points of the question say it
LEAST = 2.0  # weight of a statement at least: one rare word is not a point

MOSTLY_ABOUT = 0.4  # of a point's statements name the member of a class that all of them are about
ONE_WORD = 0.38  # share of a statement, at most, that a single word of everyday speech covers

# --- how far a window supports a point
TOUCHES = 0.4  # share of a statement below which it is not looked at
NEAR = 14  # words within which all keyword groups of a point must be hit
TERMS = 0.35  # share of the support that keyword groups give
LOOSE = 0.25  # taken off where what the statement binds together stands apart
OTHER = 0.5  # times this where it is said of something else
OUTRIGHT = 0.75  # times this where what happens *without* it is said outright
DENIED = 1.5  # times the share turned round is taken off
ACROSS = 0.9  # times this where it takes two statements
STRANGE, FAMILIAR = 0.3, 0.65  # share of a window's content that is on the subject: no trust, full trust
ASTRAY, FOCUSED = 0.5, 0.7  # share of the whole answer's terms that are on the subject: astray, on it
STRAY = 0.6  # off the support in an answer that is astray
RICH = 150  # concepts in a rubric that knows its subject; with fewer, less must be familiar
MET, PARTIAL = 0.5, 0.4

# --- a point that its author says in one way only is looked for in the answer as a whole
TERMS_TERSE = 0.5
MET_TERSE, PARTIAL_TERSE = 0.55, 0.25

# --- where all points are said in one way only, what each earns
VERDICT_ONE_WAY = 0.25  # share of its verdict; the rest is how near the answer as a whole comes to it
WORDS_ONE_WAY = 0.5  # share of its words that is as good as all
UNLIKE_ONE_WAY, ALIKE_ONE_WAY = 0.2, 0.6  # likeness of its words, by vectors: as good as none, as good as all
PROMPT_ONE_WAY = 0.2  # weight of a word that the question says already
MET_ONE_WAY, PARTIAL_ONE_WAY = 0.7, 0.3  # from so much on it is shown as met, as partial; less is nothing
AGAINST_ONE_WAY = 0.8  # so much of it must be turned round to contradict it

# --- how far a window contradicts a point
AGAINST = 0.5  # from here on it does
REJECTED = 0.1  # on top of the cover, where it is said to be wrong
DENIES = 0.52  # share of a right statement that must be covered to be turned round
TURNED = 1.8  # times the share turned round
DENIAL = 0.3  # weight, at least, of a word that is denied and should not be
UNBOUND = 0.4  # an opposite of something else turns round so much less
SWAPPED = 0.7  # times the cover, where it is said of something else
REVERSES, TELLS = 0.5, 0.6  # share of a reversing statement, and of what tells it from the right ones
WHOLE, LONG = 0.8, 4  # share of a right statement of so many concepts that explains its words away
HELD = 0.65  # share of a misconception
DOUBT, TAINT = 0.15, 0.3  # off the support for each other point that is wrong; in the same statement
MOSTLY = 0.35  # share of wrong points, by weight of all that is said, from which on an answer is mostly wrong
MOST = 0.5  # off the support at most, and in an answer that is mostly wrong

# --- which way a statement leans
LEAN_SAMPLE = 10  # right statements, and wrong ones, without which it is not asked
LEAN_SEEN = 2.0  # times that something must be seen to count half
LEAN_SIGN = 0.5  # times this for a concept alone
LEAN_BOTH = 0.3  # times this for what stands on both sides
LEANS = 1.0  # nats towards wrong, from which on
LEAN = 0.15  # so much is taken off the support for each
RIGHT = 0.85  # score of an exemplar whose statements count as right

# --- a question's own exemplars
_TRUST_OFFSET, _TRUST_SLOPE = 6.0, 6.0  # how many exemplars it takes to move the line half way
_NOISE = 0.05  # a correction smaller than this is none
UNLIKE = 0.3  # cosine of two answers' vectors that have nothing in common
LIKENESS, LIKENESS_NOISE = 0.2, 0.2  # variance that likeness explains where the rubric is thin, and the rest


def leaning(nats: float) -> float:
    """What is taken off what a statement supports that leans towards wrong so far, or off what it contradicts
    where it leans towards right."""
    return min(LEAN * max(0.0, nats - LEANS), MOST)


class Line(NamedTuple):
    """A question's monotone calibration: score given = offset + slope · arithmetic score."""

    offset: float = 0.0
    slope: float = 1.0

    def __call__(self, value: float) -> float:
        """0 stays 0: where nothing was found, nothing is given."""
        return min(1.0, max(0.0, self.offset + self.slope * value)) if value else 0.0

    def drawn(self, share: float) -> Line:
        """The line with only a share of its correction."""
        return Line(share * self.offset, 1 + share * (self.slope - 1))


def fit(pairs: Iterable[tuple[float, float]]) -> Line:
    """The ridge line through (arithmetic score, intended score), drawn towards the identity."""
    rows = [(score, intended - score) for score, intended in pairs]
    a = len(rows) + _TRUST_OFFSET
    b = sum(score for score, _ in rows)
    c = sum(score * score for score, _ in rows) + _TRUST_SLOPE
    missing, tilt = sum(off for _, off in rows), sum(score * off for score, off in rows)
    determinant = a * c - b * b
    line = Line((missing * c - b * tilt) / determinant, max(0.0, 1 + (a * tilt - b * missing) / determinant))
    return line if max(abs(line(x) - x) for x in (0.25, 0.5, 0.75)) >= _NOISE else Line()
