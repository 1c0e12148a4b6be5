"""An answer read for one question: its statements, and the windows in which evidence is looked for.

A window is a clause, a statement or two neighbouring statements; each keeps its span in the answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property, reduce
from itertools import chain, groupby, pairwise

from interviewer.grading import calibration as cal
from interviewer.grading import code, guards, polarity
from interviewer.grading.concepts import Passage, Unit, units
from interviewer.grading.prepared import Hits, Prepared, commonness, keywords, telling_weight
from interviewer.grading.text import BULLET, Span, Word


class Window:
    """A stretch of the answer: a clause, a statement, or two neighbouring statements."""

    def __init__(
        self,
        reader: Reader,
        span: Span,
        passage: Passage,
        parts: tuple[int, ...],
        marks: list[Hits],
        within: Window | None = None,
        rejected: bool = False,
    ) -> None:
        self.reader, self.span, self.passage = reader, span, passage
        self.parts = parts  # indices of the statements it is made of
        self.single = len(parts) == 1  # it lies within one statement
        self.within = within  # of a clause, the statement
        self.rejected = rejected  # it says that this is wrong
        self.marks = marks  # per word, the keyword groups it hits
        self.hits, self.denied = _any(marks)

    def near(self, mask: int) -> bool:
        """Whether the keyword groups of a mask are all hit within a few words of each other."""
        if len(self.marks) <= cal.NEAR:
            return True
        last: dict[int, int] = {}  # group → where it was hit last
        for at, (hits, _) in enumerate(self.marks):
            hits &= mask
            while hits:
                bit = hits & -hits
                last[bit] = at
                hits ^= bit
                if len(last) == mask.bit_count() and at - min(last.values()) < cal.NEAR:
                    return True
        return False

    @cached_property
    def shared(self) -> dict[int, float]:
        """For each of the rubric's statements that it shares a concept with, how much of it, 0..1."""
        shared: dict[int, float] = defaultdict(float)
        postings = self.reader.prepared.postings
        for key in self.passage.signs:
            for index, share in postings.get(key, ()):
                shared[index] += share
        return shared

    @cached_property
    def trust(self) -> float:
        """How much of its support it keeps: less across two statements, off the subject, in a list."""
        rich = self.reader.prepared.richness
        strange, familiar = cal.STRANGE * rich**2, cal.FAMILIAR * rich
        trust = min(1.0, max(0.0, (self._about - strange) / (familiar - strange)))
        trust *= self.reader.focus
        return trust * (1.0 if self.single else cal.ACROSS) * (0.6 if self.listlike else 1.0)

    @cached_property
    def leaning(self) -> float:
        """How far what it stands in leans towards what the rubric calls wrong, in nats."""
        if self.single and not self.within:
            leaning = 0.0 if self.span.code else self.reader.prepared.leaning(self.passage)
            return -leaning if self.rejected else leaning
        return max(self.reader.statements[part].leaning for part in self.parts)

    @cached_property
    def listlike(self) -> bool:
        """Whether it names things and says nothing about them."""
        return guards.listlike(self.passage.tokens, self.reader.answer)

    @cached_property
    def own_about(self) -> float:
        """How much of what is said belongs to the question's subject, 0..1; rare concepts tell most."""
        known = total = 0.0
        for key in self.passage.signs:
            weight = telling_weight(key)
            total += weight
            if key in self.reader.prepared.vocabulary:
                known += weight
        return known / total if total else 1.0

    @property
    def _about(self) -> float:
        if self.span.code:
            return 1.0
        return (self.own_about + min(self.reader.statements[part].own_about for part in self.parts)) / 2


