"""Exercise folders: what is loaded, what is refused, what wrong solutions declare."""

import hashlib
from pathlib import Path

import pytest

from interviewer.packs import UnknownId, check_paths, load_catalog, load_exercise, wrong_solutions
from interviewer.packs.exercises import check_exercise, pack_hash

YAML = """\
id: row-max
title: Maximum of each row
kind: function
entry: row_max
checks:
  - {{id: values, weight: 3}}
  - {{id: gradients}}
assets:
  - file: rows.txt
    sha256: {sha256}
    source: made by hand
    licence: CC0-1.0
follow_ups:
  - id: why-dim
    prompt: Why is dim given?
    points:
      - {{id: rows, text: The maximum is taken over each row., weight: 1}}
"""
ASSET = b"1 2 3\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound exercise."""
    folder = tmp_path / "packs" / "exercises" / "row-max"
    (folder / "wrong").mkdir(parents=True)
    write(folder, "exercise.yaml", YAML.format(sha256=hashlib.sha256(ASSET).hexdigest()))
    write(folder, "statement.md", "Return the maximum of each row.\n")
    write(folder, "starter.py", "def row_max(x):\n    ...\n")
    write(folder, "reference.py", "def row_max(x):\n    return x.max(1).values\n")
    write(folder, "cases.py", "def cases(ctx):\n    return []\n")
    write(folder, "rows.txt", ASSET.decode())
    write(folder, "wrong/columns.py", "# Over columns.\n# fails: values\n\ndef row_max(x): ...\n")
    return folder


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    write(folder, name, text.replace(old, new))


def said(folder: Path, strict: bool = False) -> list[str]:
    return [str(p) for p in check_exercise(folder, strict, name=folder.name).problems]


def test_a_sound_exercise_loads_whole(folder):
    exercise, problems = load_exercise(folder, shipped=False)
    assert problems == [] and said(folder) == []
    assert exercise.entry == "row_max"
    assert exercise.statement == "Return the maximum of each row.\n"
    assert [(c.id, c.weight) for c in exercise.checks] == [("values", 3), ("gradients", 1.0)]
    assert exercise.limits.call_s == 10.0
    assert exercise.assets[0].to == "judge"
    assert (exercise.follow_ups[0].stage, exercise.follow_ups[0].kind) == ("coding", "conceptual")
    assert exercise.follow_ups[0].pack_hash == exercise.pack_hash == pack_hash(folder)
    assert exercise.path == str(folder)
    assert not exercise.trusted


def test_a_persons_own_exercise_is_in_the_catalog_and_not_trusted(folder, tmp_path):
    catalog = load_catalog(tmp_path / "packs")
    assert catalog.index()["row-max"].kind == "exercise"
    assert not catalog.exercise("row-max").trusted


