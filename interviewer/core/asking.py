"""What an interviewer knows when it is about to say something, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from interviewer.core.model import STAGE_TITLES, Question, RubricPoint

if TYPE_CHECKING:
    from interviewer.core.interview import ItemState, Part, State

Task = Literal["question", "approach", "follow_up", "probe", "clarify"]


@dataclass(frozen=True, slots=True)
class Scene:
    """One turn that the interview has decided on, to be worded."""

    task: Task
    question: Question
    words: str  # the rubric's own wording of it; what is said where there is no other
    plan: str
    place: str  # where in the plan this is, in words
    point: RubricPoint | None = None  # a probe: what it is about
    request: str = ""  # a clarification: what the candidate asked
    dialogue: tuple[tuple[str, str], ...] = ()  # on this item: ("interviewer" | "candidate", text)
    before: tuple[str, ...] = ()  # what the interviewer said earlier, not to be said again
    code: str = ""  # a follow-up: the candidate's last submission …
    outcome: str = ""  # … and what came of it, findings of the review included


@dataclass(frozen=True, slots=True)
class Wording:
    """A turn, worded."""

    text: str
    by: str = ""  # empty: the rubric's own words
    note: str = ""  # why nobody else's: one sentence


class OwnWords:
    """The interviewer without a model: says what the rubric says."""

    name = ""

    async def word(
        self, scene: Scene, on_text: Callable[[str], None], say: Callable[[str], None] | None = None
    ) -> Wording:
        return Wording(scene.words)

    async def advise(self, grades: str) -> Wording:
        return Wording("")

    async def close(self) -> None:
        pass


def scene(
    state: State,
    item: str,
    task: Task,
    question: Question,
    *,
    point: RubricPoint | None = None,
    request: str = "",
) -> Scene:
    """What there is to know for saying ``task`` on an item now."""
    assert state.started is not None
    entry = state.items[item]
    number = min(state.done + 1, len(state.items))
    stage = STAGE_TITLES.get(entry.item.stage, entry.item.stage)
    attempt = entry.attempts[-1] if entry.attempts and task == "follow_up" else None
    return Scene(
        task=task,
        question=question,
        words=(point.probe or point.text) if point else question.prompt,
        plan=state.started.plan.title,
        place=f"Item {number} of {len(state.items)}, stage {stage}.",
        point=point,
        request=request,
        dialogue=tuple(turn for part in entry.parts for turn in _said(part)),
        before=tuple(_asked(entry_) for entry_ in state.items.values() if entry_.parts),
        code=attempt.code if attempt else "",
        outcome=_outcome(entry) if attempt else "",
    )


def _said(part: Part) -> list[tuple[str, str]]:
    who = {"answer": "candidate", "request": "candidate"}
    return [
        ("interviewer", part.said),
        *((who.get(kind, "interviewer"), text) for kind, text in part.dialogue),
    ]


def _asked(entry: ItemState) -> str:
    return entry.parts[0].said


def _outcome(entry: ItemState) -> str:
    result = entry.last_result
    if result is None:
        return ""
    lines = [f"{result.verdict} {result.message}".strip()]
    lines += [f"check {c.id}: {c.status} {c.message}".strip() for c in result.checks]
    lines += [f"review, line {f.line}: {f.message}" for f in result.review]
    return "\n".join(lines)
