"""The report as one HTML file that needs nothing else, reads in light and dark, and prints well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from interviewer.core import performance
from interviewer.core.inert import inert
from interviewer.core.model import STAGE_TITLES
from interviewer.core.report import ItemReport, Mean, PartReport, Report, other_readings, provenance_line
from interviewer.core.running import VERDICTS, RunResult
from interviewer.core.transcript import check_lines
from interviewer.core.wording import GLYPHS, minutes, percent

STYLE = """
:root { color-scheme: light dark; --ink: #23272e; --paper: #fbfaf7; --soft: #6b7079; --line: #dcd6ca;
  --good: #1c7a3a; --fair: #8a5a00; --bad: #b3202c; --blue: #1f5fbf; --plum: #7a3fa5; --code: #f0ede6; }
@media (prefers-color-scheme: dark) { :root { --ink: #d7dde8; --paper: #12161d; --soft: #8b96a8;
  --line: #2b3443; --good: #86cf93; --fair: #e5b567; --bad: #f2858f; --blue: #6ea8fe; --plum: #c39bf0;
  --code: #1b222d; } }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  max-width: 62rem; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 0; display: inline; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; } p { margin: .5rem 0; } .soft { color: var(--soft); }
table { border-collapse: collapse; } td, th { padding: .2rem .9rem .2rem 0; text-align: left; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: inline-block; width: 12rem; height: .8rem; background: var(--line); border-radius: 2px; }
.bar i { display: block; height: 100%; border-radius: 2px; background: var(--fair); }
.bar i.good { background: var(--good); } .bar i.bad { background: var(--bad); }
.bar i.time { background: var(--blue); }
details { border-top: 1px solid var(--line); padding: .8rem 0; } summary { cursor: pointer; }
summary .score { display: inline-block; min-width: 5.5rem; font-weight: 600;
  font-variant-numeric: tabular-nums; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 1.5rem; }
.said, .probe, .better { border-left: 3px solid var(--plum); padding: 0 0 0 .8rem; margin: .7rem 0;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.probe { border-color: var(--blue); color: var(--soft); }
.better { border-color: var(--good); white-space: normal; }
ul.points { list-style: none; padding: 0; }
ul.points li { margin: .35rem 0 .35rem 1.6rem; text-indent: -1.6rem; }
.met { color: var(--good); } .partial { color: var(--fair); } .contradicted { color: var(--bad); }
.missed, .unverified { color: var(--soft); } q { font-style: italic; }
pre { background: var(--code); padding: .8rem 1rem; overflow-x: auto; border-radius: 4px; font-size: .85rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; } pre code { font-size: 1em; }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #555; --line: #ccc; --good: #1c7a3a;
    --fair: #8a5a00; --bad: #b3202c; --blue: #1f5fbf; --plum: #7a3fa5; --code: #f4f2ee; }
  @page { margin: 18mm 16mm; }
  body { max-width: none; padding: 0; font-size: 10.5pt; print-color-adjust: exact;
    -webkit-print-color-adjust: exact; }
  h1, h3, summary { break-after: avoid; } li, tr, .said, .probe { break-inside: avoid; }
  details::details-content { content-visibility: visible; height: auto; }
  .pair { grid-template-columns: 1fr 1fr; gap: 1rem; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; orphans: 3; widows: 3; } }
"""

LEADS = {
    "probe": "Follow-up: ",
    "hint": "Hint: ",
    "request": "You asked: ",
    "clarification": "Clarified: ",
}


def report_html(rep: Report) -> str:
    """The whole report as one HTML document; every item is open, and can be closed."""
    body = [*_head(rep), *_scores(rep), *_time(rep)]
    if rep.practise:
        body.append(f"<p><strong>Practise these next:</strong> {_text(', '.join(rep.practise))}</p>")
    for item in rep.items:
        body += _item(item)
    if rep.advice:
        body.append(f"<h3>In the words of {_text(rep.advice.by)}, from the grades alone</h3>")
        body.append(markdown_html(rep.advice.text))
    title = _text(f"Interview report: {rep.title}")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _text(text: str) -> str:
    return escape(inert(text))


def _head(rep: Report) -> Iterator[str]:
    ended = {"completed": "completed", "ended_early": "ended early", None: "not finished"}[rep.ended]
    yield f"<h1>{_text(rep.title)}</h1>"
    graders = ", ".join(rep.graders) or "nobody yet"
    when = rep.started_at[:16].replace("T", " ")
    yield f'<p class="soft">{_text(f"{when} · {rep.mode} · {ended} · graded by {graders}")}</p>'
    for line in rep.left_out:
        yield f"<p>{_text(line)}</p>"


def _scores(rep: Report) -> Iterator[str]:
    yield "<table>"
    yield _score_row("<strong>Total</strong>", rep.total)
    for stage, mean in rep.stages.items():
        yield _score_row(_text(STAGE_TITLES.get(stage, stage)), mean)
    yield "</table>"
    if rep.topics:
        yield "<h3>By topic</h3><table>"
        for topic, mean in rep.topics.items():
            yield _score_row(_text(topic), mean)
        yield "</table>"


def _score_row(name: str, mean: Mean) -> str:
    if mean.with_help is None:
        return f'<tr><td>{name}</td><td></td><td class="soft">unscored</td><td></td></tr>'
    tone = "good" if mean.with_help >= 0.7 else "bad" if mean.with_help < 0.4 else ""
    bar = f'<span class="bar"><i class="{tone}" style="width:{100 * mean.with_help:.0f}%"></i></span>'
    left = f", {mean.unscored} unscored" if mean.unscored else ""
    return (
        f'<tr><td>{name}</td><td>{bar}</td><td class="number">{percent(mean.with_help)}</td>'
        f'<td class="soft">{percent(mean.unaided)} unaided{left}</td></tr>'
    )


def _time(rep: Report) -> Iterator[str]:
    yield f"<h3>Time: {minutes(rep.active_s)} of {minutes(rep.planned_s)} planned</h3><table>"
    longest = max((max(i.spent_s, 60 * i.minutes) for i in rep.items), default=0) or 1.0
    for item in rep.items:
        if item.spent_s:
            share = 100 * item.spent_s / longest
            bar = f'<span class="bar"><i class="time" style="width:{share:.0f}%"></i></span>'
            yield (
                f'<tr><td>{_text(item.id)}</td><td>{bar}</td><td class="number">{minutes(item.spent_s)}</td>'
                f'<td class="soft">of {minutes(60 * item.minutes)}</td></tr>'
            )
    yield "</table>"


def _item(item: ItemReport) -> Iterator[str]:
    score = item.unscored if item.with_help is None else percent(item.with_help)
    heading = f'<span class="score">{_text(score)}</span> <h2>{_text(item.title)}</h2>'
    yield f"<details open><summary>{heading}</summary>"
    if item.exercise and item.attempts:
        for number, (_, result) in enumerate(item.attempts, start=1):
            yield from _attempt(number, result)
        yield '<div class="pair">'
        yield f"<div><h3>Your last code</h3>{_code(item.attempts[-1][0])}</div>"
        yield f"<div><h3>The reference</h3>{_code(item.exercise.reference)}</div></div>"
        yield markdown_html(item.exercise.explanation)
    for part in item.parts:
        yield from _part(part)
    yield "</details>"


def _attempt(number: int, result: RunResult | None) -> Iterator[str]:
    if result is None:
        yield f"<h3>Attempt {number}: not judged</h3>"
        return
    said = result.message or VERDICTS.get(result.verdict, "")
    yield f'<h3>Attempt {number}: {_text(result.verdict)}</h3><p>{_text(said)}</p><ul class="points">'
    for line in check_lines(result.checks):
        yield f"<li>{_text(line)}</li>"
    for finding in result.review:
        name = f'<span class="soft">({_text(finding.id)})</span>'
        yield f"<li>line {finding.line}: {_text(finding.message)} {name}</li>"
    yield "</ul>"
    if report := result.performance:
        figures = [*performance.lines(report), "", *performance.plot(report)]
        yield _code("\n".join(figures))
    if result.output.strip():
        yield f"<details><summary>Printed</summary>{_code(result.output)}</details>"


def _part(part: PartReport) -> Iterator[str]:
    if part.part != "question":
        yield f"<h3>{_text(part.question.prompt)}</h3>"
    yield '<div class="pair"><div>'
    for kind, text in part.dialogue:
        lead = LEADS.get(kind, "")
        yield f'<div class="{"said" if kind == "answer" else "probe"}">{_text(lead + text)}</div>'
    if part.skipped:
        yield '<p class="soft">Skipped.</p>'
    yield "</div><div>"
    if part.question.model_answer:
        better = markdown_html(part.question.model_answer)
        yield f'<div class="better"><strong>A strong answer</strong>{better}</div>'
    yield "</div></div>"
    yield from _grade(part)
    if part.question.explanation and (part.answered or part.skipped):
        yield markdown_html(f"**Why it matters.** {part.question.explanation}")


def _grade(part: PartReport) -> Iterator[str]:
    grade = part.grade
    if grade is None:
        return
    note = f" — {grade.note}" if grade.note else ""
    scores = f"{percent(part.with_help)} with help, {percent(part.unaided)} unaided"
    yield f'<p><strong>{_text(scores)}</strong> <span class="soft">by {_text(grade.grader + note)}</span></p>'
    yield '<ul class="points">'
    for line in part.lines:
        status = line.verdict.status
        quote = f"<br><q>{_text(line.verdict.quote)}</q>" if line.verdict.quote else ""
        mark = f'<strong class="{status}">{GLYPHS[status]} {status}</strong>'
        yield f"<li>{mark}: {_text(line.text)}{quote}</li>"
    for held in grade.misconceptions:
        yield (
            f'<li><strong class="contradicted">⚠ misconception</strong>: <q>{_text(held.quote)}</q> '
            f"{_text(held.correction)}</li>"
        )
    for flag in grade.flags:
        yield f'<li class="soft">note ({_text(flag.id)}): {_text(flag.reason)}</li>'
    lines = other_readings(part) + ([provenance_line(grade.provenance)] if grade.provenance else [])
    for line in [*lines, *([f"contested: {part.contested}"] if part.contested else [])]:
        yield f'<li class="soft">{_text(line)}</li>'
    yield "</ul>"


def _code(source: str) -> str:
    return f"<pre><code>{_text(source.rstrip())}</code></pre>"


# ---------------------------------------------------------------------------- Markdown


def markdown_html(text: str) -> str:
    """The little Markdown that packs are written in: paragraphs, lists, headings, code, emphasis."""
    out: list[str] = []
    blocks = re.split(
        r"(^(`{3,}|~{3,})[^\n]*\n.*?^\2[ ]*$)", inert(text).strip(), flags=re.MULTILINE | re.DOTALL
    )
    for number, block in enumerate(blocks):
        if number % 3 == 1:
            out.append(f"<pre><code>{escape(chr(10).join(block.splitlines()[1:-1]))}</code></pre>")
        elif number % 3 == 0:
            out += [_block(part) for part in re.split(r"\n\s*\n", block) if part.strip()]
    return "\n".join(out)


def _block(text: str) -> str:
    lines = text.strip("\n").splitlines()
    if heading := re.fullmatch(r"(#{1,6})\s+(.*)", lines[0]):
        rest = _block("\n".join(lines[1:])) if len(lines) > 1 else ""
        return f"<h3>{_inline(heading[2])}</h3>{rest}"
    item = re.compile(r"\s*(?:[-*+]|(\d+)[.)])\s+(.*)")
    if first := item.match(lines[0]):
        kind, items = ("ol" if first[1] else "ul"), []
        for line in lines:
            if found := item.match(line):
                items.append(found[2])
            else:
                items[-1] += " " + line.strip()
        return f"<{kind}>" + "".join(f"<li>{_inline(text)}</li>" for text in items) + f"</{kind}>"
    return f"<p>{_inline(' '.join(line.strip() for line in lines))}</p>"


def _inline(text: str) -> str:
    """Code first, so that nothing inside it is read as emphasis."""
    out = []
    for number, piece in enumerate(re.split(r"(`+)(.+?)\1", text)):
        if number % 3 == 2:
            out.append(f"<code>{escape(piece.strip())}</code>")
        elif number % 3 == 0:
            safe = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(piece))
            out.append(re.sub(r"(?<![\w*])\*(?!\s)([^*]+?)\*(?![\w*])", r"<em>\1</em>", safe))
    return "".join(out)
