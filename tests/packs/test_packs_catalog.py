"""The catalog: everything by id, each read when it is wanted, broken packs left out."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from interviewer.core.grading import Verdict, score
from interviewer.core.planning import choose_items
from interviewer.packs import Catalog, UnknownId, load_catalog
from interviewer.packs.catalog import shipped_root

MINIMAL = """\
questions:
  - id: {id}
    stage: {stage}
    kind: conceptual
    prompt: What is {id}?
    points:
      - {{id: one, text: It is a thing., weight: 2}}
"""


def put(root: Path, name: str, text: str) -> Path:
    path = root / "rubrics" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def problems_in(root: Path) -> list[str]:
    """What the catalog finds wrong in a person's own packs."""
    return [str(p) for p in load_catalog(root).problems() if Path(p.path).is_relative_to(root)]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


def test_a_pack_with_only_the_required_fields_works(own):
    path = put(own, "mine.yaml", MINIMAL.format(id="momentum", stage="basics"))
    catalog = load_catalog(own)
    question = catalog.question("momentum")
    assert problems_in(own) == []
    assert question.pack_hash == hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    assert (question.minutes, question.difficulty, question.overlaps) == (4.0, 3, ())
    assert score(question, [Verdict("one", "met", 2.0)]) == 1.0
    entry = catalog.index()["momentum"]
    assert (entry.stage, entry.kind, entry.title) == ("basics", "question", "What is momentum?")
    assert type(question).from_dict(question.to_dict()) == question


def test_many_questions_in_a_file_in_any_folder(own):
    second = MINIMAL.format(id="second", stage="scenario").partition("\n")[2]
    put(own, "a/b/c.yml", MINIMAL.format(id="first", stage="advanced") + second)
    catalog = load_catalog(own)
    assert catalog.question("second").stage == "scenario"
    assert [q.id for q in catalog.questions("advanced")][-1] == "first"


def test_one_shipped_question_loads_like_all_of_them():
    alone, whole = load_catalog(), load_catalog()
    assert [alone.question(q.id) for q in whole.questions()] == whole.questions()


def test_the_index_is_in_the_order_of_the_stages():
    from interviewer.core.model import STAGES

    stages = [entry.stage for entry in load_catalog().index().values()]
    assert stages == sorted(stages, key=STAGES.index)


def test_an_unknown_id_suggests_the_nearest(own):
    put(own, "mine.yaml", MINIMAL.format(id="momentum", stage="basics"))
    catalog = load_catalog(own)
    assert catalog.suggest("gradiant-decent")[0] == "gradient-descent"
    with pytest.raises(UnknownId, match=r"^there is no question `momentun`; did you mean momentum"):
        catalog.question("momentun")
    with pytest.raises(UnknownId, match=r"^there is no plan `quikc`; did you mean quick\?$"):
        catalog.plan("quikc")
    with pytest.raises(UnknownId, match=r"^there is no exercise `zzzz`$"):
        catalog.exercise("zzzz")


@pytest.mark.parametrize(
    "id", ["../basics/gradient-descent", "/etc/passwd", "", "a\0b", "x" * 81, "x" * 9999, "é"]
)
def test_an_id_is_never_a_path(id):
    with pytest.raises(UnknownId) as caught:
        load_catalog().question(id)
    assert len(str(caught.value)) < 200
    with pytest.raises(UnknownId):
        load_catalog().exercise(id)


def test_a_broken_question_says_what_is_wrong_with_it(own):
    path = put(own, "mine.yaml", MINIMAL.format(id="momentum", stage="basic"))
    with pytest.raises(UnknownId) as caught:
        load_catalog(own).question("momentum")
    assert str(caught.value) == (
        f"`momentum` cannot be used: {path}:3:12: `stage` cannot be `basic`; "
        "it is one of basics, intermediate, advanced, debugging, coding, scenario"
    )


def test_a_broken_shipped_file_is_explained_and_stops_no_other(tmp_path):
    """Shipped packs load without their schema; what that lets through, building does not."""
    put(
        tmp_path,
        "basics/one.yaml",
        MINIMAL.format(id="one", stage="basics").replace("weight: 2", "weight: x"),
    )
    put(
        tmp_path,
        "basics/two.yaml",
        MINIMAL.format(id="two", stage="basics").replace("    points", "    point"),
    )
    put(tmp_path, "basics/three.yaml", MINIMAL.format(id="three", stage="basic"))
    put(tmp_path, "basics/four.yaml", MINIMAL.format(id="four", stage="basics").replace("questions:", "- a"))
    put(tmp_path, "basics/five.yaml", MINIMAL.format(id="five", stage="basics"))
    catalog = Catalog(tmp_path)
    assert catalog.ids() == ["five"]
    for id, message in [
        ("one", "7:49: `weight` must be a number, not `x`"),
        ("two", "2:5: question 1 lacks `points`"),
        ("three", "3:12: `stage` cannot be `basic`"),
        ("four", "2:7: `: ` in text without quotes"),
    ]:
        with pytest.raises(UnknownId, match=f"`{id}` cannot be used: .*{id}.yaml:{message}"):
            Catalog(tmp_path).question(id)


