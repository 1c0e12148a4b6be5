"""`interviewer run`: its exit codes, what it prints, and the shape of its JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_commands import interviewer

pytestmark = pytest.mark.torch
EXERCISES = Path(__file__).resolve().parents[2] / "exercises"
KEYS = {
    "exercise",
    "file",
    "verdict",
    "message",
    "checks",
    "review",
    "output",
    "sandbox",
    "performance",
    "ms",
}
SPEED = {
    "device", "threads", "n", "median_ms", "iqr_ms", "baseline_ms", "speedup", "gb_per_s", "tflop_per_s",
    "roofline", "bound", "peak_bytes", "trust", "warnings",
}  # fmt: skip


def test_json_is_one_object_a_file_of_the_promised_shape(home):
    folder = EXERCISES / "early-stopping"
    done = interviewer(
        "run", "early-stopping", folder / "reference.py", folder / "starter.py",
        folder / "wrong" / "keeps_a_reference.py", "--json", home=home,
    )  # fmt: skip
    assert done.returncode == 1, "one of them did not pass"
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["verdict"] for row in rows] == ["PASS", "RUNTIME_ERROR", "WRONG_ANSWER"]
    for row in rows:
        assert set(row) == KEYS
        assert row["exercise"] == "early-stopping" and row["performance"] is None and row["ms"] > 0
        assert set(row["sandbox"]) == {"files", "network", "processes", "memory"}
        assert all(isinstance(v, bool) for v in row["sandbox"].values())
        for check in row["checks"]:
            assert set(check) == {"id", "status", "message", "ms"}
            assert check["status"] in ("passed", "failed", "not_run")
    assert {c["id"] for c in rows[2]["checks"] if c["status"] == "failed"} == {"restore"}


def test_a_finding_of_the_review_has_its_line(home, tmp_path):
    code = (EXERCISES / "mnist-cnn" / "reference.py").read_text() + "\n\nclass Base:\n    pass\n"
    (tmp_path / "s.py").write_text(code.replace(".eval()", ".train()"))
    done = interviewer("run", "mnist-cnn", tmp_path / "s.py", "--json", home=home)
    findings = json.loads(done.stdout)["review"]
    assert findings and all(set(f) == {"id", "line", "message"} and f["line"] > 0 for f in findings)


def test_speed_is_measured_where_the_exercise_is_about_it(home):
    solution = EXERCISES / "fused-softmax" / "reference.py"
    for _ in range(3):  # run again, as it asks for, where the machine was too busy to tell a time
        done = interviewer("run", "fused-softmax", solution, "--json", home=home)
        report = json.loads(done.stdout)["performance"]
        if "Run it again" not in str(report["warnings"]):
            break
    assert set(report) >= SPEED and report["median_ms"] > 0 and report["trust"] in ("judge", "consistent")


def test_an_exercise_by_its_folder_asks_before_foreign_code_runs(home, tmp_path):
    pack = tmp_path / "mine"
    pack.mkdir()
    for file in (EXERCISES / "early-stopping").iterdir():
        if file.is_file():
            (pack / file.name).write_bytes(file.read_bytes())
    arguments = ("run", pack, pack / "reference.py")
    refused = interviewer(*arguments, home=home, input="")
    assert refused.returncode == 2 and b"cases.py" in refused.stderr
    agreed = interviewer(*arguments, "--yes", home=home)
    assert agreed.returncode == 0 and b"PASS" in agreed.stdout
    (pack / "cases.py").write_text((pack / "cases.py").read_text() + "\n# changed\n")
    assert interviewer(*arguments, home=home, input="").returncode == 2, "changed since"
