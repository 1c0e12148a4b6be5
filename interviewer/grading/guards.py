"""What an answer is, apart from what it says: empty, binary, another language, a list of terms,
the question again, text addressed to the grader.

Each guard names its reason. A guard may cap a score or take statements out of the evidence; none
raises a score.
"""

from __future__ import annotations

import re
from itertools import pairwise

from interviewer.core.grading import Flag
from interviewer.grading.lexicon import STOP
from interviewer.grading.text import Span, Word

#: Characters of an answer that are read; a spoken answer has some 2,000.
READ_AT_MOST = 40_000

TERM_LIST_CAP = 0.2
SHORTEST_LIST = 5  # words
SHORTEST_RUN = 8  # words of a list without commas: no sentence has so many and no function word or verb
BARE = 0.65  # of the words of a list are names
_BETWEEN = frozenset("and or vs versus plus etc".split())
_CHATTER = frozenset(
    "i i'd i'll would say mention it it's is about so well um uh okay ok the terms keywords are be".split()
)
_SEPARATES = re.compile(r"[/+|&>→*]\s")

_GAMING = re.compile(
    r"""\b(?:ignore|disregard|forget|override)\b[^.\n]{0,40}\b(?:instruction|rubric|prompt|rule|criteria|above|previous|guideline|answer key)
    |\b(?:give|award|assign|grant|mark|(?<!learning\ )rate|grade|score)\b[^.\n]{0,50}\b(?:full|max(?:imum)?|perfect|100\s*%|10/10)\s+(?:possible\s+)?(?:marks?|scores?|points?|credits?|grade)\b
    |\b(?:give|award|grant)\b[^.\n]{0,50}\b(?:top|highest|best|all(?:\ the)?)\s+(?:possible\s+)?(?:marks?|credits?|grade)\b
    |\b(?:give|award|assign|grant|mark|(?<!learning\ )rate|grade|score)\s+(?:this|me|it|my|the\s+answer)\b[^.\n]{0,40}\b(?:full|max(?:imum)?|perfect|top|highest|100\s*%|10/10|1\.0)
    |\b(?:do\s+not|don't|never)\s+(?:deduct|take\s+off|subtract)\b(?![^.\n]*\b(?:gradient|mean|learning)\b)
    |\bdeserves?\b[^.\n]{0,40}\b(?:full|max(?:imum)?|perfect|top|highest|all|best|mark|score|grade|point)
    |\b(?:full|maximum|perfect)\s+(?:marks?|scores?|credits?|points|grade)\b(?!\s+(?:on|for|in)\s+(?:the\s+|its\s+)?(?:train|test|valid|data|batch))|\btop\s+(?:marks?|grade)\b
    |\b(?:all|every)\s+(?:the\s+)?(?:rubric\s+)?(?:points?|criteri(?:a|on))\b[^.\n]{0,30}\b(?:met|covered|satisfied|fulfilled|addressed|made)
    |\b(?:met|meets|covers?|covered|satisf\w+|address\w*|hits?|contains?)\s+(?:all|every)\b[^.\n]{0,20}\b(?:point|criteri|requirement|rubric|expected)
    |\b(?:dear|attention|note\s+to(?:\s+the)?|message\s+to(?:\s+the)?|hey|hello|system)\s*:?\s*(?:grader|examiner|evaluator|assessor|marker|ai|llm|model|interviewer\s+bot|grading)\b
    |\b(?:system|assistant|user)\s*(?:prompt|message|override|note)?\s*:\s
    |\byou\s+are\s+(?:now\s+)?(?:a|an|the)\b[^.\n]{0,30}\b(?:grader|examiner|assistant|evaluator|model)
    |\b(?:this|my)\s+(?:answer|response|submission)\b[^.\n]{0,40}\b(?:is|was|should\s+be|must\s+be|deserves?|has\s+(?:explained|covered|demonstrated|shown|answered))\b[^.\n]{0,40}\b(?:correct|perfect|excellent|complete|outstanding|full|marked|graded|accepted|expert|right|flawless|great)
    |\bthe\s+(?:answer|response|candidate|submission)\b[^.\n]{0,40}\b(?:should\s+be|must\s+be|deserves?|has\s+(?:explained|covered|demonstrated|shown|answered)|is\s+(?:fully|entirely|completely))\b[^.\n]{0,40}\b(?:correct|perfect|excellent|complete|outstanding|full|marked|graded|accepted|expert|right|flawless|great)
    |\bthis\s+is\s+(?:a|the)\s+(?:perfect|excellent|complete|correct|model|flawless|great)\s+(?:answer|response)
    |\b(?:this|the)\s+student\b[^.\n]{0,40}\bdeserves?\b
    |\b(?:this|the)\s+(?:candidate|applicant)\b[^.\n]{0,60}\b(?:deserves?|outstanding|mastery|hire|pass(?:ed)?|an?\s+expert|(?:is|was|gave|answered)\s+(?:\w+\s+)?(?:perfect|excellent|complete|correct)\w*)\b
    |\b(?:score|grade|status|verdict|result)["']?\s*[:=]\s*["']?(?:1(?:\.0+)?|100|met|pass|full|a\+)\b
    |</?(?:system|instruction|rubric|grade|verdict)s?>
    |\b(?:mark|count|treat|consider|accept|set)\b[^.\n]{0,40}\bas\s+(?:met|correct|right|complete|passed|perfect|fully)
    |\b(?:i|we)\s+(?:deserve|should\s+(?:get|receive)|must\s+(?:get|receive))\b
    |\bplease\b[^.\n]{0,40}\b(?:pass\s+me|mark\s+(?:me|this|it)|full|marks|score|grade)\b
    |\b(?:trust|believe)\s+me\b[^.\n]{0,40}\b(?:expert|know|correct|right)
    |\brubric\b""",
    re.IGNORECASE | re.VERBOSE,
)

