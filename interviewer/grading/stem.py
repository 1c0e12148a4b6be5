"""Word forms: a light English stemmer, and the repair of typing mistakes.

The stemmer conflates inflections and the common derivations of this field (minimise, minimizing,
minimisation → ``minimiz``) and is otherwise shy: it keeps *generate* and *general* apart, which
Porter's does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_IRREGULAR = {
    "better": "good", "best": "best", "worse": "worse", "worst": "worst", "learnt": "learn", "learned": "learn",
    "taught": "teach", "thought": "think", "took": "take", "taken": "take", "gave": "give", "given": "give",
    "went": "go", "goes": "go", "gone": "go", "going": "go", "made": "make", "fed": "feed", "kept": "keep", "got": "get",
    "sent": "send", "saw": "see", "seen": "see", "grew": "grow", "grown": "grow", "fell": "fall",
    "fallen": "fall", "chose": "choose", "chosen": "choose", "froze": "freeze", "frozen": "freeze", "hid": "hide",
    "shrank": "shrink", "shrunk": "shrink", "blew": "blow", "blown": "blow", "lost": "lose", "forgot": "forget",
    "forgotten": "forget", "threw": "throw", "thrown": "throw", "knew": "know", "known": "know",
    "children": "child", "indices": "index", "indexes": "index", "matrices": "matrix", "vertices": "vertex",
    "minima": "minimum", "maxima": "maximum", "optima": "optimum", "criteria": "criterion", "data": "data",
    "halves": "half", "halve": "half", "axes": "axis", "biases": "bias", "losses": "loss", "lies": "lie",
    "does": "do", "did": "do", "done": "do", "has": "have", "had": "have", "is": "be", "are": "be", "was": "be",
    "were": "be", "being": "be", "been": "be", "using": "use", "used": "use", "dying": "die", "died": "die",
    "tied": "tie", "tying": "tie", "wider": "wide", "bigger": "big", "biggest": "big", "lower": "low",
    "lowest": "low", "lowers": "low", "lowered": "low", "lowering": "low", "fewer": "few", "larger": "large",
    "largest": "large", "higher": "high", "highest": "high", "slower": "slow", "generalise": "generaliz",
    "production": "production", "worker": "worker", "workers": "worker", "setting": "setting", "settings": "setting",
    "trainable": "trainable", "teacher": "teacher", "server": "server", "servers": "server", "experience": "experience", "costly": "costly",
    "experiences": "experience", "costs": "cost", "unit": "unit", "units": "unit", "unity": "unity",
    "transformer": "transformer", "transformers": "transformer", "speed": "speed", "seed": "seed", "need": "need",
    "feed": "feed", "embed": "embed", "string": "string", "during": "during", "thing": "thing", "bring": "bring",
    "number": "number", "numbers": "number", "numeric": "numer", "species": "species", "series": "series",
    "always": "always", "perhaps": "perhaps", "towards": "toward", "batches": "batch", "caches": "cache",
    "optimum": "optim", "minimum": "minim", "maximum": "maxim", "whereas": "whereas", "only": "only", "early": "early",
    "parallel": "parallel", "parallelism": "parallel", "parallelize": "parallel", "parallelise": "parallel",
    "label": "label", "apply": "apply", "applies": "apply", "applied": "apply", "general": "general",
    "forward": "forward", "backward": "backward", "backwards": "backward", "forwards": "forward",
    "simpler": "simple", "simplest": "simple", "simply": "simple", "noisier": "noise", "noisy": "noise",
    "easier": "easy", "easily": "easy", "heavier": "heavy", "probability": "probab", "probabilities": "probab",
    "stability": "stabil", "stable": "stabil", "stabilize": "stabil", "stabilise": "stabil", "unstable": "unstable",
    "instability": "unstable", "negative": "negative", "negatives": "negative", "relative": "relative",
}  # fmt: skip

_KEEP_S = ("ss", "us", "is", "as", "os")
# Endings that leave a stem of at least the given length; the first that fits is taken off.
_DERIVATIONS: tuple[tuple[str, str, int], ...] = (
    ("izational", "iz", 3), ("ization", "iz", 3), ("izer", "iz", 3), ("ize", "iz", 3), ("izable", "iz", 3), ("iz", "iz", 3),
    ("ification", "ifi", 3), ("ifier", "ifi", 3), ("ify", "ifi", 3), ("ifi", "ifi", 3), ("ifies", "ifi", 3),
    ("ational", "at", 3), ("ation", "at", 3), ("ator", "at", 3), ("ative", "at", 3), ("ate", "at", 3), ("at", "at", 3),
    ("ssion", "ss", 2), ("sion", "s", 4), ("tional", "t", 4), ("tion", "t", 4), ("tor", "t", 4), ("ter", "t", 5),
    ("iveness", "iv", 3), ("ively", "iv", 3), ("ivity", "iv", 3), ("ive", "iv", 3),
    ("fulness", "", 4), ("fully", "", 4), ("ful", "", 4), ("ments", "", 5), ("ment", "", 5), ("ness", "", 4),
    ("ibility", "", 4), ("ability", "", 4), ("able", "", 4), ("ible", "", 4),
    ("ically", "", 4), ("ical", "", 4), ("ic", "", 5), ("ality", "", 5), ("ally", "", 5), ("al", "", 5), ("ity", "", 4),
    ("ency", "", 4), ("ance", "", 4), ("ence", "", 4), ("ent", "", 4), ("ant", "", 5),
    ("est", "", 4), ("er", "", 4), ("or", "", 5), ("ly", "", 3), ("ous", "", 4),
)  # fmt: skip
_BY_LAST_LETTER = {
    letter: tuple(row for row in _DERIVATIONS if row[0][-1] == letter)
    for letter in {row[0][-1] for row in _DERIVATIONS}
}


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a lower-case word; words of three letters and fewer stay as they are."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    word = _without_inflection(_american(word))
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, kept, shortest in _BY_LAST_LETTER.get(word[-1], ()):
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            word = word[: len(word) - len(ending)] + kept
            break
    return _tidy(word)


def _american(word: str) -> str:
    for british, american in (("isation", "ization"), ("ise", "ize"), ("ising", "izing"), ("ised", "ized"),
                              ("ises", "izes"), ("iser", "izer"), ("isers", "izers"), ("yse", "yze"),
                              ("ysing", "yzing"), ("ysed", "yzed"), ("aviour", "avior"), ("aviours", "aviors"),
                              ("isations", "izations")):  # fmt: skip
        if word.endswith(british) and len(word) - len(british) >= 4:
            return word[: -len(british)] + american
    return word


def _without_inflection(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if (word.endswith("es") and word[-4:-2] in ("ss", "sh", "ch", "xe")) or word.endswith("xes"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(_KEEP_S):
        word = word[:-1]
    for ending in ("ingly", "edly", "ing", "ied", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and any(c in "aeiouy" for c in root):
            return root + "y" if ending == "ied" else root
    return word


def _tidy(word: str) -> str:
    """Final e, doubled consonants and y, which the endings left behind."""
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    if len(word) > 4 and word.endswith("ll"):
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


class Speller:
    """Finds the vocabulary word that a mistyped one was meant to be.

    One edit (or a swap of neighbours) for words of five letters and more, found by a deletion
    index as in SymSpell; two from eight on. Words that are themselves known are never changed.
    """

    def __init__(self, vocabulary: Iterable[str], known: Iterable[str] = ()) -> None:
        self._words = {word for word in vocabulary if len(word) >= 4 and word.isascii() and word.isalpha()}
        self._known = known if isinstance(known, (set, frozenset)) else set(known)
        self._deletions: dict[str, list[str]] = {}
        self._long: dict[str, list[str]] = {}
        for word in self._words:
            for shorter in _deletions(word):
                self._deletions.setdefault(shorter, []).append(word)
            if len(word) >= 7:
                self._long.setdefault(word[0], []).append(word)
        self._cache: dict[str, str] = {}

    def repair(self, word: str) -> str:
        """The word meant, or the word itself."""
        if len(word) < 5 or len(word) > 24 or word in self._words or word in self._known:
            return word
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) > 20_000:
                self._cache.clear()
            found = self._cache[word] = self._nearest(word)
        return found

    def _nearest(self, word: str) -> str:
        root = stem(word)
        if not word.isascii() or not word.isalpha() or (len(root) >= 4 and root in self._known):
            return word
        if root in {stem(near) for near in self._near_forms(word)}:
            return word
        near = {close for shorter in _deletions(word) for close in self._deletions.get(shorter, ())}
        near = {close for close in near if close[0] == word[0] or close[:2] == word[1::-1]}
        if not near and len(word) >= 8:
            letters = set(word)
            near = {
                close
                for close in self._long.get(word[0], ())
                if abs(len(close) - len(word)) <= 2 and len(letters.symmetric_difference(close)) <= 4
            }
        budget = 2 if len(word) >= 8 else 1
        distance, best = min(((_edits(word, close), close) for close in near), default=(budget + 1, word))
        return best if distance <= budget else word

    def _near_forms(self, word: str) -> list[str]:
        """Known words that share the beginning: *stopping* needs no repair where *stop* is known."""
        return [word[:n] for n in range(4, len(word)) if word[:n] in self._words or word[:n] in self._known]


def _deletions(word: str) -> list[str]:
    return [word, *{word[:i] + word[i + 1 :] for i in range(len(word))}]


def _edits(a: str, b: str) -> int:
    """Optimal string alignment distance: insertions, deletions, replacements, swaps of neighbours."""
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, previous = previous, row
    return previous[-1]
