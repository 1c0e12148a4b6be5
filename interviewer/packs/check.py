"""``interviewer check``, its static part: everything about packs that can be said without running them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from interviewer.core.model import Question
from interviewer.packs import contents, exercises, plans, questions
from interviewer.packs.catalog import Catalog, load_catalog
from interviewer.packs.document import Document, Node
from interviewer.packs.problems import Problem

#: What a grader has to say of a question: ``(point id, message)`` pairs.
Review = Callable[[Question], Iterable[tuple[str, str]]]


def check_paths(
    paths: Sequence[Path] = (), strict: bool = False, home: Path | None = None, review: Review | None = None
) -> list[Problem]:
    """All problems of files and folders of packs, each document's in order of its lines.

    Args:
        paths: question files, ``plans.yaml``, an exercise's folder or its ``exercise.yaml``, or
            folders of these; none: the packs that ship, and those in ``home``.
        strict: hold them to what the packs that ship must have; those that ship always are.
        home: where a person's own packs are; their ids are known to those checked.
        review: asked about each sound question; what it says of a point becomes a warning at its id.
    """
    check = _Check(load_catalog(home), strict, review)
    for path in paths:
        check.path(path)
    if not paths:
        check.everything()
    return check.finish()


@dataclass(slots=True)
class _Check:
    catalog: Catalog
    strict: bool
    review: Review | None = None
    problems: list[Problem] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)  # of questions and plans
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)

    def everything(self) -> None:
        """The packs that ship, and a person's own."""
        for root in (self.catalog.shipped, self.catalog.home):
            for name in (contents.RUBRICS, contents.EXERCISES) if root else ():
                self._folder(root / name)

    def path(self, path: Path) -> None:
        """One path as given: a file, an exercise, or a folder of both."""
        if path.is_dir():
            if not self._folder(path):
                self.problems.append(Problem(contents.shown(path), 1, 1, "holds no packs"))
        elif not path.exists():
            self.problems.append(Problem(contents.shown(path), 1, 1, "there is no such file or folder"))
        elif path.name == exercises.YAML:
            self._exercise(path.parent)
        else:
            self._file(path)

    def finish(self) -> list[Problem]:
        """What can be said only once everything was read: ids that are taken or unknown."""
        stages = {id: row.stage for id, row in self.catalog.index().items()} | self.stages
        for document in self.documents:
            plans.check_ids(document, stages)
            for question in document.sound(document.items("questions")):
                self._overlaps(document, question, stages)
            self.problems += document.problems
        order = {path: number for number, path in enumerate(dict.fromkeys(p.path for p in self.problems))}
        return sorted(self.problems, key=lambda p: (order[p.path], p.line, p.column))

    def _folder(self, folder: Path) -> bool:
        """All packs at or below a folder; False where there are none."""
        folders = contents.exercise_folders(folder)
        files = [*contents.question_files(folder), *contents.plan_files(folder)]
        files = [path for path in files if not any(path.is_relative_to(each) for each in folders)]
        for path in files:
            self._file(path)
        for each in folders:
            self._exercise(each)
        return bool(files or folders)

    def _ships(self, path: Path) -> bool:
        roots = (self.catalog.shipped / name for name in (contents.RUBRICS, contents.EXERCISES))
        return any(path.resolve().is_relative_to(root.resolve()) for root in roots)

    def _file(self, path: Path) -> None:
        strict, name = self.strict or self._ships(path), contents.shown(path)
        if path.name == plans.FILE:
            self.documents.append(plans.check_plans(path, strict, name))
            return
        document = questions.check_questions(path, strict, name)
        self.documents.append(document)
        for question in document.items("questions"):
            self._id(document, question)
        if self._ships(path):
            self._file_name(document, path)
        self._review(document)

    def _review(self, document: Document) -> None:
        """What the grader remarks on, once a question can be used."""
        if self.review is None:
            return
        for node in document.sound(document.items("questions")):
            places = {point.text("id"): point.get("id") for point in node.items("points")}
            for id, remark in self.review(questions.build_question(node, document.digest)):
                document.problem(places[id], f"point `{id}`: {remark}", "warning")

    def _exercise(self, folder: Path) -> None:
        strict, name = self.strict or self._ships(folder), contents.shown(folder)
        document = exercises.check_exercise(folder, strict, name)
        if document.root:
            self._id(document, document.root, stage="coding")
        self.problems += document.problems

    def _id(self, document: Document, item: Node, stage: str | None = None) -> None:
        """Note an id; say so if another pack has it. An exercise's stage is given; its file is its own."""
        if not (id := item.text("id")):
            return
        place = (document.path, item.line if stage is None else 1)
        known = self.places.get(id) or self.catalog.places().get(id, place)
        if not _same(known, place):
            document.problem(item.get("id"), contents.taken(id, known))
            return
        self.places[id] = place
        self.stages[id] = stage or item.text("stage")

    def _file_name(self, document: Document, path: Path) -> None:
        """One question to a file of its name, in the folder of its stage: it loads without the others."""
        items = document.sound(document.items("questions"))
        if len(items) > 1:
            document.problem(items[1], "holds a second question; a shipped file has one")
        for key, wanted in (("id", path.stem), ("stage", path.resolve().parent.name)):
            node = items[0].get(key) if items else None
            if node and node.value != wanted:
                document.problem(node, f"`{key}` is {node.value}, and the file stands at {wanted}")

    def _overlaps(self, document: Document, question: Node, known: dict[str, str]) -> None:
        for other in question.items("overlaps"):
            if other.value not in known:
                document.problem(other, f"`overlaps` names `{other.value}`, which there is not", "warning")


def _same(one: tuple[str, int], other: tuple[str, int]) -> bool:
    return one[1] == other[1] and Path(one[0]).resolve() == Path(other[0]).resolve()
