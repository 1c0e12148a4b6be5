"""What is said of a word: affirmed or denied.

Each word of a statement gets a sign. A negation (not, never, without, instead of …) turns the words
in its scope; an opposite (increase / decrease, train / eval) has its side as a sign; *not increase*
is therefore the same as *decrease*. A statement about what happens otherwise (*if you do not …*)
is marked, since turning both its halves says the same thing.
"""

from __future__ import annotations

from interviewer.grading.text import Word

_CUES = frozenset(
    """not no never cannot cant can't dont don't doesnt doesn't didnt didn't wont won't isnt isn't arent aren't wasnt
    wasn't werent weren't shouldnt shouldn't wouldnt wouldn't couldnt couldn't hasnt hasn't havent haven't neither nor
    none nothing hardly barely rarely seldom without unable mustn't needn't neednt ain't aint""".split()
)
_PAIR_CUES = {("instead", "of"), ("place", "of"), ("rather", "than"), ("opposed", "to"), ("fail", "to"), ("fails", "to"),
              ("failing", "to"), ("free", "of"), ("refuses", "to"), ("stops", "being"),
              ("without", "any"), ("lack", "of"), ("lacks", "any"), ("nothing", "to")}  # fmt: skip
_NOT_CUES = {("not", "only"), ("not", "just"), ("not", "merely"), ("not", "simply"), ("no", "matter"), ("no", "doubt"),
             ("not", "necessarily"), ("not", "to"), ("why", "not"), ("or", "not"), ("no", "one")}  # fmt: skip
_STOPS = frozenset(
    "but because since so although though while whereas which when if unless however yet until then hence therefore".split()
)
_DENIALS = frozenset("false untrue wrong incorrect myth nonsense mistaken mistake misconception lie".split())
_TRUTHS = frozenset("true correct right case fact think believe agree mean say".split())
_OTHERWISE = frozenset("if without unless otherwise forget forgetting forgot when else not".split())
_FRAME = (
    _CUES
    | _DENIALS
    | _TRUTHS
    | frozenset(
        "it it's its this that i i'd we one do does would is was be a an the common so simply just quite".split()
    )
)
_MATTERS = frozenset(
    """matter matters need needs needed necessary required important used useful help helps affect affects effect influence
    impact role point difference reason benefit exist exists happen happens work works worth worthwhile relevant""".split()
)
_NO_MATTER = _MATTERS | frozenset("use sense value good consequence consequences meaning".split())
_POINTLESS = frozenset(
    """pointless useless irrelevant unnecessary superfluous redundant worthless meaningless unneeded unimportant unset
    unseeded unfixed untouched""".split()
)
_REMOVALS = frozenset(
    """remove removes removed removing disable disables disabled disabling omit omits omitted skip skips skipped avoid
    delete deletes deleted abandon drop dropped without eliminate eliminates forgo""".split()
)
_TURN = frozenset(
    """turn turns turned turning switch switches switched switching leave leaves left leaving take takes took taken taking
    throw throws threw thrown throwing""".split()
)
_EXCHANGES = frozenset(
    "replace replaces replaced replacing swap swaps swapped swapping exchange exchanges exchanged exchanging".split()
)
_CHANGES = frozenset(
    "switch switches switched switching change changes changed changing go goes going move moves moving".split()
)
_ENDINGS = {("stop", "using"), ("stops", "using"), ("stopped", "using"), ("refrain", "from"), ("rid", "of")}
_PARTICLES = frozenset("off out away by with for to from".split())
_NO_VERB = frozenset("not never don't dont cannot can't doesn't didn't shouldn't won't".split())
_BE = frozenset("is are be was were been being gets get".split())
_KEPT = frozenset("keep keeps kept stay stays stayed remain remains".split())
_SCOPE = 7  # words a negation reaches at most


_STARTS = _CUES | _POINTLESS | {first for first, _ in _PAIR_CUES}


def negated(words: list[Word]) -> list[bool]:
    """For each word, whether it is denied."""
    denied = [False] * len(words)
    for i, word in enumerate(words):
        if word.text == "worse" and _makes_worse(words, i):
            verb = next(j for j in range(i, -1, -1) if words[j].text in _MAKE)
            for j in range(_clause_start(words, verb), verb):
                denied[j] = not denied[j]
        if word.text not in _STARTS:
            continue
        if _dismisses(words, i) or _empties(words, i):
            for j in range(_clause_start(words, i), i):
                denied[j] = not denied[j]
        reach = _reach(words, i, word.text)
        for j in range(i + 1, reach):
            denied[j] = not denied[j]
    return denied


