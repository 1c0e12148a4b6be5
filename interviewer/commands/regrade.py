"""``interviewer sessions regrade``."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from interviewer.commands import CommandError, suggest
from interviewer.commands.start import model_profile
from interviewer.compose import build_catalog, open_desk
from interviewer.conductor import Conductor, Desk, Notice
from interviewer.core.grading import Grade, disagree
from interviewer.core.interview import State
from interviewer.core.wording import percent

#: A rate limit is waited out that asks for no more than this.
RATE_LIMIT_S = 120.0


def regrade(
    *,
    session: str,
    profile: str | None,
    offline: bool,
    questions: tuple[str, ...],
    new_rubrics: bool,
    contest: str | None,
    as_json: bool,
) -> None:
    """Append one more reading of each answer, and show what it changes."""
    model = model_profile(profile, offline=offline)
    if contest and (model is None or len(questions) != 1):
        raise CommandError("--contest needs one --question, and a model to read it again (--profile)")
    if model is not None:  # nobody waits for the next question here
        model = replace(model, wait_s=max(model.wait_s, RATE_LIMIT_S))
    asyncio.run(_regrade(open_desk(profile=model), session, questions, new_rubrics, contest, as_json))


async def _regrade(
    desk: Desk,
    session: str,
    questions: tuple[str, ...],
    new_rubrics: bool,
    contest: str | None,
    as_json: bool,
) -> None:
    try:
        known = [info.id for info in desk.store.sessions()]
        if session not in known:
            raise CommandError(f"there is no session {session!r}; {suggest(session, known)}")
        conductor = desk.conductor(session, _tell)
        await conductor.look_back()
        answered = dict(_answers(conductor.state))
        for question in questions:
            if question not in answered:
                raise CommandError(f"{question!r} was not answered in it; {suggest(question, answered)}")
        if not answered:
            raise CommandError(f"nothing was answered in {session}, so there is nothing to grade")
        for question in questions or answered:
            before = answered[question]
            rubric = _rubric(question) if new_rubrics else None
            if contest:
                after = await conductor.contest(question, contest)
            else:
                after = await conductor.read_again(question, rubric)
            _show(question, before, after, _counting(conductor, question), as_json)
    except ValueError as error:
        raise CommandError(str(error)) from None
    finally:
        await desk.close()


def _answers(state: State) -> Iterator[tuple[str, Grade | None]]:
    for entry in state.items.values():
        for part in entry.parts:
            if part.answers:
                yield part.question.id, part.grade


def _counting(conductor: Conductor, question: str) -> Grade | None:
    """The grade that counts now."""
    return dict(_answers(conductor.state)).get(question)


def _rubric(question: str) -> Any:
    """The question as the packs have it now; None, so the one that was asked, where they have it no more."""
    try:
        return build_catalog().question(question)
    except LookupError as error:
        print(f"{error}; it is graded by the rubric it was asked with", file=sys.stderr)
        return None


def _show(question: str, before: Grade | None, after: Grade, counts: Grade | None, as_json: bool) -> None:
    changed = list(_changes(before, after))
    if as_json:
        row = {
            "question_id": question,
            "before": before.as_contract() if before else None,
            "after": after.as_contract(),
            "counts": counts.grader if counts else None,
            "note": after.note,
            "provenance": after.provenance.to_dict() if after.provenance else None,
            "changed": [{"id": i, "before": b, "after": a} for i, b, a in changed],
        }
        print(json.dumps(row, ensure_ascii=False))
        return
    old = f"{percent(before.score)} by {before.grader}" if before else "not graded"
    new = f"{percent(after.score)} by {after.grader}"
    stands = "" if after.score is not None else f" — {after.note} The grade before stands."
    far = " (far apart: contest it if you disagree)" if before and disagree(before, after) else ""
    print(f"{question}: {old} → {new}{far}{stands}")
    if after.score is not None:
        for id, was, now in changed:
            print(f"    {id}: {was} → {now}")


def _changes(before: Grade | None, after: Grade) -> Iterator[tuple[str, str, str]]:
    for verdict in after.points:
        old = before.verdict(verdict.id) if before else None
        was = old.status if old else "not there"
        if was != verdict.status:
            yield verdict.id, was, verdict.status


def _tell(what: object) -> None:
    if isinstance(what, Notice):
        print(what.text, file=sys.stderr)
