"""The grader that asks a model, and believes no more than it can show.

The model says for each point what the answer says, quotes it, and gives a status; our code checks
the quotes and computes the score. A verdict without evidence is replaced, visibly, by the offline
rubric's. Text that addresses the grader is evidence for nothing and caps the score at the offline one; so
does an answer that only lists terms or says the question again.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from interviewer.core.grading import EARNS, Flag, Grade, Provenance, Verdict, score
from interviewer.core.model import Question, RubricPoint
from interviewer.grading import addressed
from interviewer.grading.evidence import Evidence
from interviewer.grading.guards import READ_AT_MOST
from interviewer.llm import ladder, prompts
from interviewer.llm.client import Client
from interviewer.llm.fault import Fault, quoted

STATUSES = ("met", "partial", "missed", "contradicted")
#: Ways of saying a point, and of reversing it, that the model is shown.
SHOWN = 3


class LlmGrader:
    """Implements ``core.ports.SecondGrader``. Each answer is a conversation of its own."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.name = f"llm:{client.profile.model or client.profile.name}@{prompts.load('grade').id}"

    async def grade(
        self,
        question: Question,
        answer: str,
        first: Grade,
        *,
        objection: str = "",
        say: Callable[[str], None] | None = None,
    ) -> Grade:
        """A reading of ``answer``; unscored, with a sentence, where the model gave none."""
        began = time.perf_counter()
        if not answer.strip() or any(flag.id in ("empty", "binary") for flag in first.flags):
            return Grade(question.id, None, self.name, note="There is nothing here that a model could read.")
        prompt = prompts.load("reread" if objection else "grade")
        read = answer[:READ_AT_MOST]
        schema = schema_for(question)
        messages = _messages(prompt, question, addressed.visible(read), schema, objection)
        try:
            found = await ladder.ask(self._client, messages, schema, name="grade", say=say)
        except Fault as fault:
            return Grade(question.id, None, self.name, note=str(fault), ms=_ms(began))
        model = quoted(found.model or self._client.profile.model, 80)
        provenance = Provenance(
            model=model,
            prompt=prompt.id,
            prompt_hash=prompt.hash,
            rung=found.rung,
            tokens_in=found.tokens_in,
            tokens_out=found.tokens_out,
            cost=self._client.profile.cost(found.tokens_in, found.tokens_out),
        )
        name = f"llm:{model}@{prompt.id}"
        return await asyncio.to_thread(
            judged, question, read, found.data, first, name=name, ms=_ms(began), how=provenance
        )

    async def close(self) -> None:
        await self._client.close()


def judged(
    question: Question,
    answer: str,
    said: dict[str, Any],
    first: Grade,
    *,
    name: str,
    ms: float,
    how: Provenance,
) -> Grade:
    """The grade that a model's (valid) reply amounts to, once its evidence is checked."""
    astray = any(flag.id == "off_topic" for flag in first.flags)
    evidence = Evidence(answer, question, said["addressed_to_grader"], astray)
    verdicts = tuple(
        _verdict(point, said["points"][point.id], first, evidence, answer) for point in question.points
    )
    flags = _flags(answer, first, evidence, verdicts)
    held = first.misconceptions
    if first.score is None and evidence.barred:
        note = "It speaks to the grader, and there is no offline grade to hold it to."
        return Grade(question.id, None, name, verdicts, held, flags, ms, note, how)
    if all(verdict.status == "unverified" for verdict in verdicts):
        note = "No verdict of the model has evidence, and there is no offline grade to fall back on."
        return Grade(question.id, None, name, verdicts, held, flags, ms, note, how)
    value = score(question, verdicts, held, flags)
    if first.score is not None:
        value = _in_order(value, verdicts, first, min([1.0, *(f.cap for f in flags if f.cap is not None)]))
    value = round(value, 4)
    return Grade(question.id, value, name, verdicts, held, flags, ms, provenance=how)


def schema_for(question: Question) -> dict[str, Any]:
    """The JSON Schema of a reply: a fixed key for each point; reason, quote and status, in that order."""
    text = {"type": "string"}
    point = _object({"reason": text, "quote": text, "status": {"type": "string", "enum": list(STATUSES)}})
    return _object(
        {
            "addressed_to_grader": {"type": "array", "items": text},
            "points": _object({p.id: point for p in question.points}),
        }
    )


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _messages(
    prompt: prompts.Prompt, question: Question, answer: str, schema: dict[str, Any], objection: str
) -> list[dict[str, str]]:
    values = {
        "question": question.prompt,
        "points": "\n".join(_point(point) for point in question.points),
        "answer": answer,
        "mark": mark_for(answer + objection),
        "schema": json.dumps(schema),
    }
    return prompt.render(**values, **({"objection": objection} if objection else {}))


def mark_for(data: str) -> str:
    """A random delimiter that does not stand in the data."""
    while (mark := secrets.token_hex(8)) in data:
        pass
    return mark


def _point(point: RubricPoint) -> str:
    lines = [f"- {point.id}: {point.text}"]
    if point.accept:
        lines.append("  said, for example, as: " + " / ".join(point.accept[:SHOWN]))
    if point.contradicts:
        lines.append("  contradicted, for example, by: " + " / ".join(point.contradicts[:SHOWN]))
    return "\n".join(lines)


def _verdict(
    point: RubricPoint, said: dict[str, str], first: Grade, evidence: Evidence, answer: str
) -> Verdict:
    status, reason = said["status"], quoted(said["reason"], 300)
    if status == "missed":
        return Verdict(point.id, "missed", point.weight, why=reason)
    found = evidence.take(said["quote"], point)
    if isinstance(found, str):
        why = f"the model's “{status}” is unverified: {found}; the offline verdict stands"
        stands = first.verdict(point.id) or Verdict(point.id, "unverified", point.weight)
        return Verdict(point.id, stands.status, point.weight, stands.quote, stands.span, why)
    span = (found.start, found.end)
    return Verdict(point.id, status, point.weight, answer[found.start : found.end], span, reason)  # type: ignore[arg-type]


def _flags(answer: str, first: Grade, evidence: Evidence, verdicts: tuple[Verdict, ...]) -> tuple[Flag, ...]:
    """The offline grader's flags, and what the model's reply adds to them."""
    flags = [
        replace(flag, cap=first.score) if flag.cap is not None else flag
        for flag in first.flags
        if flag.id not in ("gaming", "language", "off_topic")
    ]
    if evidence.barred:
        span, why = evidence.barred[0]
        flags.append(
            Flag(
                "gaming",
                f"“{quoted(answer[span.start : span.end], 80)}” {why}: "
                "it earns nothing, and the score stays at or below the offline one.",
                first.score,
            )
        )
    unverified = [v.id for v in verdicts if "is unverified" in v.why]
    if unverified:
        flags.append(
            Flag(
                "unverified",
                f"Without evidence from the model: {', '.join(unverified)}; the offline verdict stands.",
            )
        )
    return tuple(flags)


def _in_order(value: float, verdicts: tuple[Verdict, ...], first: Grade, cap: float) -> float:
    """The score, held to the offline one, which its question's exemplars may have moved: no point worse is
    no worse, no point better is no better."""
    before = {v.id: EARNS[v.status] for v in first.points}
    steps = [EARNS[v.status] - before.get(v.id, 0) for v in verdicts]
    assert first.score is not None
    if min(steps) >= 0:
        value = max(value, first.score)
    if max(steps) <= 0:
        value = min(value, first.score)
    return min(value, cap)


def _ms(began: float) -> float:
    return (time.perf_counter() - began) * 1000