def _dismisses(words: list[Word], i: int) -> bool:
    """*… does not matter*, *… is not needed*, *… is pointless*: what went before is denied."""
    text = words[i].text
    if text in _POINTLESS:
        return not (i and words[i - 1].text in _CUES)
    if text not in _CUES or (text, words[i + 1].text if i + 1 < len(words) else "") in _NOT_CUES:
        return False
    if _whatever(words, i):
        return False
    matters = _NO_MATTER if text == "no" else _MATTERS
    return any(word.text in matters for word in words[i + 1 : i + 3])


def _whatever(words: list[Word], i: int) -> bool:
    """*it does not matter where it sits*: wherever it sits, which denies nothing."""
    return (
        i + 2 < len(words)
        and words[i + 1].text in ("matter", "care")
        and words[i + 2].text in ("where", "how", "which", "what", "whether", "if", "when")
    )


def disclaimed(words: list[Word], denied: list[bool]) -> list[bool]:
    """For each word, whether the statement takes it back: it is denied, or something is denied of it
    (*pruning and distillation do not make it faster*)."""
    found = list(denied)
    for i, word in enumerate(words):
        following = words[i + 1].text if i + 1 < len(words) else ""
        if word.text in _OF_VERBS and (word.text, following) not in _NOT_CUES:
            for j in range(_subject_start(words, i), i):
                found[j] = True
    return found


_ENDS = (_STOPS | {"and"}) - {"but"}  # *nothing but* denies nothing


_TO_NOTHING = frozenset("to into almost nearly practically".split())  # “shrinks to nothing” denies nothing


def _empties(words: list[Word], i: int) -> bool:
    """*regression uses none*, *the norms tell you nothing*: the clause is denied by its last word."""
    ends = i + 1 == len(words) or words[i + 1].breaks or words[i + 1].text in _ENDS
    faded = i > 0 and words[i - 1].text in _TO_NOTHING
    return words[i].text in ("none", "nothing") and ends and i > 0 and not words[i].breaks and not faded


def taken_back(words: list[Word], denied: list[bool]) -> list[bool]:
    """``disclaimed``, and what something is said to be taken away from (*remove the dropout*)."""
    gone = removed(words)
    return [a or b for a, b in zip(disclaimed(words, denied), gone, strict=True)]


_OF_VERBS = frozenset(
    """not never cannot cant can't dont don't doesnt doesn't didnt didn't wont won't isnt isn't arent aren't wasnt wasn't
    werent weren't shouldnt shouldn't wouldnt wouldn't couldnt couldn't needn't neednt""".split()
)


def _subject_start(words: list[Word], i: int) -> int:
    """Where the subject of the negated verb at i begins: its clause, and the list that it ends."""
    j = _clause_start(words, i)
    while j > 0 and words[j].breaks and not _STOPS.intersection(w.text for w in words[j:i]):
        before = j - 1
        while before > 0 and not words[before].breaks and words[before].text not in _STOPS:
            before -= 1
        if j - before > 3:
            break
        j = before
    return j


def _makes_worse(words: list[Word], i: int) -> bool:
    """*… makes it worse*, *make overfitting worse*: it is said to be no remedy."""
    return words[i].text == "worse" and any(
        word.text in _MAKE for word in words[max(0, i - 4) : i] if not word.breaks
    )


_MAKE = frozenset("make makes made making".split())


def _clause_start(words: list[Word], i: int) -> int:
    j = i
    while j > 0 and not words[j].breaks and words[j - 1].text not in _STOPS:
        j -= 1
    return j


def removed(words: list[Word]) -> list[bool]:
    """For each word, whether it is what something is said to be taken away from: *remove the dropout*,
    *dropout is turned off*."""
    gone = [False] * len(words)
    for i, word in enumerate(words):
        if word.text not in _TAKERS:
            continue
        start = end = _end_of_thing(words, i + 1)
        following = words[i + 1].text if i + 1 < len(words) else ""
        denied = bool(i) and words[i - 1].text in _NO_VERB
        if word.text == "off" and i and (words[i - 1].text in _BE or words[i - 1].text in _KEPT):
            start, end = _clause_start(words, i), i - 1  # *dropout should be off*
        elif word.text in _REMOVALS or (word.text in _TURN and following in ("off", "out", "away")):
            start = i + 1 + (word.text in _TURN)
            end = _end_of_thing(words, start)
            if i and words[i - 1].text in _BE:
                start, end, denied = _clause_start(words, i), i - 1, False
            elif word.text == "skip" and following.startswith("connection"):
                end = start  # a thing, not a deed
        elif word.text in _TURN and end < len(words) and words[end].text in ("off", "out", "away"):
            start = i + 1  # *switch dropout off*, *take data away*
        elif word.text in _EXCHANGES and end < len(words) and words[end].text in ("by", "with", "for"):
            start = i + 1  # *replace ReLU by sigmoid*
        elif word.text in _CHANGES and following == "from":  # *switch from 16 bits to 64*
            end = _end_of_thing(words, i + 2)
            start = i + 2 if end < len(words) and words[end].text == "to" else end
        elif (word.text, following) in _ENDINGS:
            start, end = i + 2, _end_of_thing(words, i + 2)
        if not denied:
            gone[start:end] = [True] * (end - start)
    return gone


