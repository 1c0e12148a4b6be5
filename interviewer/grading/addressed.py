"""Passages of an answer that speak to whoever grades it, for where a model does: it may obey them.

A model can be talked to in more ways than the offline rubric, which obeys nobody: by the words of its own
prompt, in disguised letters, in another language. Whatever is found here is evidence for nothing and caps
the model's score at the offline one, so that a way that is missing here costs more than one too many.
"""

from __future__ import annotations

import re
import unicodedata

from interviewer.grading import guards, text
from interviewer.grading.lexicon import STOP, known_stems
from interviewer.grading.prepared import of_the_field
from interviewer.grading.stem import stem
from interviewer.grading.text import Span

SPEAKS = "speaks to the grader"
FOREIGN = "is in another language, so nobody can tell here whether it speaks to the grader"

_TO_A_MODEL = re.compile(
    r"""<\|\w+\|>|\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>|\#{2,}\s*(?:instruction|system|response|assistant)
    |addressed_to_grader
    |\b(?:system|admin|developer)\s+(?:override|mode\b|note|notice|alert)|\bjailbreak
    |\bend\s+of\s+(?:the\s+)?(?:answer|response|submission|transcript)\b
    |\b(?:new|real|actual|true|updated)\s+(?:task|instructions?|role)\s*(?::|\bis\b|\bare\b)
    |\byour\s+(?:\w+\s+)?(?:task|instructions?|role|job)\s+(?:has|have)\s+changed|\byour\s+instructions\b
    |\b(?:previous|prior|above|earlier|preceding)\s+(?:\w+\s+)?(?:instructions?|prompts?)\b
    |\b(?:output|return|reply|respond|answer|write|writes|say|set|put|emit|print|report|mark|choose|select|use)\b[^.\n]{0,40}["'“”]?\bmet\b
    |\bstatus(?:es)?\b[^.\n]{0,40}\bmet\b|\bmet\b[^.\n]{0,20}\b(?:for|in|on)\s+(?:all|every|each)|\b(?:all|everything|every\s+point)\b[^.\n]{0,20}\b(?:is|are)\b[^.\n]{0,15}\bmet\b
    |\bverdict\b[^.\n]{0,40}\b(?:met|positive|pass|full|correct)\b
    |\b(?:as|be|you|dear|hey|hi|hello|a|the|kind|honou?red)\s+(?:\w+\s+)?(?:evaluator|grader|examiner|assessor)s?\b
    |\b(?:dear|hey|hi|hello|you\s+are|you're|kind)\s+(?:\w+\s+){0,2}(?:judge|reviewer|marker|teacher|professor)\b
    |\bwho(?:ever)?\s+(?:reads|grades|marks|judges|scores|is\s+(?:reading|grading|marking|judging|scoring))\b
    |\b(?:when|if|as|while|before)\s+(?:you\s+|it\s+is\s+)?(?:judg|grad|mark|scor|evaluat|assess|read)(?:e|ed|es|ing)?\s+(?:it|this|mine|my|(?:the|this|my)\s+(?:answer|response))\b
    |\b(?:be|grade|mark|judge|score|read)\b[^.\n]{0,30}\b(?:lenient|leniently|generous|generously|charitabl[ey]|merciful|kind|kindly)\b
    |\b(?:accept|credit|approve|treat|consider|count)\b[^.\n]{0,30}\b(?:each|every|all)\b[^.\n]{0,20}\b(?:items?|criteri\w+|satisf\w+|fulfilled|covered|met)\b
    |\b(?:each|every|all)\s+(?:of\s+(?:the|my|these)\s+)?(?:items?|points?|statements?|sentences?|criteri\w+|keys?|ids?)\b[^.\n]{0,30}\b(?:counts?|accepted|credited|satisf\w+|fulfilled)\b
    |\b(?:evaluation|assessment|grading|marking|judge?ment)\b[^.\n]{0,30}\b(?:should|must|has\s+to)\s+(?:be\s+|come\s+out\s+)?(?:positive|favou?rable|passing|a\s+pass|full|lenient)
    |\bcounts?\s+as\s+(?:an?\s+)?(?:full|complete|correct|perfect|right)\b
    |\b(?:assume|pretend|imagine|suppose)\b[^.\n]{0,20}\b(?:the\s+candidate|i|my\s+answer|this\s+answer)\b[^.\n]{0,20}\b(?:said|says|knows?|covered|mentioned|explained|means?|meant)\b
    |\b(?:ignorier\w+|bewerte\w*|anweisung\w*|ignorez|notez|consignes|instrucciones|calific\w+|instrucoes|istruzioni|instructies|beoordeel\w*)\b
    |\bdecode\b[^.\n]{0,40}\b(?:obey|follow|execute|do\s+(?:it|what))\b""",
    re.IGNORECASE | re.VERBOSE,
)
#: Of what an address to the grading is made, whatever its words: one of these alone is in honest answers too.
_HOW_IT_WENT = re.compile(
    r"""\b(?:credit(?:s|ed)?|marks|scor(?:e|es|ed|ing)|graded?|grades|grading|met|pass(?:es|ed)?|accept(?:ed|s|able)?|approv\w+|satisf\w+|fulfil\w*
    |agree[sd]?|fully|full|complete|completely|correct|correctly|flawless\w*|perfect\w*|excellent|outstanding|demonstrated|proven
    |covered|understood|mastered|tick(?:ed)?|missing|lacking|positive|favou?rabl\w+|generous\w*|lenien\w+|charitabl\w+|benefit\s+of\s+the\s+doubt
    |deserv\w+|earn(?:s|ed)?|right|true|top|sufficient|enough|good|expert|brilliant)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_THIS_ANSWER = re.compile(
    r"""\b(?:this|my|the)\s+(?:answer|response|reply|submission|interview|candidate|applicant|student|speaker|examination|assessment|evaluation)\b
    |\b(?:all|everything|anything|every\s+word|whatever|nothing)\b[^.\n]{0,30}\b(?:above|stands?\s+here|written\s+here|from\s+this|in\s+here|i\s+(?:have\s+|just\s+)?(?:said|say|wrote|written)|you\s+(?:ask(?:ed)?|want(?:ed)?|look(?:ed)?\s+for|expect|require)\w*|asked\s+for|required|expected|on\s+your\s+list)\b
    |\b(?:each|every|all)\s+(?:of\s+(?:the|your|these|those)\s+)?(?:points?|items?|criteri\w+|requirements?|aspects?|keys?|boxes|entries|statements?|sentences?)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WHO_READS = re.compile(
    r"""\b(?:graders?|examiners?|evaluators?|assessors?|markers?|reviewers?|whoever|jury|panel|teacher|professor|chatbot|llm|gpt|assistant)\b
    |\bthe\s+(?:reader|judge|ai|bot|machine|system\s+that)\b|\bdear\s+\w+""",
    re.IGNORECASE | re.VERBOSE,
)
_YOU = re.compile(r"\byour?\b", re.IGNORECASE)
_ASKS_FOR = re.compile(
    r"""(?:\A|[.!?:;,#*/>"'(]\s*|\b(?:please|kindly|should|must|may|will|to|and|then|so|now|therefore|just)\s+)
    (?:treat|consider|regard|take|accept|count|deem|assume|mark|give|grant|award|credit|view|interpret|imagine|pretend|suppose|tick
    |conclude|agree|recogni[sz]e|acknowledge|rate|judge|approve|confirm|set|return|output|put|write|answer|respond|say)\b""",
    re.IGNORECASE | re.VERBOSE,
)
#: A reply of the grader's own, in the answer.
_REPLY = re.compile(
    r"""["']?\b(?:status|verdict|quote|reason|score|grade|points|met)\b["']\s*:""", re.IGNORECASE
)
_COMMENT = re.compile(r"#|//|/\*|\"{3}|'{3}|--\s|<!--")
_IN_CODE = re.compile(r"[_=()\[\]{}]")
#: Words of a statement whose language is told by them alone.
_SHORTEST_FOREIGN = 4
#: Letters that look like Latin ones, in the scripts that have them.
_ALIKE = str.maketrans(
    "аАеЕоОрРсСуУхХіІјЈѕЅһԁԛԝвВкКмМнНтТ" + "αΑεΕοΟρΡιΙκΚνΝτΤυΥχΧΒΗΜΖ",
    "aAeEoOpPcCyYxXiIjJsShdqwBBkKmMHHtT" + "aAeEoOpPiIkKvNtTuYxXBHMZ",
)
_DIGITS = str.maketrans("013457@$", "oieastas")
_TAGS = {code: code - 0xE0000 for code in range(0xE0020, 0xE007F)}  # ASCII that no screen shows
_SPACED = re.compile(r"(?<!\w)(?:\w[ .·_-]{1,2}){3,}\w(?!\w)")
_LEET = re.compile(r"(?<!\w)(?=[a-z]*[013457@$])(?=[013457@$]*[a-z]+[013457@$])[a-z013457@$]{3,}(?!\w)", re.I)
_CIPHER = re.compile(r"(?<![\w/+])(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9+/]{32,}={0,2}(?![\w/+])")
_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u024f\u0370-\u03ff]{3,}")


