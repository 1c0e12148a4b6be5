"""Second readings: answers that were graded offline at once are read again by a model, in the background.

Each reading that arrives is an event of its own; the interview waits for none of them longer than it
wants to, and loses nothing when one never comes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from interviewer.core import events as ev
from interviewer.core.grading import Grade
from interviewer.core.interview import Part
from interviewer.core.model import Question
from interviewer.core.ports import SecondGrader, StoreError

Key = tuple[str, str, int]  # item, question, how many answers were read


class Readings:
    """The readings of one interview that are under way."""

    def __init__(
        self,
        grader: SecondGrader | None,
        record: Callable[[ev.Body], Awaitable[None]],
        say: Callable[[str], None],
    ) -> None:
        self._grader, self._record, self._say = grader, record, say
        self._under_way: dict[Key, asyncio.Task[None]] = {}
        self._told = ""

    def begin(self, item: str, part: Part, first: Grade) -> None:
        """Have all that was answered so far read again; ``first`` is its offline grade."""
        if self._grader is not None and part.answers:
            key = (item, part.question.id, len(part.answers))
            task = asyncio.create_task(self._read(key, part, part.text, first))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))

    async def settled(self, seconds: float, question: str | None = None) -> bool:
        """Wait for what is under way (on one question); whether there was anything to wait for."""
        tasks = [task for key, task in self._under_way.items() if question in (None, key[1])]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        return bool(tasks)

    def pending(self, question: str | None = None) -> bool:
        """Whether a reading (of one question) is under way."""
        return any(question in (None, key[1]) for key in self._under_way)

    async def close(self) -> None:
        """Give up what is under way; it can be read again later."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def read(
        self, item: str, part: Part, rubric: Question, first: Grade, *, objection: str = ""
    ) -> Grade:
        """One reading by ``rubric``, now; recorded."""
        number = len(part.answers)
        grade = await self._graded(rubric, part.text, first, objection)
        await self._record(ev.Graded(item, part.question.id, grade, number, rubric.pack_hash))
        return grade

    async def _read(self, key: Key, part: Part, text: str, first: Grade) -> None:
        item, question, number = key
        with contextlib.suppress(StoreError):  # the offline grade stands; it can be read again later
            grade = await self._graded(part.question, text, first)
            await self._record(ev.Graded(item, question, grade, number))
            self._tell(grade.note if grade.score is None else "")

    async def _graded(self, rubric: Question, text: str, first: Grade, objection: str = "") -> Grade:
        assert self._grader is not None
        try:
            return await self._grader.grade(rubric, text, first, objection=objection, say=self._say)
        except Exception as error:  # a fault of ours, not of the model: unscored, and said
            return Grade(rubric.id, None, self._grader.name, note=f"It failed ({type(error).__name__}).")

    def _tell(self, why: str) -> None:
        """Say why there is no reading, once for the same reason."""
        if why and why != self._told:
            self._say(f"{why} The offline grade stands.")
        self._told = why
