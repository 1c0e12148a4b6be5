"""Make the worked examples in sessions/: two interviews sat through the real conductor, grader and judge.

    python tools/make_examples.py

What the candidate says is written here; everything else (the questions, the grades, the runs) is
what the program does. The clock is a stand-in that moves as a person would.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from interviewer.compose import build_catalog, exercise_python
from interviewer.conductor import Desk
from interviewer.core import events as ev
from interviewer.core import interview as iv
from interviewer.core.planning import ad_hoc_plan
from interviewer.grading import RubricGrader
from interviewer.runner.local import LocalRunner
from interviewer.store import Store

ROOT = Path(__file__).resolve().parents[1]
TYPING = 5.0  # characters a second, thinking included


class TellingClock:
    """Time that moves when the candidate takes some."""

    def __init__(self, start: datetime) -> None:
        self._start, self._seconds = start, 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    def advance(self, seconds: float) -> None:
        self._seconds += seconds


@dataclass
class Candidate:
    """What one person says: to each question, to each point probed, and the code they submit."""

    answers: dict[str, list[str]]
    probed: dict[str, str] = field(default_factory=dict)  # by point; what is not here is skipped
    code: list[str] = field(default_factory=list)

    async def sit(self, conductor, clock: TellingClock) -> None:
        while not conductor.state.ended:
            move = conductor.move()
            if isinstance(move, iv.AwaitCode):
                clock.advance(150)
                await (conductor.submit(self.code.pop(0)) if self.code else conductor.finish_code())
                continue
            assert isinstance(move, iv.AwaitAnswer), move
            await self._answer(conductor, clock, move)

    async def _answer(self, conductor, clock: TellingClock, move: iv.AwaitAnswer) -> None:
        part = conductor.state.items[move.item].part(move.question)
        todo = self.answers.get(move.question, [])
        if todo:
            said = todo.pop(0)
        elif part.probes and len(part.probes) >= len(part.answers) and part.answers:
            said = self.probed.pop(part.probes[-1].point, "/skip")
        else:
            said = "/skip"
        clock.advance(8 + len(said) / TYPING)
        if said == "/skip":
            await conductor.skip()
        elif said == "/hint":
            await conductor.hint()
        else:
            await conductor.answer(said)


def exercise_file(path: str) -> str:
    return (ROOT / "exercises" / path).read_text(encoding="utf-8")


MOCK = Candidate(
    answers={
        "gradient-descent": [
            "It's the loop that trains the network. You compute the gradient of the loss with respect to the "
            "weights and take a small step the other way, w = w - lr * grad, because the gradient points to where "
            "the loss grows fastest. You repeat that until the loss stops going down. The learning rate says how "
            "big a step is: too big and it overshoots or blows up, too small and it takes forever."
        ],
        "train-vs-eval-mode": [
            "model.eval() turns dropout off, and batch norm uses the running mean and variance it collected in "
            "training instead of those of the batch. model.train() switches both back on. If you forget eval your "
            "validation numbers are noisy and worse than they should be. And eval() switches off gradients, so you "
            "save memory."
        ],
        "early-stopping-approach": [
            "I remember the best loss so far, starting at infinity, the epoch it came from, and a copy of the "
            "weights. If the new loss is lower than best minus min_delta I update all three; otherwise I count, "
            "and when the count reaches patience step says stop."
        ],
        "early-stopping-copy": [
            "state_dict gives you references to the live tensors, so if I kept it as it is, the optimizer would "
            "change my saved copy too, and restore would bring back the last weights. I use copy.deepcopy."
        ],
        "fails-in-production": [
            "First I'd roll back to the last version that worked if it hurts users. Then I'd check that the "
            "preprocessing in the service is the same as in training, the usual culprit. I'd log live inputs and "
            "compare their distribution with the training data to see whether it drifted. I'd collect the examples "
            "where it fails, label them, and look at what they have in common. Depending on the cause I'd "
            "retrain on recent data, and I'd put monitoring and alerts on inputs and predictions."
        ],
    },
    probed={
        "batch-variants": "On a mini-batch, say 64 examples: cheaper than the whole set, less noisy than one example.",
        "stops-at-local": "When the validation loss flattens. With a neural net it's some local minimum or saddle "
        "point, there is no guarantee that it is the global one.",
        "not-gradients": "Hmm, no. You still need torch.no_grad() for that; eval() only changes how layers behave.",
        "forget-train": "Then the rest of the training runs without dropout and with frozen batch norm statistics.",
        "honest-evaluation": "I'd check the split for leakage, and whether the held-out score was as good as the "
        "training score.",
        "deployed-artifact": "Run the same inputs through both and compare the outputs number by number.",
    },
    code=[
        exercise_file("early-stopping/wrong/keeps_a_reference.py"),
        exercise_file("early-stopping/reference.py"),
    ],
)

PRACTICE = Candidate(
    answers={
        "attention": [
            "/hint",
            "Instead of squeezing the whole sentence into one vector, the decoder looks at all positions and "
            "weighs them by how relevant they are right now. For that, each query is compared with every key by a "
            "dot product, a softmax makes weights that add up to one, and the output is the sum of the values "
            "weighted by them.",
        ],
        "gradient-clipping": [
            "loss.backward()\ntorch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)\noptimizer.step()",
        ],
        "reduce-overfitting": ["/skip"],
        "overfitting-vs-underfitting": [
            "Overfitting is when both training and validation loss stay high, because the model is too simple. "
            "Underfitting is when training loss is low but validation loss is high.",
        ],
    },
    probed={
        "scaling": "By the square root of the key dimension, otherwise the scores get large and the softmax saturates.",
        "self-and-cross": "In self-attention all three come from the same sequence; in cross-attention the query "
        "comes from the decoder and keys and values from the encoder.",
        "why-clip": "Without it one exploding gradient makes one enormous update and the loss goes to NaN, "
        "typically in RNNs.",
        "cap-the-norm": "The whole gradient is scaled down so that its norm is at most the threshold; the direction "
        "stays the same.",
    },
)

EXAMPLES = [
    (
        "example-mock-interview",
        "Worked example: a mock interview",
        datetime(2026, 11, 16, 18, 30, tzinfo=UTC),
        ("gradient-descent", "train-vs-eval-mode", "early-stopping", "fails-in-production"),
        "mock",
        MOCK,
    ),
    (
        "example-practice",
        "Worked example: practice",
        datetime(2026, 11, 17, 7, 45, tzinfo=UTC),
        ("attention", "gradient-clipping", "reduce-overfitting", "overfitting-vs-underfitting"),
        "practice",
        PRACTICE,
    ),
]


async def make(
    name: str, title: str, start: datetime, ids: tuple[str, ...], mode: ev.Mode, candidate: Candidate
) -> None:
    home, clock, catalog = Path(tempfile.mkdtemp()), TellingClock(start), build_catalog()
    store = Store(home)
    runner = LocalRunner(exercise_python(), home)
    desk = Desk(store=store, catalog=catalog, grader=RubricGrader(), runner=runner, clock=clock)
    plan = replace(ad_hoc_plan(ids, catalog.index()), title=title)
    conductor = desk.conductor(name, lambda event: clock.advance(1))
    await conductor.start(plan, mode=mode, seed=7)
    await candidate.sit(conductor, clock)
    await conductor.close()
    (ROOT / "sessions" / f"{name}.json").write_text(store.export(name, "json"), encoding="utf-8")
    print(f"{name}: {len(conductor.events)} events")
    await desk.close()


async def main() -> None:
    for example in EXAMPLES:
        await make(*example)


if __name__ == "__main__":
    asyncio.run(main())