def passages(answer: str) -> list[tuple[Span, str]]:
    """The statements of an answer that speak to the grading, as far as words show it, each with why it counts
    as one."""
    english = guards.language(text.words(answer, 0, len(answer))) is None
    found = []
    for span in text.split(answer):
        if _speaks(answer, span):
            found.append((span, SPEAKS))
        elif english and _foreign(answer, span):
            found.append((span, FOREIGN))
    return found


def visible(answer: str) -> str:
    """An answer without the characters that no screen shows: all that a model gets to read."""
    if answer.isascii():
        return answer
    return "".join(char for char in answer if not hidden(char))


def hidden(char: str) -> bool:
    """Whether a character is only a sign for the layout of others (zero width, tags, direction)."""
    return unicodedata.category(char) == "Cf"


def _speaks(answer: str, span: Span) -> bool:
    said = answer[span.start : span.end]
    return _CIPHER.search(said) is not None or any(
        _TO_A_MODEL.search(read)
        or _REPLY.search(read)
        or _judges_itself(read)
        or guards.addressed_to_grader(read, Span(0, len(read)))
        for read in {said, *_undisguised(said)}
    )


def _judges_itself(said: str) -> bool:
    """Whether a statement says how well it went: of this answer, to who reads it, or as a wish."""
    if not _HOW_IT_WENT.search(said):
        return False
    read, asked = _WHO_READS.search(said), _ASKS_FOR.search(said)
    if _THIS_ANSWER.search(said):
        return bool(read or asked or _YOU.search(said))
    return bool(read and asked)


