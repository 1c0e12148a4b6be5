"""The shared attacks, written by others for fused-softmax, each held to its line in INDEX.tsv.

Run inside the sandbox only. With every layer on here; with each layer off in turn in the long version.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import HERE, LIMITS, Bench, watched

from interviewer.core.model import Exercise
from interviewer.packs import load_exercise
from interviewer.runner.sandbox.layers import NAMES

ROOT = HERE.parent.parent
FOLDER = Path(os.environ.get("INTERVIEWER_ATTACKS") or ROOT.parent / "shared" / "attacks")
CANARIES = ("mi_canary_pickle", "mi_canary_write", "mi_canary_tty")
ARMED = {"MI_ATTACK_ARMED": "1"}

pytestmark = [
    pytest.mark.torch,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no attacks in {FOLDER}: set INTERVIEWER_ATTACKS"),
]


@dataclass(frozen=True)
class Attack:
    name: str
    expect: frozenset[str]
    source: str


def _attacks() -> dict[str, Attack]:
    if not FOLDER.is_dir():
        return {}
    with (FOLDER / "INDEX.tsv").open() as index:
        rows = list(csv.DictReader(index, delimiter="\t"))
    return {
        row["file"]: Attack(row["file"], frozenset(row["expect"].split("|")), _source(row["file"]))
        for row in rows
    }


def _source(name: str) -> str:
    if name == "gen_huge_source":  # a generator: what it would write, without writing beside it
        padding = "".join(f"v{i} = {i} + {i}  # pad\n" for i in range(400_000))
        return f"import torch\n{padding}def solve(x, w):\n    return torch.softmax(x @ w, dim=-1)\n"
    return (FOLDER / f"{name}.py").read_bytes().decode("utf-8", "surrogateescape")


ATTACKS = _attacks()
HONEST = {p.stem: p.read_text() for p in sorted((FOLDER / "honest").glob("*.py"))}


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    found, problems = load_exercise(ROOT / "exercises" / "fused-softmax", shipped=True, name="fused-softmax")
    assert not problems
    return replace(found, limits=LIMITS)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory) -> Iterator[Bench]:
    with watched(tmp_path_factory.mktemp("home"), environment=ARMED) as bench:
        yield bench


#: What must hold besides the verdict, in the words of the index.
BESIDES = {
    "a01_loop_import": lambda r: r.ms < 1e3 * (LIMITS.load_s + 3),  # promised + 1 s; room for a busy machine
    "a03_sleep_forever": lambda r: r.ms < 1e3 * (LIMITS.call_s + 3),
    "a11_terminal_escapes": lambda r: not any(c in r.output for c in "\x1b\x00\x07\x9b"),
    "b14_segfault": lambda r: "SIGSEGV" in r.message,
    "c08_patch_gpu_events": lambda r: all(c.ms >= 50 for c in r.checks),
    "d09_none": lambda r: "forget `return`" in r.message,
    "e14_precompute_between_calls": lambda r: all(c.ms >= 50 for c in r.checks),
    "f04_proc_parent": lambda r: "visible: []" in r.output,
    "f06_seed_replay": lambda r: "seed found" not in r.output,
    "g04_tty_inject": lambda r: "=open" not in r.output,
    "g06_lift_limits": lambda r: "raised" not in r.output,
    "h02_missing_function": lambda r: "it defines solution" in r.message,
    "h04_wrong_signature": lambda r: "called as solve(x: Tensor[M, K], w: Tensor[K, N])" in r.message,
    "h08_bidi_source": lambda r: "U+202E" in r.message,
}


def canaries() -> list[str]:
    places = ("/tmp", "/var/tmp", "/dev/shm", Path.cwd(), Path.home(), ROOT)
    return [str(p) for place in places for name in CANARIES for p in Path(place).glob(f"{name}*")]


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_is_called_what_it_may_be_called(attacked, exercise, name):
    attack = ATTACKS[name]
    result = attacked.run(exercise, attack.source)
    assert result.verdict in attack.expect, result
    assert BESIDES.get(name, lambda r: True)(result), result
    assert all(result.sandbox.values()) or result.verdict == "REJECTED"  # nothing of it ran
    assert canaries() == []
    judge = attacked.runner._judge.process.pid
    assert attacked.run(exercise, HONEST["ok1_builtin"]).verdict == "PASS"
    assert attacked.runner._judge.process.pid == judge


@pytest.mark.parametrize("name", HONEST)
def test_no_honest_solution_fails(attacked, exercise, name):
    assert attacked.run(exercise, HONEST[name]).verdict == "PASS"


@pytest.mark.long
@pytest.mark.parametrize("layer", NAMES)
def test_with_any_layer_off_nothing_is_forged_and_the_next_one_works(exercise, tmp_path, layer):
    """No family is left out: what one layer stops, another does as well."""
    with watched(tmp_path, environment=ARMED, off=[layer]) as bench:
        for attack in ATTACKS.values():
            result = bench.run(exercise, attack.source)
            assert result.verdict != "PASS" or "PASS" in attack.expect, (attack.name, result)
            assert result.verdict not in ("UNAVAILABLE", "RUNNER_RESTARTED"), (attack.name, result)
            assert canaries() == [], attack.name
        for name, source in HONEST.items():
            assert bench.run(exercise, source).verdict == "PASS", name


@pytest.mark.long
@pytest.mark.parametrize("name", ["c08_patch_gpu_events", "e14_precompute_between_calls"])
def test_a_reported_time_cannot_be_forged(attacked, exercise, name):
    """Both sleep 50 ms a call and try to hide it."""
    if name not in ATTACKS:
        pytest.skip(f"{name} is not among the attacks")
    roomy = replace(exercise, limits=replace(LIMITS, total_s=90))
    result = attacked.run(roomy, ATTACKS[name].source, perf=True)
    assert result.verdict == "PASS" and result.performance["trust"] == "judge"
    assert min(result.performance["median_ms"], result.performance["best_ms"]) >= 50
