"""What an interviewer must not do, checked in what a model says: a turn that does it is not used.

The checks are of words, not of sense: they catch a turn that runs on, asks twice, says again what was
said, leaves the subject, or says what the rubric wants to hear.
"""

from __future__ import annotations

import re

from interviewer.core.asking import Scene

#: Words of one turn.
MOST_WORDS = {"question": 90, "approach": 70, "follow_up": 80, "probe": 60, "clarify": 90}
#: A run of this many words of the rubric gives it away.
GIVEN_AWAY = 5
#: Share of words in common from which two turns are the same turn.
SAME = 0.8

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_PREAMBLE = re.compile(r"\A(?:interviewer|assistant)\s*:\s*", re.IGNORECASE)
_SMALL_WORDS = """
    a an and are as at be been but by can could do does did for from had has have how i if in into is it its
    me my not of on or our should so than that the their them then there these they this to was we were what
    when where which who why will with would you your about explain describe tell say between different
    difference compare role work works use used name please
"""
_SMALL = frozenset(_SMALL_WORDS.split())


def tidy(text: str) -> str:
    """The words to say, without reasoning, quotes around them, or a speaker's name."""
    text = re.sub(r"\A\s*<think>.*?</think>", "", text, flags=re.DOTALL).strip()
    text = _PREAMBLE.sub("", text)
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return text.strip()


class Manners:
    """What one turn must keep to."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        known = [scene.words, scene.question.prompt, *(text for _, text in scene.dialogue)]
        points = scene.question.points
        secret = [text for p in points for text in (p.text, *p.accept)] + [scene.question.model_answer]
        self._secret = _all_runs(secret) - _all_runs(known)
        self._subject = {w[:5] for w in _words(f"{scene.words} {scene.question.prompt}") if w not in _SMALL}
        self._earlier = [set(_words(text)) for who, text in scene.dialogue if who == "interviewer"]
        self._earlier += [set(_words(text)) for text in scene.before]

    def breach(self, text: str) -> str:
        """What is wrong with a whole turn, in words; empty if nothing."""
        said, asking = _words(text), self._scene.task != "clarify"
        if not said:
            return "it says nothing"
        if text.count("?") > 1:
            return "it asks more than one thing"
        if asking and "?" not in text and self._scene.words.rstrip().endswith("?"):
            return "it asks nothing"
        if asking and self._subject and not self._subject & {w[:5] for w in said}:
            return "it leaves the subject"
        if any(_same(set(said), other) for other in self._earlier):
            return "it repeats what was said"
        return self.running(text)

    def running(self, text: str) -> str:
        """What is wrong already with a turn that is still being said."""
        said = _words(text)
        if len(said) > 1.3 * MOST_WORDS[self._scene.task]:
            return "it runs on"
        if self._secret & _runs(said):
            return "it gives the answer away"
        return ""


def _all_runs(texts: list[str]) -> set[tuple[str, ...]]:
    return set().union(*(_runs(_words(text)) for text in texts))


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + GIVEN_AWAY]) for i in range(len(words) - GIVEN_AWAY + 1)}


def _same(said: set[str], other: set[str]) -> bool:
    return len(other) > 3 and len(said & other) >= SAME * max(len(said), len(other))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))