def _foreign(answer: str, span: Span) -> bool:
    """Whether a statement in an English answer is in another language, which the guards do not read."""
    if _OTHER_SCRIPT.search(answer, span.start, span.end):
        return True
    start = span.start
    if span.code:  # only what is said in it
        comment = _COMMENT.search(answer, span.start, span.end)
        if comment is None:
            return False
        start = comment.end()
    words = text.words(answer, start, span.end)
    if guards.language(words) is not None:
        return True
    return _IN_CODE.search(answer, start, span.end) is None and _unknown(words)


def _unknown(words: list[text.Word]) -> bool:
    """Whether hardly a word is known, none is one of those that hold English together, and some look foreign
    rather than mistyped: a language that the guards have too little of here, or never have."""
    said = [word.text for word in words if word.text.isalpha()]
    if len(said) < _SHORTEST_FOREIGN or not STOP.isdisjoint(said):
        return False
    if all(map(str.isascii, said)) and guards.FOREIGN.isdisjoint(said):
        return False
    strange = sum(not (stem(word) in known_stems() or of_the_field(stem(word))) for word in said)
    return strange > 0.6 * len(said)


def _undisguised(said: str) -> list[str]:
    """What a statement may read as: look-alikes, spaced letters and digits in place of letters undone."""
    plain = unicodedata.normalize("NFKD", said.translate(_TAGS))
    plain = "".join(c for c in plain if not hidden(c) and not unicodedata.combining(c)).translate(_ALIKE)
    joined = _SPACED.sub(lambda m: re.sub(r"[ .·_-]", "", m.group()), plain)
    lettered = _LEET.sub(lambda m: m.group().translate(_DIGITS), plain)
    return [plain, joined, lettered]