# The commonest words of the languages a candidate may slip into; none is common in English.
_FOREIGN = {
    "German": "der die und ist nicht ein eine das den dem mit von zu auf für im werden wird sich auch es bei durch oder wenn als man dass",
    "French": "le la les des est une un et dans pour que qui sur avec pas plus par ce il elle sont du au aux cette nous",
    "Spanish": "el los las es una un y en que de para con por se del su como más pero esto este son lo al",
    "Italian": "il lo gli è una un e di che per con non si della dei nel alla sono come più questo",
    "Portuguese": "o os as é uma um e em que de para com por se do da não mais como são ao dos",
    "Dutch": "de het een en is van niet dat met voor op te zijn wordt deze door ook als bij",
}
_FOREIGN_WORDS = {name: frozenset(w for w in text.split() if len(w) > 1) for name, text in _FOREIGN.items()}
FOREIGN = frozenset().union(*_FOREIGN_WORDS.values())
_ENGLISH = frozenset(
    """the is are was be to of and in it that you for on with as this not at by or an we they when from which if so
    can has have will your their its more than because each use used using then does do don't a""".split()
)


_ODD = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")


_PASSES = re.compile(
    r"(?:(?:sorry|hm+|uh|um|well|honestly|ok|i'?m afraid)[,. ]+)*"
    r"(?:idk|dunno|no (?:idea|clue)|not sure|i (?:really )?(?:don'?t|do not) (?:really )?(?:know|remember)"
    r"|i have (?:absolutely )?no (?:idea|clue)|i'?m not sure|can'?t (?:say|remember)|pass)"
    r"(?:(?: (?:about )?(?:this|that|it|the answer|this one|that one))?[,. !?]*(?:sorry|pass)?[. !]*)"
)


