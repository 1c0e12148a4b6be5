"""A question made ready for matching: everything about it that does not depend on the answer.

Every way of saying a point becomes a passage of weighted concepts. Words that the prompt itself uses
weigh little, so do words that many points share and words that every answer in the field uses.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from interviewer.core.model import Question, RubricPoint
from interviewer.grading import calibration as cal
from interviewer.grading import code as code_forms
from interviewer.grading import polarity
from interviewer.grading.concepts import WEAK_AXES, Passage, passage
from interviewer.grading.leaning import Leaning
from interviewer.grading.lexicon import STOP, known_stems
from interviewer.grading.stem import Speller
from interviewer.grading.text import Word, split, words

ACCEPT, CONTRA, BELIEF = range(3)


class Saying:
    """One way of saying a point (ACCEPT), of reversing it (CONTRA), or of holding a misconception (BELIEF)."""

    def __init__(self, kind: int, owner: int, text: str, passage: Passage, weight: dict[str, float]) -> None:
        """``owner``: index of the point or misconception; ``weight``: of each concept."""
        self.kind, self.owner, self.text = kind, owner, text
        self.passage, self.weight = passage, weight
        total = max(sum(weight.values()), cal.LEAST)
        #: the share of the statement that each concept covers
        self.shares = [
            (key, one / total if key[0] in "=@±" else min(one / total, cal.ONE_WORD))
            for key, one in weight.items()
            if one
        ]
        #: of a CONTRA or BELIEF, the signed concepts and bound pairs that no right statement has
        self.telling: tuple[dict[str, int], dict[tuple[str, str], int]] = ({}, {})

    @cached_property
    def keys(self) -> list[tuple[str, int, float]]:
        """Its concepts with their signs and what a turned sign weighs."""
        return [
            (key, sign, max(self.weight[key], 0.8 if key[0] == "±" and key not in WEAK_AXES else 0.15))
            for key, sign in self.passage.signs.items()
        ]

    @cached_property
    def pairs(self) -> list[tuple[tuple[str, str], str, str, int, float]]:
        """Its bound pairs: both members, the product of their signs, and their mean weight."""
        return [
            ((a, b), a, b, product, (self.weight[a] + self.weight[b]) / 2)
            for (a, b), product in self.passage.pairs.items()
        ]


class Term(NamedTuple):
    """A keyword: the beginning of a word or phrase."""

    text: str  # with a space before it, and after it where it is a whole word
    mask: int  # the bits of the groups that it hits
    free: int = 0  # of those, the ones that it hits even where the statement takes it back


Terms = dict[str, list[Term]]  # by the first two letters of their first words
Hits = tuple[int, int]  # masks of the keyword groups hit by words as they stand, and by those taken back


@dataclass(slots=True)
class Prepared:
    """A question ready for matching."""

    question: Question
    sayings: list[Saying]
    postings: dict[str, list[tuple[int, float]]]  # concept → (saying, the share of it that it covers)
    terms: Terms
    masks: list[int]  # per point, the bits of its groups; 0 where it has none
    accepts: list[range]  # per point, the indices of its right statements
    code: list[list[code_forms.Form]]  # per point
    prompt: frozenset[str]  # concepts of the question as asked
    vocabulary: frozenset[str]  # concepts of everything that belongs to the question
    richness: float  # how much of what may be said about it the rubric's vocabulary knows, 0..1
    terse: list[dict[str, float]]  # per point that is said in one way only, the weights of its own concepts
    speller: Speller
    leaning: Leaning

    @property
    def one_way(self) -> bool:
        """Whether it says every point in one way only and nothing against it: a reference answer, cut into points."""
        points = self.question.points
        more = any(point.code or point.contradicts for point in points)
        return bool(points) and all(self.terse) and not more


def prepare(question: Question) -> Prepared:
    """Everything about a question that does not depend on the answer."""
    asked = passage(question.prompt)
    prompt = frozenset(asked.signs)
    compared = {class_ for class_, members in asked.members.items() if len(members) > 1}
    rights = [_rights(point, compared) for point in question.points]
    spread: dict[str, int] = {}
    for right in rights:
        for key in {key for _, said in right for key in said.signs}:
            spread[key] = spread.get(key, 0) + 1

    def saying(kind: int, owner: int, text: str, said: Passage) -> Saying:
        weight = {
            key: _weight(key, said, key in prompt, spread.get(key, 1), len(rights)) for key in said.signs
        }
        return Saying(kind, owner, text, said, weight)

    sayings = [saying(ACCEPT, i, text, said) for i, right in enumerate(rights) for text, said in right]
    accepts = list(sayings)
    ends = list(accumulate(len(right) for right in rights))
    ranges = [range(end - len(right), end) for right, end in zip(rights, ends, strict=True)]
    for i, point in enumerate(question.points):
        known = _Known(said for said in accepts if said.owner == i)
        for text in point.contradicts:
            reverse = saying(CONTRA, i, text, passage(text))
            reverse.telling = known.without(reverse)
            sayings.append(reverse)
    known = _Known(accepts)
    for i, held in enumerate(question.misconceptions):
        for text in held.says:
            belief = saying(BELIEF, i, text, passage(text))
            belief.telling = known.without(belief)
            sayings.append(belief)

    postings: dict[str, list[tuple[int, float]]] = {}
    for index, one in enumerate(sayings):
        for key, share in one.shares:
            postings.setdefault(key, []).append((index, share))
    vocabulary = prompt.union(passage(question.model_answer).signs, *(one.passage.signs for one in sayings))
    terms, masks = _terms(question.points)
    return Prepared(
        question,
        sayings,
        postings,
        _free(terms, accepts, masks),
        masks,
        ranges,
        [[code_forms.form(text) for text in point.code] for point in question.points],
        prompt,
        vocabulary,
        min(1.0, len(vocabulary) / cal.RICH),
        [_own(said, prompt) if len(own) == 1 else {} for own in ranges for said in [sayings[own[0]]]],
        _speller(question),
        _leaning(question, sayings),
    )


def _rights(point: RubricPoint, compared: set[str]) -> list[tuple[str, Passage]]:
    """The ways of saying a point. Where the question compares the members of a class and the author mostly names
    one of them here, the statements that name none are about that one."""
    said = [(text, passage(text)) for text in (point.text, *point.accept)]
    about = tuple(
        key
        for class_, named in said[0][1].members.items()
        if class_ in compared and len(named) == 1
        for key in named
        if sum(key in one.signs for _, one in said) >= cal.MOSTLY_ABOUT * len(said)
    )
    return [(text, passage(text, about)) for text, _ in said] if about else said


def _own(said: Saying, prompt: frozenset[str]) -> dict[str, float]:
    """The concepts that a point adds to the question, with their weights."""
    own = {key: weight for key, weight in said.weight.items() if key not in prompt}
    return own or said.weight


class _Known:
    """The signed concepts and bound pairs of right statements."""

    def __init__(self, accepts: Iterable[Saying]) -> None:
        self._keys: set[tuple[str, int]] = set()
        self._pairs: set[tuple[tuple[str, str], int]] = set()
        for said in accepts:
            self._keys.update(said.passage.signs.items())
            self._pairs.update(said.passage.pairs.items())

    def without(self, reverse: Saying) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
        """Those of a reversing statement that no right statement has."""
        return (
            dict(item for item in reverse.passage.signs.items() if item not in self._keys),
            dict(item for item in reverse.passage.pairs.items() if item not in self._pairs),
        )


def _terms(points: Iterable[RubricPoint]) -> tuple[Terms, list[int]]:
    """The keyword groups of all points, turned round: which groups a term hits.

    Terms are taken literally, as beginnings of words: the author lists the synonyms that he wants.
    """
    found: dict[str, int] = {}
    masks: list[int] = []
    bit = 1
    for point in points:
        own = 0
        for group in point.terms:
            for term in group:
                said = [word.text for word in words(term, 0, len(term))]
                if said:
                    whole = len(said) == 1 and len(said[0]) <= 2
                    text = " " + " ".join(said) + (" " if whole else "")
                    found[text] = found.get(text, 0) | bit
            own |= bit
            bit <<= 1
        masks.append(own)
    terms: Terms = {}
    for text, mask in found.items():
        terms.setdefault(text[1:3].strip(), []).append(Term(text, mask))
    return terms, masks


def keywords(terms: Terms, tokens: Sequence[Word], taken: Sequence[bool]) -> list[Hits]:
    """For each word, the keyword groups that a term beginning there hits; ``taken``: it is taken back."""
    marks: list[Hits] = [(0, 0)] * len(tokens)
    for at, term in _found(terms, tokens):
        hits, denied = marks[at]
        if taken[at]:
            marks[at] = (hits | term.free, denied | (term.mask & ~term.free))
        else:
            marks[at] = (hits | term.mask, denied)
    return marks


def _found(terms: Terms, tokens: Sequence[Word]) -> Iterator[tuple[int, Term]]:
    text = " " + " ".join([word.text for word in tokens]) + " "
    at = 0  # the space before the word
    for index, word in enumerate(tokens):
        for term in terms.get(word.text[:2], ()):
            if text.startswith(term.text, at):
                yield index, term
        at += len(word.text) + 1


def _free(terms: Terms, accepts: list[Saying], masks: list[int]) -> Terms:
    """Mark what right statements themselves deny: *does not saturate* is no denial then."""
    free: dict[str, int] = {}
    for said in accepts:
        tokens = said.passage.tokens
        taken = polarity.taken_back(tokens, polarity.negated(tokens))
        if any(taken):
            for at, term in _found(terms, tokens):
                if taken[at]:
                    free[term.text] = free.get(term.text, 0) | (term.mask & masks[said.owner])
    return {key: [term._replace(free=free.get(term.text, 0)) for term in some] for key, some in terms.items()}


def _leaning(question: Question, sayings: list[Saying]) -> Leaning:
    right = [question.model_answer]
    right += [example.answer for example in question.exemplars if example.score >= cal.RIGHT]
    said = [passage(text[span.start : span.end]) for text in right for span in split(text) if not span.code]
    known, wrong = [], []
    for one in sayings:
        (known if one.kind == ACCEPT else wrong).append(one.passage)
    return Leaning(known + said, wrong)


def _speller(question: Question) -> Speller:
    texts = [question.prompt, question.model_answer]
    for point in question.points:
        texts += [point.text, *point.accept, *point.contradicts]
    for held in question.misconceptions:
        texts += held.says
    known = known_stems().union(STOP, _background()[1])
    return Speller({word.text for text in texts for word in words(text, 0, len(text))}, known)


def _weight(key: str, said: Passage, in_prompt: bool, spread: int, points: int) -> float:
    """How much a concept tells: inverse document frequency, in the field and over the question's points."""
    base = commonness(key)
    if key in WEAK_AXES:
        base = min(base, 0.35)
    if base > 0.25 and all(unit.form in STOP for unit in said.units if unit.key == key):
        base = 0.25
    if in_prompt:
        base *= cal.PROMPT
    return base * (1 - cal.SPREAD * math.log(spread) / math.log(max(points, 2) + 1)) if spread > 1 else base


@cache
def _background() -> tuple[int, dict[str, int]]:
    """In how many of the shipped questions each concept occurs (benchmarks/grading/background.py)."""
    lines = (Path(__file__).parent / "background.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines[1:])
    return int(lines[0]), {key: int(count) for count, key in rows}


def of_the_field(key: str) -> bool:
    """Whether it is a term of this field, and not a word of everyday speech (or a typing mistake)."""
    return key[0] in "=@" or _background()[1].get(key, 0) >= 3


@cache
def commonness(key: str) -> float:
    """Weight of a concept by how few questions of the field use it, 0.25..1."""
    questions, counts = _background()
    count = max(counts.get(key, 1), 3)
    return max(0.25, math.sqrt(math.log((questions + 1) / count) / math.log((questions + 1) / 3)))


@cache
def telling_weight(key: str) -> float:
    """How much a concept says about which subject a text is on."""
    return commonness(key) ** 2 if of_the_field(key) else 0.15
