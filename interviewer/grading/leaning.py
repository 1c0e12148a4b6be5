"""Which way a statement leans: towards what a rubric calls right, or towards what it calls wrong.

Naive Bayes over the rubric's own statements. What tells the two apart is less the words than what is said
of what, in which order: *L1 … zero* stands among the right ones, *L2 … zero* among the wrong ones. So it
looks at signed concepts, and at ordered pairs of concepts that stand near each other in a clause.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from interviewer.grading import calibration as cal
from interviewer.grading.concepts import Passage

Sign = tuple[str, int]  # concept, sign
Order = tuple[str, str, int]  # concept, one that comes soon after it, product of their signs


class Leaning:
    """What each sign and order says for *wrong*, in nats; negative: for *right*."""

    def __init__(self, rights: Collection[Passage], wrongs: Collection[Passage]) -> None:
        self._weights: dict[Sign | Order, float] = {}
        if len(wrongs) < cal.LEAN_SAMPLE or len(rights) < cal.LEAN_SAMPLE:
            return  # a few statements show only how their author writes
        right, wrong = _counts(rights), _counts(wrongs)
        known = {concept for one in rights for concept in one.signs}
        for seen in right.keys() | wrong.keys():
            if len(seen) == 3 and not (seen[0] in known and seen[1] in known):
                continue  # that right statements do not have it says nothing: they lack the word
            often = right[seen] + wrong[seen]
            odds = math.log((wrong[seen] + 0.5) / (len(wrongs) + 1) * (len(rights) + 1) / (right[seen] + 0.5))
            weight = often / (often + cal.LEAN_SEEN) * (cal.LEAN_SIGN if len(seen) == 2 else 1.0)
            if right[seen] and wrong[seen]:
                weight *= cal.LEAN_BOTH  # who writes more on one side tells little
            self._weights[seen] = weight * odds

    def __call__(self, said: Passage) -> float:
        """How far a statement leans towards *wrong*, in nats."""
        weights = self._weights.get
        return sum([weights(seen, 0.0) for seen in {*_seen(said)}]) if self._weights else 0.0

    def telling(self, said: Passage, most: int = 3) -> list[Sign | Order]:
        """What of a statement speaks most for *wrong*."""
        found = sorted({*_seen(said)}, key=lambda seen: -self._weights.get(seen, 0.0))
        return [seen for seen in found[:most] if self._weights.get(seen, 0.0) > 0]


def _counts(passages: Iterable[Passage]) -> Counter[Sign | Order]:
    counts: Counter[Sign | Order] = Counter()
    for one in passages:
        counts.update({*_seen(one)})
    return counts


_SOON = 4  # concepts


def _seen(said: Passage) -> Iterator[Sign | Order]:
    yield from said.signs.items()
    for i, first in enumerate(said.units):
        for second in said.units[i + 1 : i + 1 + _SOON]:
            if first.segment != second.segment:
                break
            yield first.key, second.key, first.sign * second.sign