def test_what_ships_wins_over_what_has_the_same_id(own):
    path = put(own, "mine.yaml", MINIMAL.format(id="gradient-descent", stage="basics"))
    catalog = load_catalog(own)
    assert catalog.question("gradient-descent").prompt == "What is gradient descent?"
    (problem,) = problems_in(own)
    shipped = shipped_root() / "rubrics/basics/gradient-descent.yaml"
    first, _, rest = problem.partition(": the id `gradient-descent` is taken by ")
    assert first == f"{path}:2:1"
    assert Path(rest.partition(":")[0]).resolve() == shipped
    assert rest.endswith(":3; this one is not used")


def test_overlaps_are_symmetric_and_name_only_what_there_is(own):
    text = MINIMAL.format(id="momentum", stage="basics")
    put(own, "mine.yaml", text + "    overlaps: [gradient-descent, nowhere]\n")
    index = load_catalog(own).index()
    assert index["momentum"].overlaps == ("gradient-descent",)
    assert "momentum" in index["gradient-descent"].overlaps
    for id, entry in index.items():
        assert all(id in index[other].overlaps for other in entry.overlaps)
        assert id not in entry.overlaps


def test_a_persons_own_plans(own):
    put(own, "mine.yaml", MINIMAL.format(id="momentum", stage="basics"))
    plan = "{id: %s, title: Mine, minutes: 5, stages: [{stage: %s, only: [%s]}]}"
    path = put(
        own,
        "plans.yaml",
        "plans:\n"
        f"  - {plan % ('mine', 'basics', 'momentum')}\n"
        f"  - {plan % ('lost', 'basics', 'momentun')}\n"
        f"  - {plan % ('late', 'advanced', 'momentum')}\n"
        "  - {id: both, title: Both, minutes: 5, stages: [{stage: basics}], days: [{title: One}]}\n",
    )
    catalog = load_catalog(own)
    assert set(catalog.plans()) >= {"quick", "mine"}
    assert "both" not in catalog.plans()
    items = choose_items(catalog.plan("mine"), catalog.index(), seed=1)
    assert [item.id for item in items] == ["momentum"]
    assert [line.removeprefix(f"{path}:") for line in problems_in(own)] == [
        "3:73: there is no question or exercise `momentun`",
        "4:75: `momentum` belongs to basics, not to advanced",
        "5:49: `stages` does not belong here",
        "5:50: stage 1 lacks `only`",
    ]


def test_a_home_that_is_not_there_or_may_not_be_written(own):
    assert problems_in(own) == problems_in(Path("/proc/none")) == []
    put(own, "mine.yaml", MINIMAL.format(id="momentum", stage="basics"))
    before = sorted(own.rglob("*"))
    os.chmod(own, 0o500)
    try:
        assert load_catalog(own).question("momentum").id == "momentum"
    finally:
        os.chmod(own, 0o700)
    assert sorted(own.rglob("*")) == before


def test_pipes_and_folders_named_like_packs_are_passed_over(own):
    (own / "rubrics" / "folder.yaml").mkdir(parents=True)
    os.mkfifo(own / "rubrics" / "pipe.yaml")
    (own / "rubrics" / "loop").symlink_to(own / "rubrics")
    assert problems_in(own) == []


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("import interviewer.packs", {"yaml", "jsonschema", "interviewer.core.model"}),
        ("from interviewer.packs import load_catalog; load_catalog()", {"yaml", "jsonschema"}),
        (
            "from interviewer.packs import load_catalog; load_catalog().question('attention')",
            {"jsonschema", "json", "interviewer.packs.contents"},
        ),
        ("from interviewer.packs import load_catalog; load_catalog().index()", {"jsonschema"}),
    ],
)
def test_nothing_is_imported_before_it_is_needed(code, unwanted):
    out = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not unwanted & set(out.stdout.split())


def test_an_installed_package_brings_its_packs(tmp_path):
    """In a wheel the packs stand inside the package, and nothing beside it counts."""
    import interviewer

    package = tmp_path / "site-packages" / "interviewer"
    shutil.copytree(Path(interviewer.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    put(package / "_shipped", "basics/momentum.yaml", MINIMAL.format(id="momentum", stage="basics"))
    put(package.parent, "basics/stranger.yaml", MINIMAL.format(id="stranger", stage="basics"))
    out = subprocess.run(
        [sys.executable, "-c", "from interviewer.packs import load_catalog; print(load_catalog().ids())"],
        env={**os.environ, "PYTHONPATH": str(package.parent)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout == "['momentum']\n"
