"""How near an answer as a whole comes to each point, where the rubric says every point in one way only.

With so little to go by (a reference answer, cut into points), what a point says is looked for wherever it stands: its
keyword groups, and its words. With vectors a word counts as far as the nearest word of the answer is like it, each in
its context (Khattab and Zaharia 2020 call it late interaction); without, it counts where its stem is there. Neither
sees a fact turned round: a rubric that says its points in several ways, and what reverses them, needs neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from interviewer.grading import calibration as cal
from interviewer.grading.lexicon import FUNCTION
from interviewer.grading.prepared import Prepared
from interviewer.grading.reading import Reader, Window
from interviewer.grading.stem import stem
from interviewer.grading.text import words

if TYPE_CHECKING:
    from numpy import ndarray

    from interviewer.grading.vectors import Encoded, Encoder


class Nearness:
    """Of one question; silent where its author says a point in several ways."""

    def __init__(self, prepared: Prepared, encoder: Encoder | None = None) -> None:
        self._masks = prepared.masks
        self._speaks = prepared.one_way
        self._encoder = encoder if self._speaks else None
        if not self._speaks:
            return
        asked, texts = prepared.question.prompt, [point.text for point in prepared.question.points]
        if self._encoder:
            prompt = frozenset(self._encoder(asked).pieces)
            encoded = [self._encoder(text) for text in texts]
            self._vectors = [(one.vectors, _weights(one.pieces, prompt)) for one in encoded]
        else:
            prompt = frozenset(_stems(asked))
            stems = [list(dict.fromkeys(_stems(text))) for text in texts]
            self._stems = [list(zip(one, _weights(one, prompt), strict=True)) for one in stems]

    @property
    def by_vectors(self) -> bool:
        """Whether vectors have a say."""
        return self._encoder is not None

    def encoded(self, reader: Reader) -> Encoded | None:
        """An answer as vectors, without what it calls wrong; None where they have no say."""
        return self._encoder(" ".join(_texts(reader))) if self._encoder else None

    def __call__(self, reader: Reader, encoded: Encoded | None) -> list[float]:
        """Per point 0..1; nothing where it is silent. ``encoded``: of the same answer."""
        if not self._speaks:
            return []
        if encoded is not None:
            shares = [_likeness(vectors, weights, encoded.vectors) for vectors, weights in self._vectors]
            shares = [_between(share, cal.UNLIKE_ONE_WAY, cal.ALIKE_ONE_WAY) for share in shares]
        else:
            said = {one for text in _texts(reader) for one in _stems(text)}
            shares = [_between(_share(own, said), 0.0, cal.WORDS_ONE_WAY) for own in self._stems]
        hits = 0
        for window in _said(reader):
            hits |= window.hits
        groups = [(hits & mask).bit_count() / mask.bit_count() if mask else None for mask in self._masks]
        return [
            share if hit is None else (share + hit) / 2 for share, hit in zip(shares, groups, strict=True)
        ]


def _said(reader: Reader) -> list[Window]:
    return [window for window in reader.statements if not window.rejected]


def _texts(reader: Reader) -> list[str]:
    return [reader.answer[window.span.start : window.span.end] for window in _said(reader)]


def _stems(text: str) -> list[str]:
    return [stem(word.text) for word in words(text, 0, len(text)) if word.text not in FUNCTION]


def _weights(said: Sequence[str], prompt: frozenset[str]) -> list[float]:
    """What each word of a point weighs: little where the question says it already."""
    return [cal.PROMPT_ONE_WAY if one in prompt else 1.0 for one in said]


def _likeness(own: ndarray, weights: list[float], said: ndarray) -> float:
    """The weighted mean over a point's words of the cosine with the nearest word of the answer."""
    total = sum(weights)
    return float(weights @ (own @ said.T).max(1)) / total if total and len(said) else 0.0


def _share(own: list[tuple[str, float]], said: set[str]) -> float:
    total = sum(weight for _, weight in own)
    return sum(weight for one, weight in own if one in said) / total if total else 0.0


def _between(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
