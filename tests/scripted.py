"""A model that follows a script, behind a real server; and an interview that it leads."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from typing import Any

from fault_server import Step, head, says
from support import CONVEX, PLAN

from interviewer.conductor import Desk, Notice, Saying
from interviewer.core import events as ev
from interviewer.grading.llm import LlmGrader
from interviewer.llm.client import Client
from interviewer.llm.interviewer import LlmInterviewer
from interviewer.llm.profiles import Profile

#: Momentum, in words that the offline rubric takes for the first point only.
ANSWER = "It keeps a running average of the previous gradients. Also I would say it is quite popular."


def is_grading(request: dict) -> bool:
    return "JSON Schema" in request["body"]["messages"][0]["content"]


def points_of(request: dict) -> list[str]:
    """The ids of the rubric points in a grading request, from its schema."""
    system = request["body"]["messages"][0]["content"]
    schema, _ = json.JSONDecoder().raw_decode(system, system.rindex("\n\n{") + 2)
    return list(schema["properties"]["points"]["properties"])


def answer_of(request: dict) -> str:
    """What stands between the delimiters of a grading request."""
    user = request["body"]["messages"][-1]["content"]
    return re.search(r"<<<answer (\w+)\n(.*?)\nanswer \1>>>", user, re.DOTALL).group(2)  # type: ignore[union-attr]


def verdicts(ids: list[str], status: str = "met", quote: str = "", addressed: list[str] | None = None) -> str:
    """A proper grading reply that says the same of every point."""
    points = {i: {"reason": "Because.", "quote": quote, "status": status} for i in ids}
    return json.dumps({"addressed_to_grader": addressed or [], "points": points})


class Model:
    """Says ``turn`` when asked for words, and ``grade(request)`` when asked for a grade."""

    def __init__(
        self,
        turn: Callable[[dict], str] | None = None,
        grade: Callable[[dict], str] | None = None,
    ) -> None:
        self.turn = turn or rewording
        self.grade = grade or (lambda request: verdicts(points_of(request), "missed"))
        self.broken: list[Step] | None = None  # a script that is played instead

    def __call__(self, request: dict) -> list[Step]:
        if self.broken is not None:
            return self.broken
        if request["path"].endswith("/models"):
            return [head(200, "application/json"), b'{"object": "list", "data": [{"id": "test-model"}]}']
        if "close a mock interview" in request["body"]["messages"][0]["content"]:
            return says("Study momentum first, then batches.")
        return says(self.grade(request) if is_grading(request) else self.turn(request))


def rewording(request: dict) -> str:
    """A turn in other words than the rubric's."""
    wording = request["body"]["messages"][-1]["content"].rpartition("start from:\n")[2]
    return f"Let me put it like this. {wording}"


class Sitting:
    """An interview led by a model, and all that was told of it."""

    def __init__(self, desk: Desk, profile: Profile, session: str | None = None) -> None:
        self.client = Client(profile)
        self.told: list[Any] = []
        self.desk = desk
        desk.interviewer, desk.second = LlmInterviewer(self.client), LlmGrader(self.client)
        self.conductor = desk.conductor(session or secrets.token_hex(4), self.told.append)

    async def use(self, profile: Profile) -> None:
        """Go on with another server."""
        await self.client.close()
        self.client.profile = profile
        self.client.wake()

    async def start(self) -> None:
        await self.conductor.start(PLAN, seed=1)

    async def close(self) -> None:
        await self.conductor.close()
        await self.client.close()

    def bodies(self, kind: type) -> list[Any]:
        return [e.body for e in self.told if isinstance(e, ev.Event) and isinstance(e.body, kind)]

    def notices(self) -> list[str]:
        return [n.text for n in self.told if isinstance(n, Notice)]

    def drafts(self) -> list[str]:
        return [s.text for s in self.told if isinstance(s, Saying)]

    def grades(self, question: str = CONVEX.id) -> list[Any]:
        return [b.grade for b in self.bodies(ev.Graded) if b.question == question]
