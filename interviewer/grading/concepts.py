"""From words to what they stand for: concepts with signs, and how they are bound to each other.

A ``Passage`` is a stretch of text read that way. Its concepts are worked out at once, the relations
between them only for the few passages that come close enough to a rubric's statement to be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from interviewer.grading import polarity
from interviewer.grading.lexicon import STOP, concept_of, phrases_at
from interviewer.grading.stem import stem
from interviewer.grading.text import Word, words

#: Axes whose words are so common that a difference says little.
WEAK_AXES = frozenset(
    "±" + name for name in "good always all inside freq symmetric start real order known memory_kind".split()
)

#: Words on whose two sides it matters what stands.
_CONNECTORS = frozenset(("than", "before", "after", "of", "into"))

_ASIDE = frozenset("than like unlike contrast compared opposed versus".split())
_JOINTS = frozenset("and but while whereas or nor although though".split())

_RESOURCES = frozenset(
    "memory space time compute computation bandwidth vram storage energy money cost costs".split()
)

_NEIGHBOURS = 5  # concepts after one in its clause that count as bound to it


class Unit(NamedTuple):
    """One content word or phrase of a statement."""

    key: str  # its concept, or its stem where the lexicon has none
    form: str  # its stem(s) as said
    sign: int
    clause: int
    start: int  # where it stands in the text, in characters
    removed: bool  # it is what something is said to be taken away from
    segment: int  # a finer clause: *and*, *but*, *while* begin another one


def units(tokens: Sequence[Word], denied: Sequence[bool], clause: int = 0) -> list[Unit]:
    """The content of a run of words: phrases first, then words; stop words left out.

    ``clause``: the number before that of its first clause.
    """
    clause += 1
    segment = clause
    stems = [stem(word.text) for word in tokens]
    for i, one in enumerate(stems):
        if one == "sav" and _RESOURCES.intersection(word.text for word in tokens[i + 1 : i + 4]):
            stems[i] = "reduc"  # it saves memory, and keeps nothing
    gone = polarity.removed(tokens)
    found: list[Unit] = []
    i = 0
    while i < len(tokens):
        word = tokens[i]
        clause += word.breaks
        segment += word.breaks or word.text in _JOINTS
        sign = -1 if denied[i] else 1
        length = 1
        for option, concept in phrases_at(stems[i]):
            length = len(option)
            if tuple(stems[i : i + length]) == option and not any(
                w.breaks for w in tokens[i + 1 : i + length]
            ):
                form = " ".join(option)
                found.append(
                    Unit(concept.key, form, sign * concept.sign, clause, word.start, gone[i], segment)
                )
                break
        else:
            length = 1
            concept = concept_of(stems[i])
            if concept is None:
                if word.text not in STOP:
                    found.append(Unit(stems[i], stems[i], sign, clause, word.start, gone[i], segment))
            elif (concept.axis or word.text not in STOP) and not _of_place(tokens, i):
                found.append(
                    Unit(concept.key, stems[i], sign * concept.sign, clause, word.start, gone[i], segment)
                )
        i += length
    return found


def _of_place(tokens: Sequence[Word], i: int) -> bool:
    """Whether an *on* says where (*faster on tensor cores*), and not that something is switched on."""
    if tokens[i].text != "on" or i + 1 == len(tokens) or tokens[i + 1].breaks:
        return False
    return tokens[i + 1].text not in _SWITCHED_ON


_SWITCHED_ON = frozenset("in at for during while when if and or but off by only again once until".split())


class Passage:
    """The concepts of a stretch of text, and how they are bound."""

    def __init__(
        self,
        found: list[Unit],
        tokens: Sequence[Word],
        carried: tuple[str, ...] = (),
        about: tuple[str, ...] = (),
    ) -> None:
        """``carried``: members of a class named before, of which a pronoun or a bare clause still speaks.
        ``about``: members that it is known to speak of where it names none of their class."""
        self.units, self.tokens = found, tokens
        signs: dict[str, int] = {}
        for unit in found:
            before = signs.setdefault(unit.key, unit.sign)
            if before != unit.sign:
                signs[unit.key] = 0
        self.carried: tuple[str, ...] = ()
        if carried:
            classes = {key.partition(":")[0] for key in signs if key[0] == "@"}
            self.carried = tuple(key for key in carried if key.partition(":")[0] not in classes)
            signs.update((key, 1) for key in self.carried)
        #: concept → its sign, or 0 when it stands there with both
        self.signs = signs
        named = {key.partition(":")[0] for key in signs if key[0] == "@"}
        self.about = tuple(key for key in about if key.partition(":")[0] not in named)

    @cached_property
    def pairs(self) -> dict[tuple[str, str], int]:
        """Which concepts stand together in a clause, with the product of their signs (0: both)."""
        pairs: dict[tuple[str, str], int] = {}
        for i, a in enumerate(self.units):
            for b in self.units[i + 1 : i + 1 + _NEIGHBOURS]:
                if a.clause != b.clause:
                    break
                if a.key != b.key:
                    pair = (a.key, b.key) if a.key < b.key else (b.key, a.key)
                    product = a.sign * b.sign
                    pairs[pair] = product if pairs.get(pair, product) == product else 0
        for key in self.carried:
            for other, sign in self.signs.items():
                if other not in self.carried:
                    pairs.setdefault((key, other) if key < other else (other, key), sign)
        return pairs

    @cached_property
    def _places(self) -> dict[str, list[tuple[int, int, int]]]:
        """Concept → where it stands: its rank, its clause, its sign."""
        places: dict[str, list[tuple[int, int, int]]] = {}
        for i, unit in enumerate(self.units):
            places.setdefault(unit.key, []).append((i, unit.clause, unit.sign))
        return places

    def bound(self, a: str, b: str) -> int | None:
        """``pairs.get((a, b))``, without working out all the others."""
        places = self._places
        found: int | None = None
        for i, clause, sign in places.get(a, ()):
            for j, other, other_sign in places.get(b, ()):
                if clause == other and -_NEIGHBOURS <= i - j <= _NEIGHBOURS:
                    product = sign * other_sign
                    found = product if found is None or found == product else 0
        if found is None and self.carried and (a in self.carried) != (b in self.carried):
            found = self.signs[b if a in self.carried else a] if a in self.signs and b in self.signs else None
        return found

    @cached_property
    def members(self) -> dict[str, frozenset[str]]:
        """Class → its members that are named: of ``@network``, the CNN."""
        named: dict[str, set[str]] = {}
        for key in (*self.signs, *self.about):
            if key[0] == "@":
                named.setdefault(key.partition(":")[0], set()).add(key)
        return {class_: frozenset(keys) for class_, keys in named.items()}

    def roles(self, class_: str) -> dict[str, dict[str, int]]:
        """Of which member of a class each concept is said, and with which sign (0: both)."""
        found = self._roles.get(class_)
        if found is None:
            found = self._roles[class_] = self._assign(class_)
        return found

    @cached_property
    def _roles(self) -> dict[str, dict[str, dict[str, int]]]:
        return {}

    def _assign(self, class_: str) -> dict[str, dict[str, int]]:
        named: dict[int, set[str]] = {}  # segment → the members named in it
        told: set[int] = set()  # segments that say something of them
        beside: set[str] | None = None  # the members named by the unit just before, in the same clause
        clause = 0
        aside = [word.start for word in self.tokens if word.text in _ASIDE]
        for unit in self.units:
            if unit.key[0] == "@" and unit.key.partition(":")[0] == class_:
                if any(0 < unit.start - start < 24 for start in aside):
                    continue  # what something else is compared with
                if unit.clause != clause:
                    beside = None
                clause = unit.clause
                own = named.setdefault(unit.segment, set())
                own.add(unit.key)
                if beside is not None and beside is not own:  # “vanishing and exploding …”: both
                    own |= beside
                    beside |= own
                beside = own
            else:
                told.add(unit.segment)
                beside = None
        listed: set[str] = set()  # “the encoder, the decoder and …”: what follows is said of all
        for segment in sorted(named.keys() | told):
            if segment in named and segment not in told:
                listed |= named.pop(segment)
            elif listed:
                named[segment] = named.get(segment, set()) | listed
                listed = set()
        current = {key for key in (*self.carried, *self.about) if key.partition(":")[0] == class_}
        roles: dict[str, dict[str, int]] = {}
        for unit in self.units:
            current = named.get(unit.segment, current)
            of = roles.setdefault(unit.key, {})
            for member in current:
                of[member] = unit.sign if of.get(member, unit.sign) == unit.sign else 0
        return roles

    @cached_property
    def removed(self) -> frozenset[str]:
        """Concepts that something is said to be taken away from."""
        return frozenset(unit.key for unit in self.units if unit.removed)

    @cached_property
    def otherwise(self) -> bool:
        """Whether it says what happens if something is *not* done."""
        return polarity.otherwise(self.tokens)

    @cached_property
    def orders(self) -> frozenset[tuple[str, str, str]]:
        """What stands on which side of *than*, *of*, *before*, *after* (turned into before)."""
        relations: set[tuple[str, str, str]] = set()
        for i, word in enumerate(self.tokens):
            if word.text not in _CONNECTORS:
                continue
            name, reach = word.text, 4 if word.text == "than" else 2
            begin = next((w.start for w in reversed(self.tokens[: i + 1]) if w.breaks), 0)
            end = next((w.start for w in self.tokens[i + 1 :] if w.breaks), self.tokens[-1].end)
            left = [unit.key for unit in self.units if begin <= unit.start < word.start]
            right = [unit.key for unit in self.units if word.start < unit.start < end]
            for a in left[-reach:]:
                for b in right[:reach]:
                    if a != b:
                        relations.add(("before", b, a) if name == "after" else (name, a, b))
        return frozenset(relations)


def passage(text: str, about: tuple[str, ...] = ()) -> Passage:
    """A piece of text on its own, such as a rubric's statement."""
    tokens = words(text, 0, len(text))
    return Passage(units(tokens, polarity.negated(tokens)), tokens, about=about)
