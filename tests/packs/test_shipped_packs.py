"""What ships: the questions promised, held strictly to the schema, and plans that fit their time."""

from itertools import combinations

import pytest

from interviewer.core.planning import choose_items, overlap
from interviewer.packs import check_paths, load_catalog, shipped_root, wrong_solutions
from interviewer.packs.document import read

PROMPTS = {
    "basics": {
        "dl-vs-ml": "What is deep learning, and how is it different from machine learning?",
        "neural-network-layers": "What do the input, hidden and output layers of a neural network do?",
        "feedforward-vs-recurrent": "Explain feedforward vs recurrent networks.",
        "gradient-descent": "What is gradient descent?",
        "activation-functions": "What role do activation functions play?",
        "loss-functions": "Which loss function would you pick for classification, for regression and for "
        "SVM-style tasks, and why?",
        "optimizers": "Compare SGD, Adam and RMSprop. When would you pick each?",
        "regularization": "How do dropout, L2 regularization and batch normalization help, and how do they "
        "differ?",
        "overfitting-vs-underfitting": "How do you tell overfitting from underfitting, and what do you do "
        "about each?",
    },
    "intermediate": {
        "backpropagation": "How does backpropagation work in neural networks?",
        "vanishing-exploding-gradients": "What are vanishing and exploding gradients, and how do you fix "
        "them?",
        "cnn-vs-rnn": "Explain the difference between CNNs and RNNs.",
        "transfer-learning": "What is transfer learning, and why is it used?",
        "save-load-model": "How do you save and load a trained model in PyTorch?",
    },
    "advanced": {
        "attention": "How do attention mechanisms work?",
        "transformer-architecture": "Explain the architecture of Transformers.",
        "gans": "What are GANs, and how do they work?",
        "train-large-models": "How do you train very large models efficiently?",
        "research-vs-production": "What's the difference between training for research vs production "
        "deployment?",
        "distributed-training": "What's the role of distributed training?",
    },
    "debugging": {
        "model-not-learning": "How do you debug a model that isn't learning?",
        "gpu-usage": "What are your steps for optimizing GPU usage?",
        "gradient-clipping": "How do you implement gradient clipping?",
        "reduce-overfitting": "What methods can reduce overfitting?",
        "train-vs-eval-mode": "What do model.train() and model.eval() change in PyTorch, and what goes "
        "wrong if you forget?",
        "device-placement": "Why do models and tensors have to be on the same device, and how do you keep "
        "them there?",
        "choosing-the-loss": "What happens if you train a classifier with mean squared error, and what "
        "should you use instead?",
        "reproducibility": "How do you make a PyTorch experiment reproducible?",
        "over-engineering": "When is a simpler model the better answer, and how do you decide?",
    },
    "scenario": {
        "fails-in-production": "Your model performs well in training but fails in production. What do you "
        "do?",
        "explain-to-stakeholder": "How would you explain deep learning to a non-technical stakeholder?",
        "overfitting-badly": "A model is overfitting badly. How do you fix it?",
        "inference-speed": "You're asked to optimize inference speed for deployment. What's your approach?",
    },
}
EXERCISES = {"logistic-regression", "mnist-cnn", "early-stopping", "finetune-resnet18", "seq2seq"}
#: Their point is speed: asked for by name, in no plan.
SPEED = {"fused-softmax", "attention-kernel"} & {p.name for p in (shipped_root() / "exercises").iterdir()}


@pytest.fixture(scope="module")
def catalog():
    return load_catalog()


def test_everything_that_ships_is_valid_and_complete():
    """Strictly: nothing that a shipped pack must have is missing, and nothing is merely advised."""
    assert [str(problem) for problem in check_paths()] == []


def test_loading_finds_nothing_wrong(catalog):
    assert catalog.problems() == []


@pytest.mark.parametrize("stage", PROMPTS)
def test_the_questions_are_those_promised(catalog, stage):
    assert {q.id: q.prompt for q in catalog.questions(stage)} == PROMPTS[stage]
    assert all(q.kind == "scenario" for q in catalog.questions("scenario"))


