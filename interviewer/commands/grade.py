"""``interviewer grade``: one answer, or a batch of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from interviewer.commands import CommandError
from interviewer.compose import build_catalog
from interviewer.core.grading import Grade
from interviewer.core.model import Question
from interviewer.core.wording import grade_text


class Questions:
    """Questions by id: of one pack file, or of the catalog."""

    def __init__(self, pack: str | None) -> None:
        self._pack = load_pack(pack) if pack else None
        self._catalog = None if pack else build_catalog()

    def get(self, id: str) -> Question:
        """Raises CommandError, suggesting the nearest ids."""
        if self._catalog is None:
            assert self._pack is not None
            if id in self._pack:
                return self._pack[id]
            raise CommandError(f"there is no question {id!r} in that pack; it has {', '.join(self._pack)}")
        try:
            return self._catalog.question(id)
        except LookupError as error:
            raise CommandError(str(error)) from None


def load_pack(path: str) -> dict[str, Question]:
    """The questions of a file; its problems go to stderr, the sound ones are used."""
    from interviewer.packs import load_questions

    if not Path(path).is_file():
        raise CommandError(f"there is no file {path}")
    document, questions = load_questions(Path(path), shipped=False, name=path)
    for problem in document.problems:
        print(problem, file=sys.stderr)
    if not questions:
        raise CommandError(f"{path} has no question that can be used")
    return {q.id: q for q in questions}


def grade(
    *, question: str | None, file: str, batch: str | None, pack: str | None, explain: bool, as_json: bool
) -> int:
    """Exit 0 whenever it graded."""
    from interviewer.grading import RubricGrader

    grader = RubricGrader()
    if batch is not None:
        if explain:
            raise CommandError("--explain is for one answer; leave --batch out")
        if question is not None:
            raise CommandError(
                "--batch takes the question of each line from its question_id; leave QUESTION out"
            )
        with_lines(batch, lambda lines: _batch(lines, Questions(pack), grader))
        return 0
    if question is None:
        raise CommandError("name a QUESTION, or give --batch; `interviewer grade --help` shows how")
    asked = Questions(pack).get(question)
    answer = read_text(file)
    if explain:
        print(_explained(grader, asked, answer, as_json))
        return 0
    result = grader.grade(asked, answer)
    print(json.dumps(result.as_contract(), ensure_ascii=False) if as_json else grade_text(result, asked))
    return 0


def _explained(grader: Any, question: Question, answer: str, as_json: bool) -> str:
    """The grade with its whole reasoning, as text or with a further key in its object."""
    from interviewer.grading.explain import explain, lines

    result, reasoning = explain(grader, question, answer)
    if as_json:
        return json.dumps({**result.as_contract(), "explain": reasoning}, ensure_ascii=False)
    return "\n".join([grade_text(result, question), "", *lines(reasoning)])


def read_text(file: str) -> str:
    """A file or stdin as text; bytes that are not UTF-8 become replacement characters."""
    if file == "-":
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    try:
        return Path(file).read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise CommandError(f"cannot read {file} ({error.strerror})") from None


def with_lines(batch: str, use: Any) -> None:
    """Call ``use`` with the lines (bytes) of a file or of stdin."""
    if batch == "-":
        use(sys.stdin.buffer)
        return
    try:
        with open(batch, "rb") as lines:
            use(lines)
    except OSError as error:
        raise CommandError(f"cannot read {batch} ({error.strerror})") from None


def _batch(lines: Iterable[bytes], questions: Questions, grader: Any) -> None:
    cache: dict[str, Question] = {}
    for line in lines:
        if line.strip():
            print(json.dumps(_graded_line(line, questions, grader, cache), ensure_ascii=False))


def _graded_line(
    line: bytes, questions: Questions, grader: Any, cache: dict[str, Question]
) -> dict[str, Any]:
    """The object for one line: its own keys, then ours; or the error in its place."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"error": f"not JSON: {error}", "score": None}
    if not isinstance(row, dict):
        return {"error": "not a JSON object", "score": None}
    id, answer = row.get("question_id"), row.get("answer")
    if not isinstance(id, str) or not isinstance(answer, str):
        return {**row, "error": "question_id and answer must be there, and be strings", "score": None}
    try:
        if id not in cache:
            cache[id] = questions.get(id)
        result: Grade = grader.grade(cache[id], answer)
    except CommandError as error:
        return {**row, "error": str(error), "score": None}
    return {**row, **result.as_contract()}