_TAKERS = _REMOVALS | _TURN | _EXCHANGES | _CHANGES | {"off"} | {verb for verb, _ in _ENDINGS}


def _end_of_thing(words: list[Word], start: int) -> int:
    """The end of what a verb before ``start`` acts on."""
    for j in range(start, min(len(words), start + 5)):
        if words[j].text in _STOPS or words[j].text in _PARTICLES or words[j].breaks:
            return j
    return min(len(words), start + 5)


def _reach(words: list[Word], i: int, text: str) -> int:
    """The end of the scope of a negation at i; i itself when there is none."""
    following = words[i + 1].text if i + 1 < len(words) else ""
    pair = (text, following)
    if text == "without":
        return _thing(words, i + 1)
    if pair in _PAIR_CUES:
        return _scope(words, i + 2, _SCOPE)
    if text not in _CUES or pair in _NOT_CUES or _whatever(words, i):
        return i
    if text == "no" and following == "longer":
        return _scope(words, i + 2, _SCOPE)
    return _scope(words, i + 1, _SCOPE)


def _scope(words: list[Word], start: int, length: int) -> int:
    for j in range(start, min(len(words), start + length)):
        if words[j].breaks and j > start and words[j].text not in _STOPS:
            return _end_of_list(words, j)
        if words[j].text in _STOPS:
            return j
        if (words[j].text == "and" and j - start >= 3) or (words[j].text in _SUBJECTS and j > start):
            return j
    return min(len(words), start + length)


def _end_of_list(words: list[Word], start: int) -> int:
    """Where a list goes on to that ends in *or*, *do not use dropout, augmentation or early stopping*; else
    ``start``."""
    last = start  # where its last item begins
    for j in range(start, min(len(words), start + 3 * _SCOPE)):
        if words[j].text in _STOPS or words[j].text in _SUBJECTS or words[j].text in _ANEW:
            return start
        if words[j].text in ("or", "nor"):
            return _end_of_item(words, j + 1) if j - last <= _ITEM else start
        if words[j].breaks and j > start:
            if j - last > _ITEM:
                return start
            last = j
    return start


def _end_of_item(words: list[Word], start: int) -> int:
    for j in range(start, min(len(words), start + _ITEM + 1)):
        if words[j].breaks or words[j].text in _STOPS or words[j].text in _SUBJECTS or words[j].text == "and":
            return j
    return min(len(words), start + _ITEM + 1)


#: What begins another statement after a comma: *do not use sigmoid, use ReLU or GELU*.
_ANEW = frozenset("use uses try take takes prefer do does instead rather it that this then only just".split())
_ITEM = 5  # words of one item of a list at most
_SUBJECTS = frozenset("i we you they he she".split())
_POINTING = frozenset("it them this that these those him her us me".split())
_OPENING = frozenset("a an the it its they their we you i he she there no all each every".split())


def _thing(words: list[Word], start: int) -> int:
    """The end of the thing that *without* denies: the rest (*without it the layers collapse*) stands."""
    for j in range(start, min(len(words), start + _SCOPE)):
        if j > start and (words[j].breaks or words[j].text in _STOPS or words[j].text in _OPENING):
            return j
        if j == start and words[j].text in _POINTING and j + 1 < len(words):
            return j + 1
    return min(len(words), start + _SCOPE)


def rejection(words: list[Word]) -> int:
    """How many words at the beginning only say that what follows is wrong: *It is not true that …*."""
    texts = [word.text for word in words[:10]]
    for i, text in enumerate(texts[:-1]):
        if text in ("that", "to", "how") and i:
            before = texts[:i]
            if not _FRAME.issuperset(before):
                return 0
            if _DENIALS.intersection(before[-2:]) and not _CUES.intersection(before):
                return i + 1
            if _CUES.intersection(before) and _TRUTHS.intersection(before[-2:]):
                return i + 1
            return 0
    return 0


def otherwise(words: list[Word]) -> bool:
    """Whether the statement says what happens if something is *not* done."""
    texts = [word.text for word in words]
    if "otherwise" in texts or "unless" in texts or "without" in texts[:1]:
        return True
    if any(t.startswith("forget") or t == "forgot" for t in texts):
        return True
    for i, text in enumerate(texts):
        if text in ("if", "when", "where") and any(t in _CUES for t in texts[i + 1 : i + 6]):
            return True
        if text == "without":
            return True
    return False