def test_the_exercises_are_those_promised(catalog):
    assert {exercise.id for exercise in catalog.exercises()} == EXERCISES | SPEED
    for exercise in catalog.exercises():
        assert exercise.trusted
        assert len(wrong_solutions(exercise)) >= 4


def test_every_file_names_its_schema_for_editors():
    files = sorted((shipped_root() / "rubrics").rglob("*.yaml"))
    files += sorted((shipped_root() / "exercises").glob("*/exercise.yaml"))
    for file in files:
        first = file.read_text("utf-8").partition("\n")[0]
        prefix, _, schema = first.partition("$schema=")
        assert prefix == "# yaml-language-server: ", file
        assert schema.startswith("../"), file
        # from the checkout, where an editor is; a wheel keeps the schemas inside the package
        assert (file.parent / schema).resolve().parent.name == "packs", file
        assert (file.parent / schema).is_file(), file


def test_every_question_has_its_text_from_its_file_alone(catalog):
    """The pack's hash is that of the file: an old report can tell whether its rubric has changed."""
    for question in catalog.questions():
        file = shipped_root() / "rubrics" / question.stage / f"{question.id}.yaml"
        assert question.pack_hash == read(file).digest


@pytest.mark.parametrize("name", ["full", "quick", "theory", "coding", "scenarios"])
def test_a_plan_is_filled_fits_its_time_and_asks_nothing_twice(catalog, name):
    plan, index = catalog.plan(name), catalog.index()
    for seed in range(200):
        items = choose_items(plan, index, seed=seed)
        for part in plan.stages:
            wanted = part.count or len(part.only)
            assert sum(item.stage == part.stage for item in items) == wanted, (seed, part)
        assert not any(overlap(index[a.id], index[b.id]) for a, b in combinations(items, 2)), seed
        minutes = sum(item.minutes for item in items)
        assert 0.8 * plan.minutes <= minutes <= 1.2 * plan.minutes, seed


def test_the_full_plan_has_all_six_stages(catalog):
    from interviewer.core.model import STAGES

    assert tuple(part.stage for part in catalog.plan("full").stages) == STAGES


def test_the_quick_plan_has_questions_and_one_exercise(catalog):
    items = choose_items(catalog.plan("quick"), catalog.index(), seed=0)
    assert [item.kind for item in items].count("exercise") == 1
    assert [item.kind for item in items].count("question") >= 2


def test_the_final_week_has_everything_once_and_a_day_of_rest(catalog):
    plan, index = catalog.plan("final-week"), catalog.index()
    named = [id for day in plan.days for id in day.items]
    assert sorted(named) == sorted(set(index) - SPEED)
    assert [day.title for day in plan.days if not day.items] == ["Rest"]
    assert len(plan.days) == 7
    assert set(PROMPTS["scenario"]) <= set(next(d.items for d in plan.days if d.title == "Scenarios"))
    for day in plan.days:
        assert sum(index[id].minutes for id in day.items) <= plan.minutes
        assert not any(overlap(index[a], index[b]) for a, b in combinations(day.items, 2)), day.title


def _asked(exercise):
    """Every question of an exercise: the approach, and the follow-ups."""
    return [question for question in (exercise.approach, *exercise.follow_ups) if question]


@pytest.mark.parametrize("id", sorted(EXERCISES))
def test_an_exercise_asks_about_the_approach_the_code_and_every_finding(catalog, id):
    exercise = catalog.exercise(id)
    assert exercise.approach and len([q for q in exercise.follow_ups if not q.when]) >= 2
    raised = {finding for wrong in wrong_solutions(exercise) for finding in wrong.review}
    assert raised <= {q.when for q in exercise.follow_ups}
    for question in _asked(exercise):
        assert question.id.startswith(f"{id}-") and len(question.points) >= 3
        assert all(point.accept and point.terms and point.hints for point in question.points)


@pytest.mark.parametrize("id", sorted(EXERCISES))
def test_what_an_exercise_asks_can_be_answered(catalog, id):
    from interviewer.grading import RubricGrader

    grader = RubricGrader()
    for question in _asked(catalog.exercise(id)):
        assert grader.grade(question, question.model_answer).score >= 0.85, question.id
        assert grader.grade(question, question.prompt).score == 0, question.id
        assert grader.grade(question, "").score == 0, question.id
