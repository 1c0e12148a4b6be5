"""Data of a given shape out of any server, by the strictest means that it honours.

``json_schema`` → ``json_object`` → the schema in the prompt alone → one repair turn that quotes the
error. The schema is in the prompt on every rung, every reply is validated here, and the rung that
worked is remembered: that a server took a parameter proves nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interviewer.llm import prompts
from interviewer.llm.client import Client, Message, Reply, usage
from interviewer.llm.fault import Fault
from interviewer.llm.reading import Invalid, read

RUNGS = ("json_schema", "json_object", "prompt")


@dataclass(frozen=True, slots=True)
class Structured:
    """Data as asked for, and how it was come by."""

    data: Any
    rung: str  # one of RUNGS, or "repair"
    model: str  # as served
    tokens_in: int | None
    tokens_out: int | None


async def ask(
    client: Client,
    messages: list[Message],
    schema: dict[str, Any],
    *,
    name: str,
    say: Callable[[str], None] | None = None,
) -> Structured:
    """The data, down the ladder. Raises Fault: ``invalid`` where no rung gave it."""
    text = json.dumps(schema)
    known = client.learnt().rung
    replies: list[Reply] = []
    wrong = ""
    for rung in RUNGS[RUNGS.index(known) if known in RUNGS else 0 :]:
        try:
            replies.append(await _rung(client, messages, rung, schema, name, say))
            data = await asyncio.to_thread(read, replies[-1].text, text)
        except Invalid as error:
            wrong = str(error)
        except Fault as fault:
            if fault.kind == "rejected" and rung != "prompt":
                continue
            raise
        else:
            client.learn_rung(rung)
            return Structured(data, rung, replies[-1].model, *usage(replies))
    repair = prompts.load("repair").render(error=wrong, schema=text)
    messages = [*messages, {"role": "assistant", "content": replies[-1].text}, *repair]
    try:
        replies.append(await client.stream(messages, temperature=0.0, say=say))
        data = await asyncio.to_thread(read, replies[-1].text, text)
    except Invalid as error:
        raise Fault("invalid", client.facts(), error) from None
    return Structured(data, "repair", replies[-1].model, *usage(replies))


async def _rung(
    client: Client,
    messages: list[Message],
    rung: str,
    schema: dict[str, Any],
    name: str,
    say: Callable[[str], None] | None,
) -> Reply:
    formats: dict[str, dict[str, Any] | None] = {
        "json_schema": {
            "type": "json_schema",
            "json_schema": {"name": name, "strict": True, "schema": schema},
        },
        "json_object": {"type": "json_object"},
        "prompt": None,
    }
    return await client.stream(messages, response_format=formats[rung], temperature=0.0, say=say)