class Reader:
    """An answer read for one question.

    ``taken``: where words stand that their statement takes back.
    """

    def __init__(self, prepared: Prepared, answer: str, spans: list[Span], tokens: list[Word]) -> None:
        """``tokens``: the words of the whole answer."""
        self.prepared, self.answer = prepared, answer
        self.statements: list[Window] = []  # whole statements, in order
        self.windows: list[Window] = []  # they, their longer clauses, and pairs of neighbours
        read = _words(prepared, spans, tokens)
        cuts = [polarity.rejection(words) for words in read]
        read = [words[cut:] for words, cut in zip(read, cuts, strict=True)]
        denials = [polarity.negated(words) for words in read]
        every = list(chain.from_iterable(read))
        gone = list(chain.from_iterable(map(polarity.taken_back, read, denials)))
        self.taken = [word.start for word, back in zip(every, gone, strict=True) if back]
        marks = keywords(prepared.terms, every, gone)
        subject: tuple[str, ...] = ()
        heading: tuple[str, ...] = ()  # what the items of a list are said of
        at = 0
        for span, words, denied, cut in zip(spans, read, denials, cuts, strict=True):
            item = bool(BULLET.search(answer, answer.rfind("\n", 0, span.start) + 1, span.start))
            inside = units(words, denied, at)
            if inside and len(words) <= _HEADING and all(unit.key[0] == "@" for unit in inside):
                heading = _subject(inside)
            elif not (item or span.code):
                heading = ()
            carried = subject if words and words[0].text in _PRONOUNS and not item else ()
            carried = heading if item and heading else carried
            subject = _subject(inside) or carried
            one = Window(
                self,
                span,
                Passage(inside, words, carried),
                (len(self.statements),),
                marks[at : at + len(words)],
                rejected=cut > 0,
            )
            self._add(one, carried, alone=item)
            at += len(words)

    @property
    def concepts(self) -> set[str]:
        """Everything that it speaks of."""
        return {key for one in self.statements for key in one.passage.signs}

    @cached_property
    def focus(self) -> float:
        """How far the answer as a whole is about this question: an answer to another one shares some of its
        words, but most of its terms are strangers here. Words of everyday speech and code do not count."""
        known, strange = set(), set()
        for one in self.statements:
            if not one.span.code:
                terms = {key for key in one.passage.signs if key[0] in "=@"}
                strange |= terms - self.prepared.vocabulary
                if max(one.shared.values(), default=0.0) >= cal.TOUCHES:
                    known |= terms & self.prepared.vocabulary
        about = 1 + sum(commonness(key) ** 2 for key in known)
        about /= about + sum(commonness(key) ** 2 for key in strange)
        astray = min(1.0, max(0.0, (cal.FOCUSED - about) / (cal.FOCUSED - cal.ASTRAY)))
        return 1 - cal.STRAY * astray * self.prepared.richness**2

    def _add(self, one: Window, carried: tuple[str, ...], alone: bool) -> None:
        """``alone``: it is an item of a list, whose order says nothing."""
        before = self.statements[-1] if self.statements and not alone else None
        apart = before is None or any(each.rejected or each.listlike for each in (before, one))
        if before and not apart and _promising(self.prepared, before, one):
            self.windows.append(self._pair(before, one))
        self.windows.append(one)
        self.statements.append(one)
        for (a, b), inside in _clauses(one.passage, carried):
            cut = Span(inside.tokens[0].start, inside.tokens[-1].end)
            self.windows.append(Window(self, cut, inside, one.parts, one.marks[a:b], one, one.rejected))

    def snippets(self) -> Iterator[tuple[Window, str]]:
        """Every piece of code or mathematics with its window: blocks of lines, and what stands in prose."""
        for _, run in groupby(self.statements, key=lambda window: window.span.code):
            lines = list(run)
            if lines[0].span.code:
                block = reduce(self._pair, lines)
                yield block, self.answer[block.span.start : block.span.end]
                continue
            for window in lines:
                if window.rejected:
                    continue
                start = window.span.start
                for a, b in code.snippets(self.answer[start : window.span.end]):
                    if bisect_left(self.taken, start + a) == bisect_left(self.taken, start + b):
                        yield window, self.answer[start + a : start + b]

    def _pair(self, a: Window, b: Window) -> Window:
        span = Span(a.span.start, b.span.end, a.span.code and b.span.code)
        both = Passage(a.passage.units + b.passage.units, [*a.passage.tokens, *b.passage.tokens])
        return Window(self, span, both, a.parts + b.parts, a.marks + b.marks)


def _promising(prepared: Prepared, a: Window, b: Window) -> bool:
    """Whether two neighbours together may support a point that neither supports as well alone."""
    if _about_others(a, b):
        return False
    for index, share in b.shared.items():
        other = a.shared.get(index)
        if other and (share + other) * cal.ACROSS > max(share, other, cal.PARTIAL):
            return True
    both = a.hits | b.hits
    return both not in (a.hits, b.hits) and any(
        mask and mask & both == mask and mask & a.hits != mask and mask & b.hits != mask
        for mask in prepared.masks
    )


def _about_others(a: Window, b: Window) -> bool:
    """Whether the second speaks of other members of a class: first the CNN, then the RNN."""
    before, after = a.passage.members, b.passage.members
    return any(not before[class_] & after[class_] for class_ in before.keys() & after.keys())


_HEADING = 4  # words
_PRONOUNS = frozenset("it its they their this these that those he she which so there here both then".split())


def _words(prepared: Prepared, statements: list[Span], tokens: list[Word]) -> list[list[Word]]:
    """The words of each statement, typing mistakes repaired."""
    repair = prepared.speller.repair
    starts = [word.start for word in tokens]
    found = []
    for span in statements:
        inside = tokens[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        for i, word in enumerate(inside):
            meant = repair(word.text)
            if meant is not word.text:
                inside[i] = word._replace(text=meant)
        found.append(inside)
    return found


def _any(marks: list[Hits]) -> Hits:
    hits = denied = 0
    for mark, taken in marks:
        hits |= mark
        denied |= taken
    return hits, denied


def _subject(inside: list[Unit]) -> tuple[str, ...]:
    """The members named in the first clause that names any: what the next clause may still speak of."""
    named = [unit for unit in inside if unit.key[0] == "@"]
    return tuple({unit.key: None for unit in named if unit.clause == named[0].clause}) if named else ()


def _clauses(passage: Passage, carried: tuple[str, ...]) -> Iterator[tuple[tuple[int, int], Passage]]:
    """The longer clauses of a statement that has several, with their place among its words."""
    tokens = passage.tokens
    if len(tokens) < 8:
        return
    bounds = [0]
    for k, word in enumerate(tokens):
        if (word.breaks or word.text in _JOINTS) and k - bounds[-1] >= 4:
            bounds.append(k)
    if len(bounds) < 2:
        return
    for a, b in pairwise([*bounds, len(tokens)]):
        piece = tokens[a:b]
        own = [unit for unit in passage.units if piece[0].start <= unit.start < piece[-1].end]
        if len(piece) >= 4:
            yield (a, b), Passage(own, piece, carried)
        carried = _subject(own) or carried


_JOINTS = frozenset(("but", "while", "whereas"))
