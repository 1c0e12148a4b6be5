"""A job description prefers what it mentions, and changes nothing else."""

import pytest

from interviewer.core.model import Plan, PlanStage
from interviewer.core.planning import Entry, Past, choose_items, relevance

ENTRIES = {
    e.id: e
    for e in (
        Entry("gpu-usage", "debugging", "question", 4, topics=("performance", "gpu")),
        Entry("reduce-overfitting", "debugging", "question", 4, topics=("regularization",)),
        Entry("train-vs-eval-mode", "debugging", "question", 4, topics=("training",)),
        Entry("distributed-training", "advanced", "question", 4, topics=("distributed", "scaling")),
        Entry("gans", "advanced", "question", 4, topics=("generative-models",)),
        Entry("attention", "advanced", "question", 4, topics=("transformers", "attention")),
    )
}
PLAN = Plan("p", "P", 8, (PlanStage("debugging", 1), PlanStage("advanced", 1)))


@pytest.mark.parametrize(
    ("role", "chosen"),
    [
        (
            "You will own distributed training of our models on hundreds of GPUs.",
            ["gpu-usage", "distributed-training"],
        ),
        ("Regularisation, transformers, attention!", ["reduce-overfitting", "attention"]),
        ("We build generative models and fight overfitting.", ["reduce-overfitting", "gans"]),
    ],
)
def test_what_a_role_mentions_is_asked(role, chosen):
    for seed in range(20):
        assert [i.id for i in choose_items(PLAN, ENTRIES, seed=seed, role=role)] == chosen


def test_a_role_that_mentions_nothing_changes_nothing():
    for seed in range(20):
        plain = choose_items(PLAN, ENTRIES, seed=seed)
        assert plain == choose_items(
            PLAN, ENTRIES, seed=seed, role="We train deep learning models with data."
        )


def test_what_was_never_asked_still_comes_first():
    history = {"distributed-training": Past(3, 0.9, 1.0)}
    chosen = choose_items(PLAN, ENTRIES, seed=1, history=history, role="distributed training")
    assert "distributed-training" not in [i.id for i in chosen]


def test_a_word_in_passing_counts_less_than_the_whole_topic():
    gans = ENTRIES["gans"]
    assert relevance(gans, frozenset({"gener"})) == 1.0, "“models” tells nothing apart"
    assert relevance(ENTRIES["train-vs-eval-mode"], frozenset({"eval"})) == pytest.approx(1 / 2)


def test_a_role_is_pasted_or_in_a_file(tmp_path):
    from interviewer.commands import CommandError
    from interviewer.commands.start import role_text

    (tmp_path / "job.txt").write_text("GPUs")
    (tmp_path / "job.pdf").write_bytes(b"\xff\xfe\x00")
    assert role_text(str(tmp_path / "job.txt")) == "GPUs"
    pasted = "We need someone. " * 400 + "\nGPUs"
    assert role_text(pasted) == pasted and role_text("gpu work") == "gpu work"
    with pytest.raises(CommandError, match="UTF-8"):
        role_text(str(tmp_path / "job.pdf"))
