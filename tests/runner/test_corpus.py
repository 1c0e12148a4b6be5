"""Our own corpus: honest and dishonest submissions for all four kinds, each held to its header.

With every layer on here, and with each layer off in turn in the long version. Between any two of them
the same judge lives on, and at the end nothing is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import specimen
from conftest import EXERCISES, HERE, Bench, reference, watched

from interviewer.core.running import VERDICTS
from interviewer.runner.sandbox.layers import NAMES

pytestmark = pytest.mark.torch

CORPUS = specimen.read(HERE / "corpus")
#: Each takes seconds by its nature (it waits for a limit); one of each sort stays in `make test`.
SLOW = {
    "exit/deadlock", "exit/endless_import", "exit/stops_itself", "forged/half_a_frame", "resource/fork_bomb",
    "resource/regular_expression", "train/never_ends", "exit/closes_the_channel",
}  # fmt: skip
#: After each of these an honest submission must still pass, under the same judge.
HARMFUL = {"exit", "forged", "isolation", "patch", "resource"}
IN_SHORT = {"exit/stops_itself", "resource/fork_bomb"}


@pytest.fixture(scope="module")
def judged(tmp_path_factory) -> Iterator[Bench]:
    with watched(tmp_path_factory.mktemp("home")) as bench:
        yield bench


def _parameters() -> list:
    long = SLOW - IN_SHORT
    return [pytest.param(name, marks=[pytest.mark.long] * (name in long)) for name in CORPUS]


@pytest.mark.parametrize("name", _parameters())
def test_each_submission_gets_what_it_declares(judged, name):
    wanted = CORPUS[name]
    wanted.held(judged.run(wanted.exercise, wanted.source))
    if name.split("/")[0] in HARMFUL:
        judge = judged.runner._judge.process.pid
        assert judged.run("softmax", reference("softmax")).verdict == "PASS"
        assert judged.runner._judge.process.pid == judge


def test_the_corpus_is_as_large_and_as_wide_as_promised():
    assert len(CORPUS) >= 60
    kinds = Counter(EXERCISES[s.exercise].kind for s in CORPUS.values())
    honest = {EXERCISES[s.exercise].kind for n, s in CORPUS.items() if n.startswith("honest/")}
    assert set(kinds) == honest == {"function", "class", "module", "train"}
    for name, wanted in CORPUS.items():
        assert wanted.expect <= set(VERDICTS), name
        assert (wanted.expect == {"PASS"}) or not name.startswith("honest/")
        # Nothing that cheats may pass; what only attacks the machine may, if it is right besides.
        if "PASS" in wanted.expect:
            assert name.split("/")[0] in ("honest", "isolation", "patch", "resource"), name


GENERATED = {
    "ten-megabytes": (b"x = 1  # padding\n" * 600_000, "REJECTED", "larger than 1 MB"),
    "latin-1": ("größe = 1\n".encode("latin-1"), "REJECTED", "Line 1 is not UTF-8"),
    "utf-16": ("x = 1\n".encode("utf-16"), "REJECTED", "not UTF-8"),
    "bidi": ("\ny = 'a\u202e' # \u2066\n".encode(), "REJECTED", "Line 2 holds an invisible"),
    "zero-width": ("so\u200blve = 1\n".encode(), "REJECTED", "U+200B ZERO WIDTH SPACE"),
    "tags": ("x = 1 # \U000e0041\n".encode(), "REJECTED", "Line 1 holds an invisible character"),
    "nul": (b"x = 1\n\0", "REJECTED", "Line 2 holds a NUL"),
    "empty": (b"", "MISSING_FUNCTION", "defines no function"),
    "spaces": (b" \n\t\n", "MISSING_FUNCTION", "defines no function"),
    "look-alike": ("def s\u043elve(x, w): ...\n".encode(), "MISSING_FUNCTION", "CYRILLIC SMALL LETTER O"),
    "nested": (b"x = " + b"(" * 5000 + b")" * 5000, "LOAD_ERROR", "Line 1: SyntaxError"),
    "nested-lists": (b"x = " + b"-" * 200_000 + b"1", "LOAD_ERROR", "nested too deeply"),
    "long-sum": (b"x = " + b"1+" * 100_000 + b"1", "LOAD_ERROR", "nested too deeply"),
    "long-line": (b"x = '" + b"a" * 900_000 + b"'\ndef solve(x): return x", "RUNTIME_ERROR", "solve(x, w)"),
    "tabs-and-spaces": (b"if 1:\n\tx = 1\n        y = 2\n", "LOAD_ERROR", "Line 3: TabError"),
    "not-closed": (b"def solve(x, w):\n    return '''", "LOAD_ERROR", "Line 2: SyntaxError"),
    "python-2": (b"print 'hello'\n", "LOAD_ERROR", "Line 1: SyntaxError"),
    "coding-cookie": (b"# -*- coding: rot13 -*-\nqrs fbyir(): 1\n", "LOAD_ERROR", "Line 2: SyntaxError"),
    "null-import": (b"from .nowhere import x\n", "LOAD_ERROR", "Line 1: ImportError"),
    "escape-in-name": (b"raise type('\\x1b[2J', (Exception,), {})('\\x07')", "LOAD_ERROR", "Line 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", GENERATED)
def test_bad_input_gets_one_helpful_sentence(judged, name):
    data, verdict, words = GENERATED[name]
    source = data.decode("utf-8", "surrogateescape")
    wanted = specimen.Specimen(name, source, "softmax", frozenset({verdict}), {"says": words})
    wanted.held(judged.run("softmax", source))


def test_nothing_of_the_corpus_lies_about(judged):
    """The fixture looks again when all is over; this much holds while the judge still runs."""
    found = [p for place in ("/tmp", "/var/tmp", "/dev/shm") for p in Path(place).glob("*corpus_canary*")]
    assert found == []


#: What one layer alone is there to stop; no verdict, file, secret or other process hangs on it.
STOPPED_BY = {
    "uid": {"isolation/namespaces"},  # root that becomes root again
    "pid": {"isolation/other_processes"},  # that others exist can be seen
    # The choice of processors; namespaces of its own, in which the other layers still hold; shared memory
    # in a namespace that ends with the run.
    "seccomp": {"isolation/limits", "isolation/namespaces", "isolation/shared_memory"},
    "rlimits": {"isolation/limits"},
}


@pytest.mark.long
@pytest.mark.parametrize("layer", NAMES)
def test_with_any_layer_off_nothing_passes_or_leaks_that_did_not_before(layer, tmp_path):
    """The families that attack, and all that is honest."""
    with watched(tmp_path, off=[layer]) as bench:
        judge = None
        for name, wanted in CORPUS.items():
            attacks = name.split("/")[0] in HARMFUL | {"honest"} and name not in SLOW
            if not attacks or name in STOPPED_BY.get(layer, ()):
                continue
            result = bench.run(wanted.exercise, wanted.source)
            assert result.verdict != "PASS" or "PASS" in wanted.expect, (name, result)
            assert result.verdict == "PASS" or not name.startswith("honest/"), (name, result)
            assert wanted.rules.get("never", "\0") not in result.output, (name, result.output[:2000])
            judge = judge or bench.runner._judge.process.pid
            assert bench.runner._judge.process.pid == judge, name
