"""The interviewer that words its turns by a model. What to ask is not its to decide."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from interviewer.core.asking import Scene, Wording
from interviewer.core.inert import inert
from interviewer.llm import prompts
from interviewer.llm.client import Client, Stopped
from interviewer.llm.fault import Fault, quoted
from interviewer.llm.manners import MOST_WORDS, Manners, tidy

PERSONAS = {
    "warm": "You are warm and put people at ease, without flattery.",
    "neutral": "You are courteous and matter-of-fact.",
    "exacting": "You are exacting and brisk, never rude; you want precise words.",
}
TASKS = {
    "question": "put this question.",
    "approach": "ask this, before the candidate writes any code.",
    "follow_up": (
        "ask this about the candidate's own code, which is below with what came of it. Refer to a "
        "name or a line of it."
    ),
    "probe": (
        "follow up on what the candidate just said: take up their own words in half a sentence, then "
        "ask this. What is still missing (keep it to yourself): {point}"
    ),
    "clarify": (
        "the candidate asks what you mean: {request} Say what is being asked for in other words, or "
        "what may be assumed. Do not answer the question itself."
    ),
}
#: Of what was said, the last of it: enough to follow, and no slower in the sixtieth turn than in the first.
TURNS, CHARACTERS = 8, 4_000
CODE = 6_000
ADVICE_WORDS = 220


class TurnRefused(Stopped):
    """What a model says breaks the manners of an interviewer."""


class LlmInterviewer:
    """Implements ``core.ports.Interviewer``."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.name = client.profile.model or client.profile.name
        self._mark = secrets.token_hex(8)  # one for all turns, so that the server need not read them anew

    async def word(
        self, scene: Scene, on_text: Callable[[str], None], say: Callable[[str], None] | None = None
    ) -> Wording:
        """The turn in the model's words, or in the rubric's own with the reason."""
        prompt, manners = prompts.load("ask"), Manners(scene)
        said = ""

        def more(piece: str) -> None:
            nonlocal said
            said += piece
            if said.lstrip().startswith("<think>"):
                return
            if self._mark in said:
                self._mark = secrets.token_hex(8)
                raise TurnRefused("it tells what it was told")
            if wrong := manners.running(said):
                raise TurnRefused(wrong)
            on_text(inert(said))

        try:
            reply = await self._client.stream(
                messages(scene, self._client.profile.persona, self._mark),
                on_text=more,
                say=say,
                urgent=True,
            )
            text = inert(tidy(reply.text))
            if wrong := manners.breach(text):
                raise TurnRefused(wrong)
        except Fault as fault:
            return Wording(scene.words, note=str(fault))
        except TurnRefused as refused:
            return Wording(scene.words, note=f"The model's wording was not used, because {refused}.")
        return Wording(text, by=f"{quoted(reply.model or self.name, 80)}@{prompt.id}")

    async def advise(self, grades: str) -> Wording:
        """Closing words; none where the model gave none."""
        prompt = prompts.load("advise")
        persona = PERSONAS[self._client.profile.persona]
        try:
            reply = await self._client.stream(
                prompt.render(persona=persona, grades=grades, words=str(ADVICE_WORDS)), urgent=True
            )
        except Fault as fault:
            return Wording("", note=str(fault))
        text = inert(tidy(reply.text))
        if len(text.split()) > 2 * ADVICE_WORDS:
            return Wording("", note="The model's summary ran on, and was not used.")
        return Wording(text, by=f"{quoted(reply.model or self.name, 80)}@{prompt.id}")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()


def messages(scene: Scene, persona: str, mark: str) -> list[dict[str, str]]:
    """The conversation that asks a model for one turn; ``mark`` delimits what the candidate said."""
    task = TASKS[scene.task].format(
        point=scene.point.text if scene.point else "", request=_marked(scene.request, mark)
    )
    return prompts.load("ask").render(
        persona=PERSONAS[persona],
        plan=scene.plan,
        place=scene.place,
        task=task,
        wording=scene.words,
        said=_dialogue(scene, mark),
        material=_material(scene, mark),
        mark=mark,
        words=str(MOST_WORDS[scene.task]),
    )


def _dialogue(scene: Scene, mark: str) -> str:
    lines = [
        f"Interviewer: {text}" if who == "interviewer" else f"Candidate: {_marked(text[-CHARACTERS:], mark)}"
        for who, text in scene.dialogue[-TURNS:]
    ]
    asked = [f"Earlier you asked: {text}" for text in scene.before[-TURNS:]]
    return "\n".join([*asked, *lines]) or "(nothing yet)"


def _material(scene: Scene, mark: str) -> str:
    if not scene.code:
        return ""
    return (
        f"\nTheir code:\n{_marked(scene.code[:CODE], mark)}\n\n"
        f"What came of it:\n{_marked(scene.outcome[:CODE], mark)}\n"
    )


def _marked(text: str, mark: str) -> str:
    return f"\n<<<{mark}\n{text.strip()}\n{mark}>>>\n"
