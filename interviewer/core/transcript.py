"""What was said, turn by turn: the one telling of an interview that every client renders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from interviewer.core import events as ev
from interviewer.core import performance
from interviewer.core.grading import Grade
from interviewer.core.model import STAGE_TITLES, Exercise, Question
from interviewer.core.running import PROMISES, VERDICTS, CheckResult, RunResult
from interviewer.core.wording import CHECK_GLYPHS, grade_text, minutes, so_far

Speaker = Literal["interviewer", "candidate", "grade", "note"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance. ``text`` is Markdown for the interviewer, and inert text for the candidate."""

    seq: int
    speaker: Speaker
    text: str
    item: str = ""
    code: bool = False  # the candidate's text is Python


def turns(events: Iterable[ev.Event]) -> list[Turn]:
    """The transcript of an interview."""
    teller = Teller()
    return [turn for event in events for turn in teller.tell(event)]


class Teller:
    """Tells events as turns, one by one; it remembers only what the telling depends on."""

    def __init__(self) -> None:
        self.practice = False
        self._questions: dict[str, Question] = {}
        self._exercises: dict[str, Exercise] = {}
        self._grades: dict[str, Grade] = {}
        self._closed: set[str] = set()
        self._passed: set[str] = set()  # exercises
        self._said: dict[str, str] = {}  # by item: what was asked last, to be repeated

    def tell(self, event: ev.Event) -> list[Turn]:
        """The turns that one event amounts to (often one, sometimes none)."""
        body, seq = event.body, event.seq

        def turn(speaker: Speaker, text: str, code: bool = False) -> list[Turn]:
            return [Turn(seq, speaker, text, getattr(body, "item", ""), code)]

        match body:
            case ev.Started():
                self.practice = body.mode == "practice"
                return turn("note", opening(body))
            case ev.StageEntered(stage=stage):
                return turn("note", f"Stage: {STAGE_TITLES.get(stage, stage)}")
            case ev.Asked(question=question):
                self._questions[question.id] = question
                self._said[body.item] = body.said or question.prompt
                return turn("interviewer", self._said[body.item])
            case ev.ExerciseSet(exercise=exercise):
                self._exercises[body.item] = exercise
                self._said[body.item] = exercise.statement
                return turn("interviewer", self._said[body.item])
            case ev.Answered(text=text):
                return turn("candidate", text)
            case ev.Graded(question=question, grade=grade):
                self._grades[question] = grade
                if not self.practice:
                    return []
                # while more may be asked about it, nothing that was not said is given away
                may_be_probed = question == body.item and question not in self._closed
                asked = self._questions.get(question)
                return turn("grade", so_far(grade) if may_be_probed else grade_text(grade, asked))
            case ev.Probed(text=text):
                self._said[body.item] = text
                return turn("interviewer", text)
            case ev.Clarified(request=request, text=text):
                return turn("candidate", request) + turn("interviewer", text)
            case ev.Contested(text=text):
                return turn("note", f"Contested: {text}")
            case ev.Hinted(step=step, text=text):
                return turn("interviewer", f"Hint {step}: {text}")
            case ev.Repeated(item=item):
                return turn("interviewer", self._said.get(item, ""))
            case ev.Skipped():
                return turn("note", "Skipped.")
            case ev.CodeSubmitted(code=code):
                return turn("candidate", code, code=True)
            case ev.RunJudged(result=result):
                if result.passed:
                    self._passed.add(body.item)
                return turn("grade", run_text(result))
            case ev.ClockWarned(text=text):
                return turn("note", text)
            case ev.Paused():
                return turn("note", f"Paused at {minutes(event.active_s)}.")
            case ev.Resumed(after=after):
                return turn(
                    "note", "Taken up again." if after == "pause" else "Taken up again after a break."
                )
            case ev.ItemClosed(item=item):
                return self._closing(seq, item)
            case ev.Advised(text=text):
                return turn("interviewer", text)
            case ev.Ended(reason=reason):
                done = "That was the last one. Thank you." if reason == "completed" else "Ended early."
                return turn("note", f"{done} The report is ready.")
        return []

    def _closing(self, seq: int, item: str) -> list[Turn]:
        """Of code that passed, why it works: only now, because it answers what is asked about the code. Of a
        question, in practice, the whole grade and the model answer; a mock interview keeps them for the report."""
        self._closed.add(item)
        exercise = self._exercises.get(item)
        if exercise and exercise.explanation and item in self._passed:
            return [Turn(seq, "note", f"Why this works\n\n{exercise.explanation.strip()}", item)]
        question, grade = self._questions.get(item), self._grades.get(item)
        if not self.practice or question is None:
            return []
        told = [Turn(seq, "grade", grade_text(grade, question), item)] if grade else []
        if question.model_answer:
            told.append(Turn(seq, "note", f"A strong answer\n\n{question.model_answer.strip()}", item))
        return told


def opening(started: ev.Started) -> str:
    """The interviewer's first words."""
    count, time = len(started.items), sum(i.minutes for i in started.items)
    mode = "Grades come after each answer." if started.mode == "practice" else "Grades come at the end."
    lines = [f"{started.plan.title}: {count} item{'s' * (count != 1)}, about {time:.0f} minutes. {mode}"]
    if started.model:
        lines.append(f"{started.model} leads the conversation, and reads after the offline rubric.")
    return "\n".join([*lines, *started.left_out])


def check_lines(checks: Iterable[CheckResult]) -> list[str]:
    """Each check as words and a glyph, never by colour alone. What an earlier one said of another case is
    not said again: one missing function fails them all with the same words."""
    lines: list[str] = []
    told: set[str] = set()
    for check in checks:
        case, _, what = check.message.partition(": ")
        message = f"{case}: the same" if what and what in told else check.message
        told.add(what)
        status = check.status.replace("_", " ")
        lines.append(f"{CHECK_GLYPHS[check.status]} {status}: {check.id}  {message}".rstrip())
    return lines


def run_text(result: RunResult) -> str:
    """The outcome of a run in plain lines."""
    lines = [f"{result.verdict}: {result.message or VERDICTS.get(result.verdict, '')}"]
    lines += check_lines(result.checks)
    if result.performance:
        lines += performance.lines(result.performance)
    lines += [f"line {f.line}: {f.message} ({f.id})" for f in result.review]
    if result.output.strip():
        lines += ["printed:", result.output.rstrip()]
    if any(result.sandbox.values()):
        lines.append(sandbox_line(result))
    return "\n".join(lines)


def sandbox_line(result: RunResult) -> str:
    """sandbox: files ✓ network ✓ processes ✓ memory ✗"""
    kept = [f"{name} {'✓' if result.sandbox.get(name) else '✗'}" for name in PROMISES]
    return f"sandbox: {' '.join(kept)}"
