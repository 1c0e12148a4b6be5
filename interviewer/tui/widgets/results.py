"""What came of a run; it stays on screen until the next one."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Markdown, Static

from interviewer.core import performance
from interviewer.core.inert import fenced, inert
from interviewer.core.model import Exercise
from interviewer.core.running import VERDICTS, CheckResult, RunResult
from interviewer.core.transcript import check_lines, run_text, sandbox_line


class Results(VerticalScroll):
    """Checks as they finish, then the verdict, the review, the output, and the reference after a pass."""

    told = "Nothing was run yet."  # all of it as plain lines, for copying

    def compose(self) -> ComposeResult:
        yield Static("Nothing was run yet. F5 runs your code against the hidden checks.", id="verdict")
        yield Static(id="checks")
        yield Static(id="performance")
        yield Static(id="review")
        yield Static(id="printed")
        yield Static(id="sandbox")
        yield Markdown(id="after-pass", open_links=False)

    def begin(self, attempt: int) -> None:
        """A run has started."""
        self._finished: list[CheckResult] = []
        self.query_one("#verdict", Static).update(Content(f"Attempt {attempt}: running … (Esc stops it)"))
        self.query_one("#verdict").set_classes("running")
        for part in ("#checks", "#performance", "#review", "#printed", "#sandbox"):
            self._put(part, "")
        self._explain("")

    def check(self, check: CheckResult) -> None:
        """One check has finished."""
        self._finished.append(check)
        self._put_checks(self._finished)

    def show(self, attempt: int, result: RunResult, exercise: Exercise | None) -> None:
        """The run is over."""
        self.told = run_text(result)
        verdict = self.query_one("#verdict", Static)
        verdict.update(Content(headline(attempt, result, exercise)))
        verdict.set_classes("passed" if result.passed else "failed")
        self._put_checks(result.checks)
        self._put("#performance", inert(speed(result, self.size.width)))
        found = [f"line {f.line}: {inert(f.message)} ({f.id})" for f in result.review]
        self._put("#review", "\n".join(["Review", *found]) if found else "")
        printed = inert(result.output).rstrip()
        self._put("#printed", f"Printed\n{printed}" if printed else "")
        self._put("#sandbox", sandbox_line(result) if any(result.sandbox.values()) else "")
        self._explain(after_pass(exercise) if result.passed and exercise else "")
        self.scroll_home(animate=False)

    def _put_checks(self, checks: Iterable[CheckResult]) -> None:
        self._put("#checks", inert("\n".join(check_lines(checks))))

    def _put(self, part: str, text: str) -> None:
        """Show a part, or leave no gap where it would be."""
        widget = self.query_one(part, Static)
        widget.update(Content(text))
        widget.display = bool(text)

    def _explain(self, text: str) -> None:
        widget = self.query_one("#after-pass", Markdown)
        widget.update(text)
        widget.display = bool(text)


def headline(attempt: int, result: RunResult, exercise: Exercise | None = None) -> str:
    """The outcome in words first, then the verdict's name; what should hold and does not is told from what does."""
    if result.passed:
        return f"✓ Attempt {attempt}: PASS. {inert(result.message)}".rstrip()
    words = VERDICTS.get(result.verdict, "")
    said = inert(result.message)
    if exercise and any(check.says and said.startswith(f"{inert(check.says)}:") for check in exercise.checks):
        said = f"Not so: {said}"
    first = f"✗ Attempt {attempt}: " + (f"{words} ({result.verdict})" if words else result.verdict)
    return f"{first}\n{said}" if said and said != words else first


def speed(result: RunResult, width: int) -> str:
    """The performance report: figures and bars, and the roofline where there is room for it."""
    report = result.performance
    if not report:
        return ""
    width = max(min(width, 76) - 4, 24)
    return "\n".join(["", *performance.lines(report, width), "", *performance.plot(report, min(width, 56))])


def after_pass(exercise: Exercise) -> str:
    """The reference. Why it works is told when the questions about the code are answered: it answers them."""
    reference = fenced(exercise.reference, "python")
    return f"F9 goes on: what is asked about your code, then why it works.\n\n## The reference\n\n{reference}"
