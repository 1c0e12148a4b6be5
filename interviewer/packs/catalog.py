"""Everything there is to ask: the packs that ship and a person's own, each read when it is wanted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from interviewer.core.model import STAGES, Exercise, Plan, Question

if TYPE_CHECKING:
    from interviewer.core.planning import Entry
    from interviewer.packs.contents import Contents
    from interviewer.packs.problems import Problem

#: What may stand in a path; the schema asks for a little more.
_ID = re.compile(r"[a-z0-9-]{1,80}")


class UnknownId(LookupError):
    """No such question, exercise or plan, or one that cannot be used; the message is one sentence."""


def load_catalog(home: Path | None = None) -> Catalog:
    """The packs that ship and those in ``home``; reads nothing yet."""
    return Catalog(shipped_root(), home)


def shipped_root() -> Path:
    """Where ``rubrics`` and ``exercises`` stand: inside an installed package, beside one in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_shipped"
    return installed if installed.is_dir() else package.parent


class Catalog:
    """Questions, exercises and plans by id. A broken pack is left out, and stops no other.

    What ships comes first: an id that a person's own pack gives a second time stays with it.
    """

    def __init__(self, shipped: Path, home: Path | None = None):
        self.shipped = shipped
        self.home = home
        self._questions: dict[str, Question] = {}
        self._exercises: dict[str, Exercise] = {}

    def question(self, id: str) -> Question:
        """One question, its overlaps as its file has them; raises UnknownId."""
        if id not in self._questions:
            found = self._shipped_question(id) or self._all.questions.get(id)
            if found is None:
                raise self._unknown("question", id, self._all.questions)
            self._questions[id] = found
        return self._questions[id]

    def exercise(self, id: str) -> Exercise:
        """One exercise; raises UnknownId."""
        if id not in self._exercises:
            found = self._shipped_exercise(id) or self._all.exercises.get(id)
            if found is None:
                raise self._unknown("exercise", id, self._all.exercises)
            self._exercises[id] = found
        return self._exercises[id]

    def plan(self, id: str) -> Plan:
        """One plan; raises UnknownId."""
        if id not in self._all.plans:
            raise self._unknown("plan", id, self._all.plans)
        return self._all.plans[id]

    def plans(self) -> dict[str, Plan]:
        """All plans by id, those that ship first."""
        return dict(self._all.plans)

    def questions(self, stage: str | None = None) -> list[Question]:
        """All questions, or those of a stage, in the order of the index."""
        every = self._all.questions
        return [every[id] for id, row in self._index.items() if id in every and stage in (None, row.stage)]

    def exercises(self) -> list[Exercise]:
        """All exercises, in the order of the index."""
        return [self._all.exercises[id] for id in self._index if id in self._all.exercises]

    def index(self) -> dict[str, Entry]:
        """What choosing needs to know of each question and exercise, by id, in the order of the stages.

        ``overlaps`` is symmetric here and names only what there is; the title of a question is its
        prompt.
        """
        return dict(self._index)

    def ids(self) -> list[str]:
        """The ids of all questions and exercises."""
        return list(self._index)

    def places(self) -> dict[str, tuple[str, int]]:
        """File and line of each question and exercise."""
        return dict(self._all.places)

    def problems(self) -> list[Problem]:
        """What was found wrong while loading; ``check_paths`` looks closer at the packs that ship."""
        return list(self._all.problems)

    def suggest(self, id: str, limit: int = 3) -> list[str]:
        """The ids nearest to one that does not exist, best first."""
        return nearest(id, self.ids(), limit)

    def _shipped_question(self, id: str) -> Question | None:
        """A question that ships, without reading the others: its file has its name."""
        from interviewer.packs.questions import load_questions

        for stage in STAGES if _ID.fullmatch(id) else ():
            path = self.shipped / "rubrics" / stage / f"{id}.yaml"
            if path.is_file():
                _, questions = load_questions(path, shipped=True, name=str(path))
                return next((q for q in questions if q.id == id), None)
        return None

    def _shipped_exercise(self, id: str) -> Exercise | None:
        from interviewer.packs.exercises import YAML, load_exercise

        folder = self.shipped / "exercises" / id
        if not _ID.fullmatch(id) or not (folder / YAML).is_file():
            return None
        exercise, _ = load_exercise(folder, shipped=True, name=str(folder))
        return exercise if exercise and exercise.id == id else None

    def _unknown(self, what: str, id: str, known: Iterable[str]) -> UnknownId:
        if problem := self._all.broken.get(id):
            return UnknownId(f"`{id}` cannot be used: {problem}")
        near = nearest(id, known, 3)
        advice = f"; did you mean {' or '.join(near)}?" if near else ""
        return UnknownId(f"there is no {what} `{id if len(id) <= 80 else id[:79] + '…'}`{advice}")

    @cached_property
    def _all(self) -> Contents:
        from interviewer.packs.contents import Contents

        contents = Contents()
        contents.load(self.shipped, shipped=True)
        if self.home:
            contents.load(self.home, shipped=False)
        contents.check_plans()
        return contents

    @cached_property
    def _index(self) -> dict[str, Entry]:
        rows = [*self._all.questions.values(), *self._all.exercises.values()]
        overlaps: dict[str, set[str]] = defaultdict(set)
        for row in self._all.questions.values():
            for other in row.overlaps:
                if other in self._all.places:
                    overlaps[row.id].add(other)
                    overlaps[other].add(row.id)
        rows.sort(key=lambda row: STAGES.index(row.stage))
        return {row.id: _entry(row, overlaps[row.id]) for row in rows}


def _entry(row: Question | Exercise, overlaps: set[str]) -> Entry:
    from interviewer.core.planning import Entry

    question = isinstance(row, Question)
    return Entry(
        id=row.id,
        stage=row.stage,
        kind="question" if question else "exercise",
        minutes=row.minutes,
        difficulty=row.difficulty,
        topics=row.topics,
        overlaps=tuple(sorted(overlaps)),
        title=row.prompt if question else row.title,
    )


def nearest(id: str, known: Iterable[str], limit: int) -> list[str]:
    """Ids that look like this one, best first."""
    import difflib

    return difflib.get_close_matches(id[:80], list(known), limit, cutoff=0.5)
