"""The call protocol of DESIGN's Judge: what each call guarantees, and what no reply can do to the judge."""

from __future__ import annotations

import contextlib
import json
import math
import mmap
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import HERE, LIMITS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.torch


# -- against a real worker ------------------------------------------------------------------------


def printed(bench, lines: str, exercise: str = "softmax") -> str:
    source = f"import torch\n\ndef solve(x, w):\n    {lines}\n    return torch.softmax(x @ w, -1)\n"
    result = bench.run(exercise, source)
    assert result.verdict == "PASS", result
    return result.output


def test_inputs_lie_at_the_same_address_in_every_call(bench):
    told = printed(bench, "print(x.data_ptr())")
    assert len(told.split()) > 10 and len(set(told.split())) == 1


def test_inputs_are_drawn_anew_for_every_run(bench):
    first, second = (printed(bench, "print(x.flatten()[0].item())").split() for _ in range(2))
    assert len(first) == len(second) and not set(first) & set(second)


def test_strides_arrive_as_they_were(bench):
    told = printed(bench, "print(x.shape, x.is_contiguous(), w.is_contiguous())")
    assert "torch.Size([4, 5]) False False" in told


def test_the_judge_has_one_thread_and_so_has_its_warm_parent(bench):
    printed(bench, "pass")
    judge = bench.runner._judge.process.pid
    [warm] = Path(f"/proc/{judge}/task/{judge}/children").read_text().split()
    for pid in (judge, warm):
        assert "Threads:\t1\n" in Path(f"/proc/{pid}/status").read_text()


def test_the_judge_was_given_no_secret(bench, monkeypatch):
    judge = bench.runner._judge.process.pid
    environment = Path(f"/proc/{judge}/environ").read_bytes()
    assert b"PATH=" in environment and b"KEY" not in environment and b"HOME=" not in environment
    assert not re.search(rb"seed|solution", Path(f"/proc/{judge}/cmdline").read_bytes())


# -- replies that no worker of ours would send ----------------------------------------------------

WORDS = st.sampled_from((
    "ok", "error", "tensors", "dtype", "shape", "float32", "int64", "x", "l", "t", "d", "?", "type", "bases",
    "message", "line", "errno", "SystemExit", "parameters", "buffers", "detached", "\x1b[2J", "\u202e",
))  # fmt: skip
LEAVES = st.one_of(
    WORDS, st.none(), st.booleans(), st.floats(), st.integers(-2, 9),
    st.sampled_from([1 << 62, -(1 << 63), 10**40, math.inf, math.nan]),
)  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(WORDS, inner, max_size=5),
        st.tuples(st.sampled_from(["l", "t", "d", "x", "?"]), inner, inner).map(list),
    ),
    max_leaves=20,
)
FIELDS = ("type", "bases", "message", "line", "errno", "unbound")
TENSOR = st.fixed_dictionaries(
    {"dtype": st.one_of(WORDS, LEAVES), "shape": st.one_of(st.lists(LEAVES, max_size=4), LEAVES)},
    optional={"subclass": TREES, "layout": TREES, "device": TREES, "absent": TREES},
)
REPLIES = st.one_of(
    st.fixed_dictionaries({"ok": TREES}, optional={"tensors": st.lists(TENSOR, max_size=3)}),
    st.fixed_dictionaries({"ok": st.just(["x", 0]), "tensors": st.lists(TENSOR, min_size=1, max_size=2)}),
    st.fixed_dictionaries({"error": TREES}),
    st.fixed_dictionaries(
        {
            "error": st.fixed_dictionaries(
                {}, optional={w: TREES for w in ("type", "bases", "message", "line")}
            )
        }
    ),
    st.fixed_dictionaries({"ok": TREES, "parameters": TREES, "buffers": TREES}),
    TREES.map(lambda tree: tree if isinstance(tree, dict) else {"ok": tree}),
)


@pytest.mark.parametrize("name", ["softmax", "swish", "tracker", "block", "blobs"])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(replies=st.lists(REPLIES, min_size=1, max_size=4))
def test_whatever_is_answered_the_judge_decides_and_lives(name, replies):
    pytest.importorskip("torch")
    from interviewer.runner import kinds, pack
    from interviewer.runner.candidate import Stopped
    from interviewer.runner.compare import Fault

    session, context, cases = _scripted(name, replies, pack)
    with contextlib.suppress(Stopped):
        for case in cases:
            for check, fault, seconds in kinds.decide(case, session, context):
                assert isinstance(check, str) and seconds >= 0
                assert fault is None or isinstance(fault, Fault)


def _scripted(name, replies, pack):
    """A session whose worker answers what the script says, over and over."""
    from conftest import EXERCISES

    from interviewer.runner import wire
    from interviewer.runner.candidate import Candidate
    from interviewer.runner.session import Session

    class Scripted(Candidate):
        def __init__(self):
            self.limits, self.deadline, self.forbidden = LIMITS.to_dict(), math.inf, {}
            self.inputs, self.outputs = mmap.mmap(-1, 1 << 20), mmap.mmap(-1, 1 << 26)
            self._frames, self._reader, self.count = [], wire.Reader(), 0

        def _send(self, data, until):
            pass

        def _turn(self, until, fatal, seconds=None):
            reply = replies[self.count % len(replies)]
            self.count += 1
            self._frames += self._reader.feed(wire.frame(reply))

    exercise = {**EXERCISES[name].to_dict(), "path": str(HERE / "packs" / name), "assets": []}
    context, cases, *_ = pack.read(exercise, "cpu")
    session = Session(Scripted(), exercise["entry"], exercise["signature"])
    session.anew = lambda: contextlib.nullcontext(session)
    return session, context, cases


@given(data=st.binary(max_size=200), cut=st.integers(0, 200))
def test_any_bytes_are_frames_or_refused(data, cut):
    from interviewer.runner import wire

    reader = wire.Reader()
    with contextlib.suppress(wire.ProtocolError):
        for piece in (data[:cut], data[cut:]):
            assert all(isinstance(frame, dict) for frame in reader.feed(piece))
    assert len(reader.buffer) <= wire.MAX_FROM_WORKER + 4


@given(tree=TREES)
def test_what_can_be_unpacked_can_be_shown(tree):
    from interviewer.runner import compare, wire

    json_again = json.loads(json.dumps(tree))
    try:
        value = wire.unpack(json_again, lambda index: SimpleNamespace(shape=(index,)))
    except wire.ProtocolError:
        return
    assert isinstance(compare.kind(value), str)
