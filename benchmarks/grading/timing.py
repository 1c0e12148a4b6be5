"""What a grade costs, on one thread."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.grading.questions import shipped, thin
from interviewer.grading import RubricGrader, vectors

BATCH = 10_000
_FIRST = """
import time
began = time.perf_counter()
from interviewer.compose import build_catalog
from interviewer.grading import RubricGrader
question = build_catalog().question("gradient-descent")
RubricGrader().grade(question, "You step against the gradient of the loss.")
print(time.perf_counter() - began)
import sys
assert "torch" not in sys.modules and "numpy" not in sys.modules
"""


def report() -> None:
    """Print Show 4 of the grader's issue, beside how fast this machine is at plain Python."""
    questions = shipped()
    grader = RubricGrader()
    answers = [(question, example.answer) for question in questions for example in question.exemplars]
    for question, answer in answers:
        grader.grade(question, answer)
    took = [grader.grade(question, answer).ms for question, answer in answers]
    words = statistics.fmean(len(answer.split()) for _, answer in answers)
    print(f"\n{len(answers)} answers of {words:.0f} words: median {statistics.median(took):.2f} ms,", end=" ")
    print(f"mean {statistics.fmean(took):.2f} ms; a loop of 10,000 squares here {_loop():.2f} ms")
    first = subprocess.run([sys.executable, "-c", _FIRST], capture_output=True, text=True, check=True)
    print(f"first grade {float(first.stdout):.2f} s after start, its question's pack read with it")
    long = (" ".join(answer for _, answer in answers) * 40)[:1_000_000]
    print(f"1 MB answer {grader.grade(questions[0], long).ms / 1000:.2f} s")
    print(f"{BATCH:,} answers through --batch: {_batch(answers):.0f} a second")
    if vectors.load():
        _with_vectors(answers, long)


def _with_vectors(answers: list, long: str) -> None:
    """The same by rubrics that say each point once, with word vectors."""
    grader = RubricGrader()
    questions = {question.id: thin(question) for question, _ in answers}
    began = time.perf_counter()
    first = next(iter(questions.values()))
    grader.grade(first, answers[0][1])
    print(f"with vectors: the first grade of a question {time.perf_counter() - began:.2f} s,", end=" ")
    took = [grader.grade(questions[question.id], answer).ms for question, answer in answers]
    took = [grader.grade(questions[question.id], answer).ms for question, answer in answers]
    print(f"then median {statistics.median(took):.1f} ms, mean {statistics.fmean(took):.1f} ms,", end=" ")
    print(f"{1000 / statistics.fmean(took):.0f} a second; 1 MB {grader.grade(first, long).ms / 1000:.2f} s")


def _loop() -> float:
    def once() -> float:
        began = time.perf_counter()
        sum(i * i for i in range(10_000))
        return (time.perf_counter() - began) * 1000

    return min(once() for _ in range(20))


def _batch(answers: list) -> float:
    rows = [{"question_id": question.id, "answer": answer} for question, answer in answers]
    lines = "".join(json.dumps(rows[i % len(rows)]) + "\n" for i in range(BATCH))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.jsonl"
        file.write_text(lines, encoding="utf-8")
        began = time.perf_counter()
        command = [sys.executable, "-m", "interviewer", "grade", "--batch", str(file), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        took = time.perf_counter() - began
    assert len(done.stdout.splitlines()) == BATCH
    return BATCH / took