@pytest.mark.parametrize(
    ("name", "changes"),
    [("cases.py", True), ("wrong/columns.py", True), ("rows.txt", True), ("__pycache__/cases.pyc", False)],
)
def test_the_hash_sees_every_file_but_caches(folder, name, changes):
    before = pack_hash(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    with (folder / name).open("a") as file:
        file.write("# changed\n")
    assert (pack_hash(folder) != before) is changes


def test_the_hash_sees_a_file_renamed(folder):
    before = pack_hash(folder)
    (folder / "wrong/columns.py").rename(folder / "wrong/rows.py")
    assert pack_hash(folder) != before


def test_wrong_solutions_say_what_must_come_of_them(folder):
    write(folder, "wrong/all.py", "# Everything.\n# fails: values, gradients\n# verdict: TIMEOUT\n")
    write(folder, "wrong/luck.py", "# review: eval-mode , no-seed\n# Right by luck.\n\n# fails: values\n")
    exercise, _ = load_exercise(folder, shipped=False)
    found = {w.path.name: (w.fails, w.review, w.verdict) for w in wrong_solutions(exercise)}
    assert found == {
        "all.py": (("values", "gradients"), (), "TIMEOUT"),
        "columns.py": (("values",), (), None),
        "luck.py": ((), ("eval-mode", "no-seed"), None),
    }


def test_wrong_solutions_that_declare_nothing_or_what_is_not_there(folder):
    write(folder, "wrong/columns.py", "# fails: values, speed\n# verdict: SLOW\n")
    write(folder, "wrong/silent.py", "def row_max(x): ...\n# fails: values\n")
    assert said(folder) == [
        "row-max/wrong/columns.py:1:18: `speed` is not a check of this exercise",
        "row-max/wrong/columns.py:2:12: `SLOW` is not a verdict",
        "row-max/wrong/silent.py:1:1: does not say what must come of it: "
        "begin with `# fails: ids` or `# review: ids`",
    ]


@pytest.mark.parametrize("name", ["statement.md", "starter.py", "reference.py", "cases.py"])
def test_a_missing_file_keeps_it_from_being_used(folder, name, tmp_path):
    (folder / name).unlink()
    assert said(folder) == [f"row-max/{name}:1:1: is missing; every exercise has one"]
    with pytest.raises(UnknownId, match=r"`row-max` cannot be used: .*" + name + ":1:1: is missing"):
        load_catalog(tmp_path / "packs").exercise("row-max")


def test_no_exercise_at_all(tmp_path):
    (tmp_path / "empty").mkdir()
    assert said(tmp_path / "empty") == ["empty/exercise.yaml:1:1: cannot be read: No such file or directory"]


def test_an_asset_altered_missing_or_outside(folder, tmp_path):
    write(folder, "rows.txt", "4 5 6\n")
    other = hashlib.sha256(b"4 5 6\n").hexdigest()
    assert said(folder) == [f"row-max/exercise.yaml:10:13: `rows.txt` has another sha256: {other}"]
    (folder / "rows.txt").unlink()
    assert said(folder) == ["row-max/exercise.yaml:9:11: `rows.txt` is not in the exercise's folder"]
    write(folder.parent, "rows.txt", ASSET.decode())
    edit(folder, "exercise.yaml", "file: rows.txt", "file: ../rows.txt")
    assert said(folder) == ["row-max/exercise.yaml:9:11: `../rows.txt` is outside the exercise's folder"]
    assert load_exercise(folder, shipped=True)[0] is None


def test_an_asset_without_licence(folder):
    edit(folder, "exercise.yaml", "    licence: CC0-1.0\n", "")
    assert said(folder) == ["row-max/exercise.yaml:9:5: asset 1 lacks `licence`"]


def test_a_file_that_may_not_be_read(folder, monkeypatch):
    opened = Path.open

    def refuse(self, *args, **kwargs):
        if self.name == "rows.txt":
            raise PermissionError(13, "Permission denied", "rows.txt")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    expected = "row-max/exercise.yaml:1:1: `rows.txt` cannot be read: Permission denied"
    assert said(folder) == [expected]
    exercise, problems = load_exercise(folder, shipped=True, name="row-max")
    assert exercise is None and [str(p) for p in problems] == [expected]


def test_what_does_not_fit_the_schema(folder):
    edit(folder, "exercise.yaml", "kind: function", "kind: script")
    edit(folder, "exercise.yaml", "entry: row_max", "entry: row-max")
    edit(folder, "exercise.yaml", "{id: gradients}", "{id: values}")
    edit(folder, "exercise.yaml", "id: why-dim", "id: why-dim\n    when: No Seed")
    assert [line for line in said(folder) if "exercise.yaml" in line] == [
        "row-max/exercise.yaml:3:7: `kind` cannot be `script`; it is one of function, class, module, train",
        "row-max/exercise.yaml:4:8: `entry` cannot be `row-max`: write a name as in Python",
        "row-max/exercise.yaml:15:11: `when` cannot be `No Seed`: write lower-case words joined by hyphens",
        "row-max/exercise.yaml:7:10: the id `values` is given twice (first in line 6)",
    ]


def test_code_that_is_not_python_or_lacks_its_name(folder):
    write(folder, "reference.py", "def row_maximum(x):\n    return x\n")
    write(folder, "starter.py", "def row_max(x):\n  return (\n")
    write(folder, "cases.py", "CASES = []\n")
    assert said(folder) == [
        "row-max/reference.py:1:1: does not define `row_max`",
        "row-max/starter.py:2:10: is not Python: '(' was never closed",
        "row-max/cases.py:1:1: does not define `cases`",
    ]


def test_texts_that_are_no_text(folder):
    (folder / "statement.md").write_bytes(b"one\ntwo \xff\n")
    write(folder, "starter.py", "\n")
    assert said(folder) == [
        "row-max/statement.md:2:1: is not UTF-8; save it as UTF-8",
        "row-max/starter.py:1:1: is empty",
        "row-max/starter.py:1:1: does not define `row_max`",
    ]


def test_strict_asks_for_wrong_solutions_and_what_an_interview_needs(folder):
    lines = said(folder, strict=True)
    assert (
        "row-max/exercise.yaml:1:1: the file lacks `signature`, `topics`, `difficulty`, `minutes`, "
        "`explanation` and `sources`" in lines
    )
    assert "row-max/exercise.yaml:1:1: has 1 wrong solutions; 4 are the least" in lines


def test_check_takes_the_folder_the_file_and_the_folder_above(folder):
    (folder / "cases.py").unlink()
    expected = [f"{folder}/cases.py:1:1: is missing; every exercise has one"]
    for path in (folder, folder / "exercise.yaml", folder.parent):
        assert [str(p) for p in check_paths([path])] == expected


def test_an_id_that_ships_already_is_named_with_both_places(folder, tmp_path):
    edit(folder, "exercise.yaml", "id: row-max", "id: gradient-descent")
    (problem,) = check_paths([folder])
    assert (problem.line, problem.column) == (1, 5)
    assert "the id `gradient-descent` is taken by" in problem.message
    assert "gradient-descent.yaml:3" in problem.message
    catalog = load_catalog(tmp_path / "packs")
    assert catalog.index()["gradient-descent"].kind == "question"
    assert [p.message for p in catalog.problems() if "taken" in p.message] == [problem.message]
