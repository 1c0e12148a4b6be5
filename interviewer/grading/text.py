"""From an answer to statements: cut into sentences, bullets and lines of code, then into tokens.

Every statement keeps its span in the answer as typed, so that a quote is always verbatim.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?|_+", re.UNICODE)
BULLET = re.compile(r"\s*(?:[-*•·▪◦‣–—>+]|\(?\d{1,2}[.):]|\(?[a-zA-Z][.)])\s+")
_BREAKS = re.compile(r"[,;:()–—?!\n|→]|\.(?=\s|$)| - ")
_NUMBER = re.compile(r"(?<!\S)\(?(\d{1,2})\)\s+")
_ENDS = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|;|(?<=\))\.(?=\s)|\n")
_ABBREVIATION = re.compile(r"\b(?:e\.?g|i\.?e|etc|vs|cf|fig|eq|approx|resp|no|dr|mr|st)\.$", re.IGNORECASE)
_CODE_LINE = re.compile(
    r"""^\s*(?:>>>\s*)?(?:import\s|from\s+\w+\s+import|def\s+\w+\(|class\s+\w+|for\s.+:\s*(?:\#.*)?$|while\s.+:\s*(?:\#.*)?$
    |if\s.+:\s*(?:\#.*)?$|with\s.+:\s*(?:\#.*)?$|return\b|@\w+|\#|else:|try:|except\b
    |[\w.\[\]]+\s*(?:=|\+=|-=|\*=)\s*\S|[\w.]+\(.*\)\s*(?:\#.*)?$)""",
    re.VERBOSE,
)


class Span(NamedTuple):
    """A piece of the answer, [start, end) in characters."""

    start: int
    end: int
    code: bool = False


class Word(NamedTuple):
    """A word as typed: lower case, its span, and the clause-ending mark that stands before it."""

    text: str
    start: int
    end: int
    breaks: bool  # a comma, colon, bracket or dash lies between this word and the one before


def split(answer: str) -> list[Span]:
    """The statements of an answer, in order: sentences, bullet items, lines of code."""
    spans: list[Span] = []
    fenced = False
    for block in _paragraphs(answer):
        line = answer[block.start : block.end]
        if line.lstrip().startswith("```"):
            fenced = not fenced
            continue
        if block.code or fenced:
            spans.append(_trim(answer, block.start, block.end, code=True))
        else:
            for start, end in _numbered(answer, block.start, block.end):
                spans.extend(_sentences(answer, start, end))
    return [span for span in spans if span.end > span.start]


def _paragraphs(answer: str) -> list[Span]:
    """Lines, with the soft-wrapped lines of one paragraph joined."""
    blocks: list[Span] = []
    at = 0
    open_ = False
    for line in answer.splitlines(keepends=True):
        start, at = at, at + len(line)
        body = line.strip()
        if not body:
            open_ = False
            continue
        code = bool(_CODE_LINE.match(line)) and not re.search(
            r"[a-z]{2,}[,;]? [a-z]{2,} [a-z]{2,} [a-z]{2,}", body.split("#")[0], re.IGNORECASE
        )
        fence = body.startswith("```")
        if open_ and not code and not fence and not BULLET.match(line):
            blocks[-1] = Span(blocks[-1].start, at, False)
        else:
            blocks.append(Span(start, at, code))
        open_ = not code and not fence
    return blocks


def _numbered(answer: str, start: int, end: int) -> list[tuple[int, int]]:
    """The items of a list that is numbered within the line: *1) look at the data 2) overfit one batch*."""
    marks = [mark for mark in _NUMBER.finditer(answer, start, end)]
    if [mark.group(1) for mark in marks] != [str(n + 1) for n in range(len(marks))] or len(marks) < 2:
        return [(start, end)]
    cuts = [start, *(mark.start() for mark in marks), end]
    return [(a, b) for a, b in pairwise(cuts) if b > a]


def _sentences(answer: str, start: int, end: int) -> list[Span]:
    bullet = BULLET.match(answer, start, end)
    if bullet:
        start = bullet.end()
    found: list[Span] = []
    widest = max((len(line) for line in answer[start:end].splitlines()), default=0)
    for mark in _ENDS.finditer(answer, start, end):
        if mark.group() == "\n" and not _line_ends(answer, mark.start(), end, widest):
            continue
        if mark.group() == "." and _ABBREVIATION.search(answer, max(start, mark.start() - 8), mark.end()):
            continue
        found.append(_trim(answer, start, mark.end()))
        start = mark.end()
    found.append(_trim(answer, start, end))
    return [piece for span in found if span.end > span.start for piece in _breaths(answer, span)]


def _breaths(answer: str, span: Span) -> list[Span]:
    """Speech without punctuation, cut where a speaker draws breath: at an *um*, at an *and* that begins anew."""
    if len(_WORD.findall(answer, span.start, span.end)) < _RUN_ON:
        return [_trim(answer, span.start, span.end)]
    said = words(answer, span.start, span.end)
    cuts = [span.start]
    since = 0  # the word that the last piece begins with
    for i, word in enumerate(said[:-_SHORTEST]):
        if i - since < _SHORTEST or not _begins(said, i) or _stretch(said, i) < _RUN_ON:
            continue
        if "if" in (w.text for w in said[since:i]) and "then" in (w.text for w in said[i : i + 7]):
            continue  # if one is low and the other is high then …
        cuts.append(word.start)
        since = i
    return [_trim(answer, a, b) for a, b in pairwise([*cuts, span.end])]


_RUN_ON = 24  # words without a mark between them: nobody writes so, but everybody speaks so
_SHORTEST = 5  # words of a piece


def _stretch(said: list[Word], i: int) -> int:
    """How many words lie between the marks before and after word i."""
    before = next((j for j in range(i, 0, -1) if said[j].breaks), 0)
    return next((j for j in range(i + 1, len(said)) if said[j].breaks), len(said)) - before


def _begins(said: list[Word], i: int) -> bool:
    """Whether a new statement may begin with word i."""
    text, following, later = (said[j].text if j < len(said) else "" for j in (i, i + 1, i + 2))
    if said[i - 1].text in _GLUE:
        return False
    if text in ("and", "plus"):
        return following in _ANEW or later in _VERBS
    if text == "so":
        return following in _ANEW and following not in ("that", "the")
    return text in _PAUSES or (text in ("but", "whereas", "while") and said[i - 1].text != "nothing")


_PAUSES = frozenset("um uh uhm erm er hmm".split())
_GLUE = _PAUSES | frozenset("and but so or that which because if like the a an of to is are".split())
_ANEW = _PAUSES | frozenset(
    """then i you we it it's its they he she the a an this that these those there there's for if when at in on with
    because so also finally basically""".split()
)
_VERBS = frozenset("is are was has have does do can will means gives takes makes uses".split())


def _line_ends(answer: str, at: int, end: int, widest: int) -> bool:
    """Whether a line break inside a paragraph ends a statement: the next line starts a new one, and it was
    not only wrapped (``widest``: characters of the paragraph's longest line)."""
    following = answer[at + 1 : min(end, at + 40)].lstrip()
    line = _line(answer, at).rstrip()
    if not following[:1].isupper() or line.endswith(","):
        return False
    fits = len(line) + 1 + len(following.split(maxsplit=1)[0]) <= widest
    return fits or len(line) < 60 or len(line) > _WIDEST or _names_things(line)


_WIDEST = 120  # characters to which text is wrapped at most: a longer line was ended on purpose


def _names_things(line: str) -> bool:
    """Whether a line is a list of short items, which no sentence continues."""
    items = line.split(",")
    return len(items) >= 4 and len(line.split()) <= 2.5 * len(items)


def _line(answer: str, at: int) -> str:
    return answer[answer.rfind("\n", 0, at) + 1 : at]


def _trim(answer: str, start: int, end: int, code: bool = False) -> Span:
    while start < end and answer[start].isspace():
        start += 1
    while end > start and answer[end - 1].isspace():
        end -= 1
    return Span(start, end, code)


def words(answer: str, start: int, end: int) -> list[Word]:
    """The words of a piece of text; underscores, dots and hyphens cut, apostrophes do not."""
    found: list[Word] = []
    last = start
    calls = 0  # open brackets of calls, which do not cut a clause
    plain = answer.isascii()
    lowered = answer.lower() if plain else answer
    for match in _WORD.finditer(lowered, start, end):
        text = match.group()
        if text[0] == "_":
            continue
        gap = answer[last : match.start()]
        if gap != " ":
            if gap[:1] == "(":
                calls += 1
                gap = gap[1:]
            if calls and ")" in gap:
                calls -= 1
                gap = gap.replace(")", "", 1)
            breaks = _BREAKS.search(gap) is not None
        else:
            breaks = False
        begin, last = match.span()
        if not plain:
            text = fold(text)
        elif text.endswith("'s"):
            text = text[:-2]
        found.append(Word(text, begin, last, breaks))
    return found


def fold(text: str) -> str:
    """Case, compatibility forms and curly apostrophes folded away."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("’", "'")
    text = text.lower()
    return text[:-2] if text.endswith("'s") else text
