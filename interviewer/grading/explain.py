"""The whole reasoning behind an offline grade, as data and in lines that a person can read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interviewer.core.grading import EARNS, REQUIRED_CAP, Grade
from interviewer.core.model import Question
from interviewer.grading import calibration as cal
from interviewer.grading.leaning import Order, Sign
from interviewer.grading.match import Reading
from interviewer.grading.prepared import Prepared
from interviewer.grading.reading import Reader, Window
from interviewer.grading.rubric import RubricGrader, Trace

_MARK = {"met": "+", "partial": "½", "missed": "·", "contradicted": "−", "unverified": "?"}


def explain(grader: RubricGrader, question: Question, answer: str) -> tuple[Grade, dict[str, Any]]:
    """A grade, and its reasoning: what the answer was read as, what was found for and against each point,
    guards, arithmetic and calibration."""
    grade, trace = grader.explain(question, answer)
    reader = trace.reader
    reasoning: dict[str, Any] = {
        "statements": [_statement(reader, window) for window in reader.statements] if reader else [],
        "nearness": ("vectors" if grade.grader.endswith("+vectors") else "words") if trace.near else None,
        "points": [_point(question, grade, trace, index) for index in range(len(trace.found))],
        "misconceptions": [{"id": held.id, "quote": held.quote} for held in grade.misconceptions],
        "guards": [{"id": flag.id, "reason": flag.reason, "cap": flag.cap} for flag in grade.flags],
        "focus": round(reader.focus, 2) if reader else None,
        "arithmetic": _arithmetic(question, grade, trace),
        "calibration": {"offset": round(trace.line.offset, 3), "slope": round(trace.line.slope, 3)},
        "likeness": round(trace.like, 3),
        "before_calibration": None if trace.raw is None else round(trace.raw, 4),
        "score": grade.score,
    }
    return grade, reasoning


def _statement(reader: Reader, window: Window) -> dict[str, Any]:
    start, end, code = window.span
    return {
        "span": [start, end],
        "text": reader.answer[start:end],
        "code": code,
        "called_wrong": window.rejected,
        "list": window.listlike,
        "concepts": [f"{'-' if sign < 0 else ''}{key.lstrip('=±@')}" for key, sign in window.passage.signs.items()],
        "leaning": round(window.leaning, 1),
        "leans_for": [_told(seen) for seen in reader.prepared.leaning.telling(window.passage)],
    }  # fmt: skip


def _told(seen: Sign | Order) -> str:
    *concepts, sign = seen
    said = " … ".join(key.lstrip("=±@") for key in concepts)
    return f"{said}{'' if sign > 0 else ' (denied)' if sign < 0 else ' (both ways)'}"


def _point(question: Question, grade: Grade, trace: Trace, index: int) -> dict[str, Any]:
    point, verdict = question.points[index], grade.points[index]
    supports, denies = trace.found[index]
    if trace.near and supports and supports.support <= 0:
        supports = None  # it only shows where the answer comes nearest
    reader = trace.reader
    assert reader is not None
    return {
        "id": point.id,
        "text": point.text,
        "weight": point.weight,
        "status": verdict.status,
        "for": _reading(reader, index, supports, supports.support) if supports else None,
        "against": _reading(reader, index, denies, denies.against) if denies else None,
        "closest": None if supports else _closest(reader, index),
        "near": trace.near[index] if trace.near else None,
        "earns": trace.earned.get(point.id),
    }


def _reading(reader: Reader, point: int, reading: Reading, strength: float) -> dict[str, Any]:
    window, mask = reading.window, reader.prepared.masks[point]
    return {
        "strength": round(strength, 2),
        "quote": _quote(reader, window),
        "how": reading.why,
        "saying": reading.saying,
        "covered": round(_cover(reader.prepared, window, reading.saying), 2),
        "terms": [(mask & window.hits).bit_count(), mask.bit_count()],
        "trust": round(window.trust, 2),
    }


def _closest(reader: Reader, point: int) -> dict[str, Any] | None:
    """The right statement of a missed point that the answer shares most with."""
    sayings = reader.prepared.sayings
    own = reader.prepared.accepts[point]
    rows = [(w.shared[i], i, w) for w in reader.windows for i in own if i in w.shared]
    if not rows:
        return None
    share, best, window = max(rows, key=lambda row: row[0])
    return {"saying": sayings[best].text, "covered": round(share, 2), "quote": _quote(reader, window)}


def _cover(prepared: Prepared, window: Window, text: str) -> float:
    """How much of a statement of the rubric the concepts of a window cover, 0..1."""
    said = window.passage.signs
    return max(
        (
            sum(share for key, share in one.shares if key in said)
            for one in prepared.sayings
            if one.text == text
        ),
        default=0.0,
    )


def _quote(reader: Reader, window: Window) -> str:
    return reader.answer[window.span.start : window.span.end]


def _arithmetic(question: Question, grade: Grade, trace: Trace) -> dict[str, Any]:
    """What ``core.grading.score`` adds up, in parts."""
    rows = [(v.id, trace.earned.get(v.id, EARNS[v.status]), v.weight) for v in grade.points]
    order = sorted(rows, key=lambda row: (row[1], row[2]), reverse=True)
    counted = order[: question.n_of] if question.n_of else rows
    weights = sorted((weight for _, _, weight in rows), reverse=True) if question.n_of else []
    held = {m.id for m in grade.misconceptions}
    return {
        "earned": [[id, earns, weight] for id, earns, weight in counted if earns],
        "of": sum(weight for _, _, weight in counted),
        "best": question.n_of,
        "also_wrong": [[id, earns, weight] for id, earns, weight in order[len(counted) :] if earns < 0],
        "also_wrong_of": sum(weights[: question.n_of]) if question.n_of else None,
        "penalties": [[m.id, m.penalty] for m in question.misconceptions if m.id in held],
        "required_missing": [
            p.id
            for p, v in zip(question.points, grade.points, strict=True)
            if p.required and v.status != "met"
        ],
    }


# --- in lines

_NEARNESS = {"vectors": "by word vectors", "words": "by its words alone (there are no word vectors)"}


def lines(reasoning: dict[str, Any]) -> Iterator[str]:
    """The reasoning as plain text."""
    yield "What was read"
    for number, said in enumerate(reasoning["statements"], 1):
        marks = [name.replace("_", " ") for name in ("code", "called_wrong", "list") if said[name]]
        label = f" ({', '.join(marks)})" if marks else ""
        yield f"  {number}. “{_short(said['text'])}”{label}"
        yield f"     {', '.join(said['concepts']) or 'nothing that counts'}"
        if said["leaning"] > cal.LEANS:
            yield f"     reads as what the rubric calls wrong ({said['leaning']:g}): {', '.join(said['leans_for'])}"
    if reasoning["focus"] is not None and reasoning["focus"] < 1:
        yield f"  Much of it is about something else: what it says is trusted to {reasoning['focus']:.0%}."
    yield ""
    if nearness := reasoning["nearness"]:
        yield f"Points, each said in one way only, so that the answer as a whole counts too, {_NEARNESS[nearness]}"
        yield f"(met from {cal.MET_ONE_WAY:.2f}, partial from {cal.PARTIAL_ONE_WAY:.2f}; contradicted from {cal.AGAINST_ONE_WAY:.2f})"
    else:
        yield f"Points (met from {cal.MET:.2f}, partial from {cal.PARTIAL:.2f}; contradicted from {cal.AGAINST:.2f})"
    for point in reasoning["points"]:
        yield from _point_lines(point)
    if reasoning["misconceptions"]:
        yield ""
        yield "Misconceptions held"
        yield from (f"  {held['id']}: “{_short(held['quote'])}”" for held in reasoning["misconceptions"])
    if reasoning["guards"]:
        yield ""
        yield "Guards"
        for guard in reasoning["guards"]:
            cap = "" if guard["cap"] is None else f" At most {guard['cap']:.2f}."
            yield f"  {guard['id']}: {guard['reason']}{cap}"
    yield ""
    yield "Arithmetic"
    yield from _arithmetic_lines(reasoning)


def _point_lines(point: dict[str, Any]) -> Iterator[str]:
    yield f"  {_MARK[point['status']]} {point['status']} {point['id']} (weight {point['weight']:g}): {point['text']}"
    for side in ("for", "against"):
        found = point[side]
        if found:
            hit, groups = found["terms"]
            terms = f"; {hit} of {groups} keyword groups" if groups else ""
            trust = f"; trusted to {found['trust']:.0%}" if found["trust"] < 1 else ""
            yield f"      {side} {found['strength']:.2f}: “{_short(found['quote'])}”"
            yield f"        {found['how']}: “{_short(found['saying'])}” ({found['covered']:.0%} of it{terms}{trust})"
    if point["earns"] is not None:
        yield f"      the answer as a whole comes as near as {point['near']:.2f}; it earns {point['earns']:.2f}"
    closest = point["closest"]
    if closest and not point["against"]:
        yield f"      closest: “{_short(closest['saying'])}” ({closest['covered']:.0%} of it, in “{_short(closest['quote'])}”)"


def _arithmetic_lines(reasoning: dict[str, Any]) -> Iterator[str]:
    parts = reasoning["arithmetic"]
    if reasoning["before_calibration"] is None:
        yield "  It was not read, so nothing was added up."
        return
    yield f"  {_sum(parts['earned'])} of {parts['of']:g}" + (
        f", the {parts['best']} best" if parts["best"] else ""
    )
    if parts["also_wrong"]:
        yield f"  and {_sum(parts['also_wrong'])} of {parts['also_wrong_of']:g} for what else is wrong"
    yield from (f"  less {penalty:g} for {id}" for id, penalty in parts["penalties"])
    if parts["required_missing"]:
        yield f"  at most {REQUIRED_CAP:g}, since {', '.join(parts['required_missing'])} is required"
    yield f"  = {reasoning['before_calibration']:.3f}, kept between 0 and 1"
    line = reasoning["calibration"]
    if line != {"offset": 0.0, "slope": 1.0}:
        yield f"  the question's exemplars: {line['offset']:+.3f} + {line['slope']:.3f} × it (0 stays 0)"
    if reasoning["likeness"]:
        yield f"  and {reasoning['likeness']:+.3f} for its likeness to them: the rubric itself says little"
    yield f"  score {reasoning['score']:.3f}"


def _sum(rows: list[list]) -> str:
    return " + ".join(f"{earns:.3g}·{weight:g} {id}" for id, earns, weight in rows) or "0"


def _short(text: str, most: int = 160) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"
