"""Whether static word vectors earn a place: the wheel ``wordllama`` carries its weights, read without its loader.

``pip install --no-deps wordllama`` beside numpy makes the rows appear. Vectors are means of token vectors,
tokens the longest pieces of a word that the vocabulary has.
"""

from __future__ import annotations

import importlib.util
import json
import re
import struct
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.grading.exams import Answer, Exam
from interviewer.grading.text import split

RIDGE = 10.0  # how much the ridge is drawn towards no effect


def rows(exam: Exam, answers: Sequence[Answer], ours: Sequence[Any]) -> dict[str, list[float]]:
    """By name: vectors alone, the grader alone and both, the last two by a ridge that never saw the question.

    ``ours``: the grader's rows for the same answers. Empty where the wheel or numpy is missing.
    """
    if not (importlib.util.find_spec("wordllama") and importlib.util.find_spec("numpy")):
        print("  (static vectors: not measured, wordllama or numpy is not installed)")
        return {}
    near = [_similarities(exam, answer) for answer in answers]
    given = [[row.given] for row in ours]
    both = [[*g, *n] for g, n in zip(given, near, strict=True)]
    names, grades = [row.question for row in ours], [row.grade for row in ours]
    return {
        "static vectors per point": [point for point, _ in near],
        "grader, ridge, question left out": _ridge(given, grades, names),
        "grader + static vectors, the same": _ridge(both, grades, names),
    }


def _similarities(exam: Exam, answer: Answer) -> tuple[float, float]:
    """Of the statement nearest to each point, weighted; and of the whole answer to the question."""
    question = exam.questions[answer.question]
    said = [answer.text, *(answer.text[s.start : s.end] for s in split(answer.text))]
    total = sum(point.weight for point in question.points)
    near = sum(p.weight * max(float(_vector(s) @ _vector(p.text)) for s in said) for p in question.points)
    return near / total, float(_vector(answer.text) @ _vector(question.prompt))


def _ridge(features: Sequence[Sequence[float]], grades: Sequence[float], names: Sequence[str]) -> list[float]:
    import numpy

    x, y, of = numpy.array(features), numpy.array(grades), numpy.array(names)
    x = numpy.c_[numpy.ones(len(x)), (x - x.mean(0)) / (x.std(0) + 1e-9)]
    found = numpy.zeros(len(y))
    for name in dict.fromkeys(names):
        rest = of != name
        gram = x[rest].T @ x[rest] + RIDGE * numpy.eye(x.shape[1])
        found[~rest] = x[~rest] @ numpy.linalg.solve(gram, x[rest].T @ y[rest])
    return found.tolist()


@cache
def _table() -> tuple[Any, dict[str, int]]:
    """The token vectors, and the row of each token."""
    import numpy

    spec = importlib.util.find_spec("wordllama")
    assert spec and spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0])
    raw = (folder / "weights" / "l2_supercat_256.safetensors").read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    (entry,) = (e for name, e in json.loads(raw[8 : 8 + length]).items() if name != "__metadata__")
    start, end = entry["data_offsets"]
    kind = {"F16": numpy.float16, "F32": numpy.float32}[entry["dtype"]]
    table = numpy.frombuffer(raw[8 + length + start : 8 + length + end], dtype=kind)
    tokens = json.loads(next((folder / "tokenizers").glob("l2_*.json")).read_text(encoding="utf-8"))
    return table.reshape(entry["shape"]).astype(numpy.float32), tokens["model"]["vocab"]


@cache
def _pieces(word: str) -> list[int]:
    vocabulary, rest, found = _table()[1], "▁" + word, []
    while rest:
        length = next((n for n in range(len(rest), 0, -1) if rest[:n] in vocabulary), 0)
        if length:
            found.append(vocabulary[rest[:length]])
        rest = rest[max(length, 1) :]
    return found


@cache
def _vector(text: str) -> Any:
    import numpy

    ids = [piece for word in re.findall(r"[\w']+", text.lower()) for piece in _pieces(word)]
    mean = _table()[0][ids].mean(0) if ids else numpy.zeros(_table()[0].shape[1])
    return mean / (numpy.linalg.norm(mean) + 1e-9)
