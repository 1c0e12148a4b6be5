"""``interviewer doctor --profile``: what a model can be used for, found out by using it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from interviewer.compose import build_catalog, home
from interviewer.core.grading import Grade
from interviewer.core.wording import percent

if TYPE_CHECKING:
    from interviewer.llm.client import Client
    from interviewer.llm.profiles import Profile

Row = tuple[str, bool, str, str]  # name, ok, says, advice

#: The question whose model answer and weakest exemplar a model is tried on.
GOLDEN = "gradient-descent"
#: Of the quotes of a model that may grade, this share stands in the answer.
FAITHFUL = 0.8
#: It gives the model answer at least this, and the weakest exemplar at most this.
GOOD, POOR = 0.6, 0.4


def examine(profile: Profile) -> Iterator[Row]:
    """Reachable, authorised, model present, a turn streamed, schema honoured, quotes faithful."""
    yield from asyncio.run(_all(profile))


async def _all(profile: Profile) -> list[Row]:
    from interviewer.llm.client import Client
    from interviewer.llm.memory import Memory

    client = Client(profile, Memory.at(home()))
    try:
        return [row async for row in _rows(client, profile)]
    finally:
        await client.close()


async def _rows(client: Client, profile: Profile) -> AsyncIterator[Row]:
    from interviewer.llm.fault import Fault

    if profile.origin[0] == "http" and not profile.local and (profile.key_env or profile.keyring):
        yield "key", False, f"it goes unencrypted to {profile.where}", "use an https:// base_url"
    try:
        names = await client.models()
    except Fault as fault:
        if fault.kind not in ("no_endpoint", "malformed"):
            yield "reachable and authorised", False, str(fault), ""
            return
        names = []  # it lists no models, and may converse all the same
    yield "reachable and authorised", True, f"{profile.where} answers", ""
    if names:
        there = not profile.model or profile.model in names
        model = profile.model or f"{names[0]} (the first it lists)"
        offers = f"it offers {', '.join(names[:12])}" if not there else ""
        yield "model", there, model, offers
    try:
        reply = await client.stream([{"role": "user", "content": "Reply with the word: ready"}])
    except Fault as fault:
        yield "conversation", False, str(fault), ""
        return
    yield "conversation", True, f"{reply.model} replied in {reply.ms / 1000:.1f} s", ""
    async for row in _grading(client):
        yield row


async def _grading(client: Client) -> AsyncIterator[Row]:
    from interviewer.grading import RubricGrader
    from interviewer.grading.llm import LlmGrader

    client.learn_rung("")  # found out anew: the server may have changed since
    question = build_catalog().question(GOLDEN)
    weakest = min(question.exemplars, key=lambda e: e.score)
    grades = []
    for answer in (question.model_answer, weakest.answer):
        first = RubricGrader().grade(question, answer)
        grades.append(await LlmGrader(client).grade(question, answer, first))
    good, poor = grades
    how = good.provenance
    honoured = how is not None and how.rung != "repair"
    yield "schema", honoured, f"honoured by {how.rung}" if how else good.note, ""
    if how is None:
        yield "verdict", False, "it may converse, but should not grade", _advice(client)
        return
    faithful = _faithful(good)
    yield "quotes", faithful >= FAITHFUL, f"{percent(faithful)} of its quotes stand in the answer", ""
    apart = (good.score or 0) >= GOOD and poor.score is not None and poor.score <= POOR
    says = f"{percent(good.score)} for the model answer to {GOLDEN}, {percent(poor.score)} for a weak one"
    yield "judgement", apart, says, ""
    fit = honoured and faithful >= FAITHFUL and apart
    says = "it may converse and grade" if fit else "it may converse, but should not grade"
    yield "verdict", fit, says, "" if fit else _advice(client)


def _faithful(grade: Grade) -> float:
    """The share of its claims for which the model had evidence."""
    claims = [v for v in grade.points if v.status != "missed" or "is unverified" in v.why]
    kept = [v for v in claims if "is unverified" not in v.why]
    return len(kept) / len(claims) if claims else 0.0


def _advice(client: Client) -> str:
    return (
        f"write grades = false under [profiles.{client.profile.name}]; the offline rubric then grades alone"
    )
