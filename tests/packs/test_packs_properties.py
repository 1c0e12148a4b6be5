"""Whatever is in a file, reading it ends in problems with a place, and in nothing worse."""

import copy
from pathlib import Path

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from interviewer.packs.document import parse
from interviewer.packs.exercises import load_exercise
from interviewer.packs.plans import load_plans
from interviewer.packs.questions import load_questions

EXAMPLES = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

WHOLE = {
    "questions": [
        {
            "id": "momentum",
            "stage": "basics",
            "kind": "conceptual",
            "prompt": "What does momentum add?",
            "topics": ["optimization"],
            "difficulty": 2,
            "minutes": 4,
            "overlaps": ["optimizers"],
            "n_of": 1,
            "points": [
                {
                    "id": "velocity",
                    "text": "It averages past gradients.",
                    "weight": 1.5,
                    "required": True,
                    "accept": ["it keeps a velocity"],
                    "terms": [["averag", "mean"], ["gradient"]],
                    "hints": ["Think of a ball."],
                }
            ],
            "misconceptions": [
                {"id": "faster", "says": ["always faster"], "correction": "No.", "penalty": 0.1}
            ],
            "exemplars": [{"answer": "a velocity", "score": 1.0, "kind": "terse"}],
            "sources": ["Polyak (1964)"],
        }
    ]
}

yamlish = st.text(
    alphabet=st.sampled_from(list("ab1:-[]{}#&*!|>'\"%@`?,. \t\n\r\\~<=\ufeff\x00é")), max_size=80
) | st.lists(
    st.sampled_from(
        [
            "questions:\n",
            "  - id: a\n",
            "    points:\n",
            "- ",
            "  ",
            "\n",
            "? ",
            ": ",
            "&x ",
            "*x",
            "<<: ",
            "1:30",
            "plans:\n",
            "checks: ",
            "[",
            "]",
            "{",
            "}",
            "'",
            '"',
            "|\n",
            "no",
            "1e-5",
            ".nan",
            "---\n",
            "\t",
            "#",
        ]
    ),
    max_size=30,
).map("".join)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def paths(value, path=()):
    """Every place in plain data."""
    yield path
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield from paths(child, (*path, key))


def replaced(data, path, value):
    if not path:
        return value
    data = copy.deepcopy(data)
    parent = data
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return data


def read_every_way(path: Path, content: bytes) -> None:
    """As questions, plans and exercise, a person's own and as what ships."""
    path.write_bytes(content)
    (path.parent / "exercise.yaml").write_bytes(content)
    lines = content.decode("utf-8", "replace").replace("\r", "\n").count("\n") + 2
    for shipped in (False, True):
        document, _ = load_questions(path, shipped=shipped)
        problems = document.problems + load_plans(path, shipped=shipped)[0].problems
        problems += [p for p in load_exercise(path.parent, shipped=shipped)[1] if p.path.endswith("yaml")]
        for problem in problems:
            assert 1 <= problem.line <= lines
            assert problem.column >= 1
            assert problem.message and "\n" not in problem.message


@EXAMPLES
@given(content=st.binary(max_size=200))
def test_any_bytes(tmp_path, content):
    read_every_way(tmp_path / "pack.yaml", content)


@EXAMPLES
@given(text=yamlish)
def test_anything_that_looks_like_yaml(tmp_path, text):
    read_every_way(tmp_path / "pack.yaml", text.encode("utf-8", "surrogatepass"))


@EXAMPLES
@example(path=(), value={"\n": None})
@given(path=st.sampled_from(list(paths(WHOLE))), value=anything)
def test_anything_in_the_place_of_anything(tmp_path, path, value):
    """A pack with one wrong value is used whole or not at all, never half understood."""
    text = yaml.safe_dump(replaced(WHOLE, path, value), allow_unicode=True)
    file = tmp_path / "pack.yaml"
    read_every_way(file, text.encode("utf-8", "surrogatepass"))
    document, questions = load_questions(file, shipped=False)
    assert len(questions) == (0 if document.problems else len(document.items("questions")))
    for question in questions:
        assert type(question).from_dict(question.to_dict()) == question
        assert question.prompt.strip() and all(point.weight > 0 for point in question.points)


@EXAMPLES
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    )
)
def test_the_tree_holds_what_yaml_holds(value):
    """On what packs may hold, the reader agrees with PyYAML."""
    text = yaml.safe_dump(value, allow_unicode=True)
    if "&id" in text:
        return
    document = parse(text.encode("utf-8", "surrogatepass"), "pack.yaml")
    if not document.problems:
        assert document.root.data() == yaml.safe_load(text)
