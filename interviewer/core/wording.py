"""How scores, quotes and grades read, the same wherever they are shown."""

from __future__ import annotations

from collections import Counter

from interviewer.core.grading import Grade
from interviewer.core.model import Question

GLYPHS = {"met": "✓", "partial": "◐", "missed": "✗", "contradicted": "⚠", "unverified": "?"}
CHECK_GLYPHS = {"passed": "✓", "failed": "✗", "not_run": "·"}


def percent(value: float | None) -> str:
    """A score as people read it."""
    return "unscored" if value is None else f"{100 * value:.0f}%"


def minutes(seconds: float) -> str:
    """Seconds as m:ss."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def one_line(text: str | None, limit: int = 200) -> str:
    """A quote on one line."""
    flat = " ".join((text or "").split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def so_far(grade: Grade) -> str:
    """A grade while the question is still open: what was said, without giving away what was not."""
    lines = [f"{percent(grade.score)} so far, by {grade.grader}" + (f" — {grade.note}" if grade.note else "")]
    quoted = Counter((verdict.status, verdict.quote) for verdict in grade.points if verdict.quote)
    for (status, quote), points in quoted.items():
        several = f" ({points} points)" if points > 1 else ""
        lines.append(f"{GLYPHS[status]} {status}{several}: “{one_line(quote, 120)}”")
    still = sum(v.status == "missed" for v in grade.points)
    if still:
        lines.append(f"{still} point{'s' * (still != 1)} not touched yet")
    lines += [f"note ({flag.id}): {flag.reason}" for flag in grade.flags]
    return "\n".join(lines)


def grade_text(grade: Grade, question: Question | None) -> str:
    """A grade in plain lines: the score, each point with its quote, what to mend."""
    texts = {p.id: p.text for p in question.points} if question else {}
    lines = [f"{percent(grade.score)} by {grade.grader}" + (f" — {grade.note}" if grade.note else "")]
    for verdict in grade.points:
        quote = f" — “{one_line(verdict.quote, 120)}”" if verdict.quote else ""
        lines.append(f"{GLYPHS[verdict.status]} {verdict.status}: {texts.get(verdict.id, verdict.id)}{quote}")
    lines += [f"⚠ {one_line(m.quote, 80)!r}: {m.correction}" for m in grade.misconceptions]
    lines += [f"note ({flag.id}): {flag.reason}" for flag in grade.flags]
    return "\n".join(lines)
