"""Which items an interview is made of."""

from interviewer.core.model import Plan, PlanDay, PlanStage
from interviewer.core.planning import Entry, Past, choose_items

ENTRIES = {
    e.id: e
    for e in [
        Entry("a", "basics", "question", 4, overlaps=("c",)),
        Entry("b", "basics", "question", 4, topics=("losses",)),
        Entry("c", "intermediate", "question", 4),
        Entry("d", "intermediate", "question", 4),
        Entry("e", "coding", "exercise", 10),
    ]
}
PLAN = Plan(
    "p",
    "P",
    20,
    (PlanStage("basics", count=2), PlanStage("intermediate", count=1), PlanStage("coding", count=1)),
)


def ids(items):
    return [item.id for item in items]


def test_a_seed_fixes_the_choice_and_ignores_history():
    one = choose_items(PLAN, ENTRIES, seed=7)
    assert one == choose_items(PLAN, dict(reversed(ENTRIES.items())), seed=7)
    assert {ids(choose_items(PLAN, ENTRIES, seed=s))[0] for s in range(20)} == {"a", "b"}


def test_at_most_one_of_overlapping_questions_is_asked():
    for seed in range(20):
        chosen = ids(choose_items(PLAN, ENTRIES, seed=seed))
        assert not {"a", "c"} <= set(chosen)
        assert "d" in chosen


def test_what_was_never_asked_comes_before_what_was_and_the_weakest_of_those_first():
    plan = Plan("p", "P", 4, (PlanStage("basics", count=1),))
    assert ids(choose_items(plan, ENTRIES, seed=1, history={"a": Past(1, 0.9, 1)})) == ["b"]
    history = {"a": Past(1, 0.9, 1), "b": Past(1, 0.2, 1)}
    assert ids(choose_items(plan, ENTRIES, seed=1, history=history)) == ["b"]


def test_stage_and_topic_narrow_the_choice():
    assert ids(choose_items(PLAN, ENTRIES, seed=1, stage="coding")) == ["e"]
    assert ids(choose_items(PLAN, ENTRIES, seed=1, topic="losses")) == ["b"]


def test_a_plan_over_days_goes_on_where_history_left_it():
    days = (PlanDay("one", ("a", "b")), PlanDay("rest", (), "sleep"), PlanDay("three", ("d", "e")))
    plan = Plan("week", "W", 60, (), days=days)
    assert ids(choose_items(plan, ENTRIES, seed=1, history={})) == ["a", "b"]
    done = {"a": Past(1, 0.5, 1.0), "b": Past(1, 0.5, 2.0)}
    assert ids(choose_items(plan, ENTRIES, seed=1, history=done)) == ["d", "e"]
    long_ago = {"a": Past(1, 0.5, 40.0), "b": Past(1, 0.5, 2.0)}
    assert ids(choose_items(plan, ENTRIES, seed=1, history=long_ago)) == ["a", "b"]