def refusal(answer: str) -> Flag | None:
    """Why an answer cannot be read at all, or None."""
    if not answer.strip():
        return Flag("empty", "Nothing was said.", 0.0)
    if len(answer) < 80 and _PASSES.fullmatch(answer.strip().lower().replace("’", "'")):
        return Flag(
            "no_answer", "Not knowing is said plainly: it earns nothing, and nothing is held against it.", 0.0
        )
    sample = answer[:READ_AT_MOST]
    if len(_ODD.findall(sample)) > max(2, len(sample) // 50) or "\0" in sample:
        return Flag("binary", "This is not text, so it was not graded.", None)
    return None


def language(words: list[Word]) -> Flag | None:
    """Set when most of the answer is not English: it is not graded rather than graded as wrong."""
    texts = [word.text for word in words if not word.text.isdigit()]
    if len(texts) < 4:
        return None
    foreign_script = sum(
        1 for t in texts if len(t) > 1 and not t.isascii() and not any("a" <= c <= "z" for c in t)
    )
    if foreign_script > 0.5 * len(texts):
        return Flag("language", "Most of this is not in English, which is all this grader reads.", None)
    if len(texts) < 6:
        return None
    english = sum(map(_ENGLISH.__contains__, texts))
    if english > 0.2 * len(texts):
        return None
    for name, common in _FOREIGN_WORDS.items():
        hits = sum(map(common.__contains__, texts))
        if hits > 0.2 * len(texts) and hits > 1.5 * english:
            return Flag("language", f"This reads like {name}; this grader reads English only.", None)
    return None


def addressed_to_grader(answer: str, span: Span) -> bool:
    """Whether a statement speaks to or about the grading instead of answering."""
    said = answer[span.start : span.end].lower()
    return any(hint in said for hint in _HINTS) and bool(_GAMING.search(said))


#: One of these stands in everything that ``_GAMING`` finds: a cheap first look.
_HINTS = (
    *"""ignore disregard forget override give award assign grant mark rate grade grading score scoring credit criteri points
    requirement rubric expected dear attention note message hey hello system assistant user answer response candidate
    submission applicant student status verdict result instruction treat consider accept count deserve should must
    please trust believe deduct take""".split(),
    "you are",
    " set ",
)


def listlike(words: list[Word], answer: str) -> bool:
    """Whether a stretch only names things: hardly a function word or verb, and commas between them."""
    if len(words) < SHORTEST_LIST:
        return False
    says = [_says(word, answer) for word in words]
    if _bare(words, says, answer):
        return True
    glue = sum(says) + sum(
        a.breaks and a.text.endswith("ed") and not b.breaks for a, b in pairwise(words)
    )  # “pinned versions”
    items = 1 + sum(word.breaks for word in words[1:])
    if glue / len(words) >= 0.12 and not (glue <= 1 and items >= 4 and len(words) / items <= 2.6):
        return False
    marks = sum(
        answer[a.end : b.start].strip() in ("=", "->", ":", "→", "+", "-=", "=>") for a, b in pairwise(words)
    )
    return marks / len(words) < 0.12 and len(words) / items <= 3.6


def _bare(words: list[Word], says: list[bool], answer: str) -> bool:
    """Whether most of a stretch is names, one after the other, whatever separates them and whatever chatter
    stands around: *so, um, gradient / loss / learning rate and steps, that kind of thing*."""
    glue = sum([word.text in _SURE_GLUE for word, glues in zip(words, says, strict=True) if glues])
    if glue > (1.1 - BARE) * len(words):
        return False  # more than all the names below may have among them: most sentences end here
    items: list[list[tuple[Word, bool]]] = [[]]
    for word, glues in zip(words, says, strict=True):
        if word.breaks or word.text in _BETWEEN or _SEPARATES.search(answer[word.start - 3 : word.start]):
            items.append([])
        if word.text not in _BETWEEN:
            items[-1].append((word, glues))
    while items[0] and items[0][0][0].text in _CHATTER:
        del items[0][0]
    sized = [(len(item), sum(glues for _, glues in item)) for item in items if item]
    short = [n for n, glue in sized if n <= 3 and not glue]
    # with hardly anything between the names
    run = [n for n, glue in sized if n >= SHORTEST_RUN and glue < 0.1 * n]
    enough = bool(run) or len(short) >= SHORTEST_LIST
    return enough and sum(short) + sum(run) >= BARE * sum(n for n, _ in sized)


def _says(word: Word, answer: str) -> bool:
    return word.text in _GLUE and not _in_a_name(word, answer)


def _in_a_name(word: Word, answer: str) -> bool:
    """Whether a word is a piece of a name: the *load* of ``load_state_dict``, the *to* of ``to(device)``, the
    *all* of all-reduce."""
    before, after = answer[max(0, word.start - 1) : word.start], answer[word.end : word.end + 2]
    return (
        before in ("_", ".", "-")
        or after[:1] in ("_", "(")
        or (after[:1] in (".", "-") and after[1:].isalpha())
    )


#: Words that say something about something: function words and plain verbs.
_GLUE = (
    STOP - frozenset("one two first second third example case point part reason number way lot bit".split())
) | frozenset(
    """before after rebuild use uses used using off on more less fewer smaller larger bigger lower higher
    learn learns predict predicts reduce reduces increase increases decrease decreases add adds remove removes drop drops
    keep keeps stop stops update updates compute computes minimise minimises minimize minimizes multiply multiplies
    split splits share shares average averages move moves set sets call calls load loads save saves check checks
    run runs need needs work works help helps prevent prevents avoid avoids cause causes lead leads allow allows
    explode explodes vanish vanishes shrink shrinks grow grows fit fits memorise memorises memorize memorizes
    generalise generalises generalize generalizes train trains freeze freezes replace replaces measure measures
    overshoot overshoots diverge diverges converge converges propagate propagates apply applies change changes
    subtract subtracts scale scales clip clips turn turns switch switches store stores fix fixes start starts
    find finds fool fools tell tells ask asks show shows depend depends disappear disappears zero zeros zeroes
    inspect sweep tune seed pin log rebuild profile distil distill prune quantise quantize freeze unfreeze print plot verify
    overfit lower raise halve double shuffle resume restart monitor track look
    normalise normalises normalize normalizes map maps weigh weighs punish punishes penalise penalises penalizes""".split()
)  # fmt: skip


_SURE_GLUE = _GLUE - _BETWEEN - _CHATTER


def echo(said: set[str], prompt: frozenset[str]) -> bool:
    """Whether nothing is said that the question did not say already."""
    return bool(said) and said <= prompt
