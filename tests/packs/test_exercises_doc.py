"""docs/exercises.md: the pack it builds up, piece by piece, is one that `interviewer check` proves."""

import asyncio
import hashlib
import re
from pathlib import Path

import pytest

from interviewer.commands.check import prove_all
from interviewer.compose import exercise_python
from interviewer.packs import load_exercise, wrong_solutions
from interviewer.packs.exercises import check_exercise
from interviewer.runner.local import LocalRunner

DOC = (Path(__file__).resolve().parents[2] / "docs" / "exercises.md").read_text("utf-8")
YAML = re.findall(r"```yaml\n(.*?)```", DOC, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", DOC, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The documented pack, with what the page leaves to the reader."""
    folder = tmp_path / "fused-softmax"
    (folder / "wrong").mkdir(parents=True)
    digits = b"not really digits"
    (folder / "digits.npz").write_bytes(digits)
    metadata = "\n".join(YAML).replace("sha256: …", f"sha256: {hashlib.sha256(digits).hexdigest()}")
    metadata = metadata.replace("source: …", "source: made here").replace("licence: …", "licence: CC0-1.0")
    header = next(block for block in PYTHON if "# fails:" in block)
    for name, text in {
        "exercise.yaml": metadata,
        "statement.md": "Row softmax of `x @ w`.\n",
        "starter.py": "def solve(x, w):\n    raise NotImplementedError\n",
        "reference.py": "def solve(x, w):\n    return (x @ w).softmax(dim=1)\n",
        "cases.py": next(block for block in PYTHON if "def cases(ctx" in block),
        "wrong/columns.py": f"{header}\n\ndef solve(x, w):\n    return (x @ w).softmax(dim=0)\n",
    }.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_the_documented_pack_is_valid(folder):
    assert [str(problem) for problem in check_exercise(folder).problems] == []
    exercise, _ = load_exercise(folder, shipped=False)
    assert exercise.approach.kind == "scenario"
    assert exercise.follow_ups[0].when == "device-placement"
    assert len(wrong_solutions(exercise)) == 1


@pytest.mark.torch
def test_the_documented_pack_is_proved(folder):
    exercise, _ = load_exercise(folder, shipped=False)
    proofs = asyncio.run(prove_all(LocalRunner(exercise_python()), [exercise], quick=True, out=None))
    assert [(p.file, p.did) for p in proofs if not p.ok] == []
