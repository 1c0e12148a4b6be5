"""Count in how many shipped questions each concept occurs: ``python -m benchmarks.grading.background``.

Writes interviewer/grading/background.txt, the grader's idea of which words are common in the field.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import interviewer
from benchmarks.grading.questions import shipped
from interviewer.core.model import Question
from interviewer.grading.concepts import passage

TARGET = Path(interviewer.__file__).parent / "grading" / "background.txt"


def concepts(question: Question) -> set[str]:
    """Every concept that the rubric, its exemplars or its model answer uses."""
    texts = [question.prompt, question.model_answer]
    texts += [text for p in question.points for text in (p.text, *p.accept, *p.contradicts)]
    texts += [text for m in question.misconceptions for text in m.says]
    texts += [e.answer for e in question.exemplars if e.kind != "typos"]
    return {key for text in texts for key in passage(text).signs}


def main() -> None:
    questions = shipped()
    counts = Counter(key for question in questions for key in concepts(question))
    lines = [f"{len(questions)}"] + [f"{n}\t{key}" for key, n in sorted(counts.items())]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines) - 1} concepts of {len(questions)} questions")


if __name__ == "__main__":
    main()
