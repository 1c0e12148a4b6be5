"""Everything that is found below the folders of packs."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from interviewer.core.model import Exercise, Plan, Question
from interviewer.packs import exercises, plans, questions
from interviewer.packs.document import Document
from interviewer.packs.problems import Problem

RUBRICS, EXERCISES = "rubrics", "exercises"


@dataclass(slots=True)
class Contents:
    """All that was found, where, and what was wrong with it."""

    questions: dict[str, Question] = field(default_factory=dict)
    exercises: dict[str, Exercise] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)  # of questions and exercises
    problems: list[Problem] = field(default_factory=list)
    broken: dict[str, Problem] = field(default_factory=dict)  # by id: what keeps it from being used
    plan_documents: list[Document] = field(default_factory=list)

    def load(self, root: Path, shipped: bool) -> None:
        """Add the packs below a folder; what is already there stays."""
        for path in question_files(root / RUBRICS):
            self._questions_of(path, shipped)
        for folder in exercise_folders(root / EXERCISES):
            self._exercise_in(folder, shipped)
        for path in plan_files(root / RUBRICS):
            self._plans_of(path, shipped)

    def check_plans(self) -> None:
        """Once everything is there: plans name only that."""
        stages = {row.id: row.stage for row in (*self.questions.values(), *self.exercises.values())}
        for document in self.plan_documents:
            plans.check_ids(document, stages)
            self.problems += document.problems

    def _questions_of(self, path: Path, shipped: bool) -> None:
        document, found = questions.load_questions(path, shipped=shipped, name=shown(path))
        self.problems += document.problems
        lines = {item.text("id"): item.line for item in document.items("questions")}
        for question in found:
            if self._place(question.id, document.path, lines[question.id]):
                self.questions[question.id] = question
        if document.problems:
            self._note_broken(document, path.stem, {question.id for question in found})

    def _exercise_in(self, folder: Path, shipped: bool) -> None:
        exercise, problems = exercises.load_exercise(folder, shipped=shipped, name=shown(folder))
        self.problems += problems
        if exercise is None:
            self.broken.setdefault(folder.name, problems[0])
        elif self._place(exercise.id, f"{shown(folder)}/{exercises.YAML}", 1):
            self.exercises[exercise.id] = exercise

    def _plans_of(self, path: Path, shipped: bool) -> None:
        document, found = plans.load_plans(path, shipped=shipped, name=shown(path))
        self.plan_documents.append(document)
        for plan in found:
            if self.plans.setdefault(plan.id, plan) is not plan:
                message = f"there is a plan `{plan.id}` already; this one is not used"
                document.problem(document.root, message, "warning")

    def _place(self, id: str, path: str, line: int) -> bool:
        """Take an id, unless it is taken."""
        if id in self.places:
            self.problems.append(Problem(path, line, 1, taken(id, self.places[id])))
            return False
        self.places[id] = (path, line)
        return True

    def _note_broken(self, document: Document, stem: str, loaded: set[str]) -> None:
        """Remember why ids are not there, for whoever asks for one."""
        errors = [p for p in document.problems if p.severity == "error"]
        for item in document.items("questions"):
            if (id := item.text("id")) and id not in loaded:
                after = (p for p in errors if (p.line, p.column) >= item.place)
                self.broken.setdefault(id, next(after, errors[0]))
        if errors and stem not in loaded:
            self.broken.setdefault(stem, errors[0])


def question_files(root: Path) -> list[Path]:
    """The question files below a folder, in order of their names; plans and exercises are others."""
    return [p for p in _yaml_files(root) if p.name not in (plans.FILE, exercises.YAML)]


def plan_files(root: Path) -> list[Path]:
    """The files of plans below a folder."""
    return [p for p in _yaml_files(root) if p.name == plans.FILE]


def exercise_folders(root: Path) -> list[Path]:
    """The exercise folders at or below a folder."""
    return [p.parent for p in _yaml_files(root) if p.name == exercises.YAML]


def _yaml_files(root: Path) -> list[Path]:
    # os.walk and os.path: a folder that may not be read is passed over, where pathlib would raise
    found = (Path(folder, name) for folder, _, names in os.walk(root) for name in names)
    return sorted(p for p in found if p.suffix in (".yaml", ".yml") and os.path.isfile(p))


def shown(path: Path) -> str:
    """A path as problems name it: from here, where it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def taken(id: str, place: tuple[str, int]) -> str:
    """What to say of an id that is given twice."""
    return f"the id `{id}` is taken by {place[0]}:{place[1]}; this one is not used"
