"""The static reading of candidate code: each mistake found, each honest variant left alone."""

import ast
import textwrap
import time
from pathlib import Path

import idiomatic_samples as idioms
import pytest
import review_samples as samples

from interviewer.core.running import FINDINGS
from interviewer.packs import load_exercise
from interviewer.runner.review import brief, review

ROOT = Path(__file__).resolve().parents[2]
REFERENCES = sorted((ROOT / "exercises").glob("*/reference.py"))
HONEST = sorted((ROOT / "tests" / "exercises" / "honest").glob("*/*.py"))
OTHER = {"kind": "train", "entry": "train_and_predict"}  # an exercise of which nothing else is known


def found(source: str, kind: str = "train", **exercise) -> dict[str, int]:
    """Finding id -> line of the first one."""
    findings = review(textwrap.dedent(source), {"kind": kind, **exercise})
    return {f["id"]: f["line"] for f in reversed(findings)}


def as_judged(id: str) -> dict:
    """What the judge tells the review of an exercise that ships."""
    if id == "other":
        return OTHER
    exercise, problems = load_exercise(ROOT / "exercises" / id, shipped=True)
    assert exercise, problems
    whole = exercise.to_dict()
    return {key: whole[key] for key in ("id", "kind", "entry")} | brief(whole)


def _ids(cases):
    return [pytest.param(*case[1:], id=case[0]) for case in cases]


@pytest.mark.parametrize(("finding", "kind", "source"), _ids(samples.MISTAKES))
def test_a_mistake_is_found_on_its_line(finding, kind, source):
    source = textwrap.dedent(source)
    marked = next(n for n, line in enumerate(source.splitlines(), 1) if "# <-" in line)
    assert found(source, kind, **samples.EXERCISE).get(finding) == marked


@pytest.mark.parametrize(("finding", "kind", "source"), _ids(samples.HONEST))
def test_an_honest_variant_is_left_alone(finding, kind, source):
    ast.parse(textwrap.dedent(source))  # a sample that does not parse would prove nothing
    assert finding not in found(source, kind, **samples.EXERCISE)


@pytest.mark.parametrize("finding", FINDINGS)
def test_every_finding_has_samples_on_both_sides(finding):
    least = 8 if finding != "no-grad" else 4
    assert sum(case[1] == finding for case in samples.MISTAKES) >= least
    assert sum(case[1] == finding for case in samples.HONEST) >= least


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda path: path.parent.name)
def test_no_reference_is_criticised(reference):
    yaml = pytest.importorskip("yaml")
    exercise = yaml.safe_load((reference.parent / "exercise.yaml").read_text("utf-8"))
    source = reference.read_text("utf-8")
    starter = (reference.parent / "starter.py").read_text("utf-8")
    assert review(source, {**exercise, "reference": source, "starter": starter}) == []
    assert review(source, {}) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(:",
        "x = '\x00'",
        "(" * 5000 + ")" * 5000,
        "x = " + "-" * 100_000 + "1",
        "x = 1\n" * 200_000,
        "",
        "\ud800",
    ],
    ids=["syntax", "nul", "parentheses", "minuses", "long", "empty", "surrogate"],
)
def test_what_cannot_be_read_has_no_findings(source):
    assert review(source, {"kind": "train"}) == []


def test_findings_are_plain_data_in_line_order_and_explain_themselves():
    findings = review(samples.EVERYTHING_WRONG, {"kind": "train", "topics": ["classification"]})
    assert [f["line"] for f in findings] == sorted(f["line"] for f in findings)
    assert {f["id"] for f in findings} >= {"eval-mode", "device-placement", "wrong-loss", "no-seed"}
    for finding in findings:
        assert set(finding) == {"id", "line", "message"}
        assert 40 < len(finding["message"]) < 330
        assert "{" not in finding["message"]


@pytest.mark.parametrize(("name", "exercise", "source"), idioms.SAMPLES, ids=[s[0] for s in idioms.SAMPLES])
def test_idiomatic_code_is_left_alone(name, exercise, source):
    """As the exercise's own judge would have it read: no finding at all, of any kind."""
    ast.parse(source)
    assert review(source, as_judged(exercise)) == []


@pytest.mark.parametrize("path", HONEST, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_honest_solution_is_left_alone(path):
    assert review(path.read_text("utf-8"), as_judged(path.parent.name)) == []


def test_a_long_or_tangled_file_takes_no_longer_than_a_long_breath():
    """The judge waits ten seconds for the reading, on a slow machine too."""
    program = (ROOT / "exercises" / "mnist-cnn" / "reference.py").read_text("utf-8")
    long = "\n".join(
        program.replace("network", f"network{n}").replace("train_", f"train{n}_") for n in range(40)
    )
    tangled = "".join(f"def f{n}(x):\n    return f{n + 1}(f{n + 1}(x))\n" for n in range(60))
    for source in (long[:59_000].rpartition("\n\n\n")[0], tangled + "def f60(x):\n    return x\n"):
        ast.parse(source)
        began = time.process_time()
        review(source, {"kind": "train", "entry": "train0_and_predict"})
        assert time.process_time() - began < 5
