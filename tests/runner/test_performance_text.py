"""A performance report in words, bars and a plot: what a person reads at a glance is what was measured."""

from dataclasses import replace

import pytest

from interviewer.core.performance import bars, duration, headline, lines, plot
from interviewer.core.running import RunResult
from interviewer.core.transcript import run_text

REPORT = {
    "device": "CPU Some Processor", "threads": 1, "n": 20, "median_ms": 5.0, "iqr_ms": 0.2,
    "baseline_ms": 20.0, "speedup": 4.0, "gb_per_s": 0.4, "tflop_per_s": 0.025, "roofline": 0.25,
    "bound": "compute", "peak_bytes": 30_500_000, "trust": "judge", "warnings": ["Something is odd."],
    "rejected": False, "cold_ms": 6.0, "null_ms": 0.05, "baseline_peak_bytes": 97_400_000,
    "compiled": {"ms": 10.0, "iqr_ms": 0.1, "compile_s": 9.9, "speedup": 2.0}, "launches": None,
    "bytes": 2e6, "flops": 125e6, "ceilings": {"gb_per_s": 70.0, "tflop_per_s": 0.1, "launch_us": 2.0},
    "note": "Measured on the CPU, with 1 thread: it says nothing about a GPU.",
}  # fmt: skip


def test_bars_are_as_long_as_the_times():
    lengths = {line.split("█")[0].strip(): line.count("█") for line in bars(REPORT, 101)}
    assert lengths == {"at best": 5, "yours": 20, "reference": 80, "compiled": 40}


@pytest.mark.parametrize("width", [30, 60, 100])
def test_nothing_of_the_plot_or_the_bars_is_wider_than_asked(width):
    assert max(map(len, bars(REPORT, width))) <= max(width, 30)
    assert max(map(len, plot(REPORT, width)[1:-1])) <= width + 1


@pytest.mark.parametrize(
    ("speedup", "says"),
    [(4.0, "4 times as fast as"), (1.01, ", as fast as"), (0.35, "0.35 times as fast as")],
)
def test_the_headline_says_how_fast_against_the_reference(speedup, says):
    assert says in headline(REPORT | {"speedup": speedup})


def test_every_figure_that_matters_is_said():
    told = "\n".join(lines(REPORT))
    for figure in ("5 ms", "20 ms", "25%", "25 GFLOP/s of 100 GFLOP/s", "0.4 of 70 GB/s", "30.5 MB",
                   "97.4 MB", "50 µs", "6 ms", "9.9 s of compiling", "1 thread", "timed by the judge",
                   "nothing about a GPU", "⚠ Something is odd."):  # fmt: skip
        assert figure in told, figure


def test_a_rejected_time_and_a_missing_one_are_said_without_figures():
    rejected = REPORT | {"rejected": True, "speedup": None, "roofline": None, "tflop_per_s": None}
    assert headline(rejected) == "Speed: the time was rejected."
    assert bars(rejected) == plot(rejected) == []
    nothing = dict.fromkeys(REPORT) | {
        "device": "CPU", "threads": 1, "trust": "judge", "warnings": ["Not timed: too slow."], "n": 0,
    }  # fmt: skip
    assert lines(nothing)[0] == "Speed: not timed." and "⚠ Not timed: too slow." in lines(nothing)
    assert bars(nothing) == plot(nothing) == []


def test_the_plot_has_the_solution_above_the_reference_and_both_below_the_roof():
    drawn = plot(REPORT, 60, 12)
    rows = {glyph: next(i for i, line in enumerate(drawn) if glyph in line) for glyph in "●○"}
    column = drawn[rows["●"]].index("●")
    roof = next(i for i, line in enumerate(drawn) if len(line) > column and line[column] in "━╱")
    assert roof < rows["●"] < rows["○"]
    assert drawn[rows["○"]].index("○") == column


def test_a_memory_bound_exercise_stands_under_the_slope():
    drawn = plot(REPORT | {"bytes": 2e9, "tflop_per_s": 1e-3, "bound": "memory"}, 60, 12)
    row = next(line for line in drawn if "●" in line)
    roof = next(line for line in drawn[1:] if len(line) > row.index("●") and line[row.index("●")] in "━╱")
    assert roof[row.index("●")] == "╱"


def test_it_is_part_of_what_a_run_says_in_plain_text():
    result = RunResult("x", "x.py", "PASS", "All checks passed.", performance=REPORT)
    assert "4 times as fast as the reference" in run_text(result)
    assert "Speed" not in run_text(replace(result, performance=None))


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0.0123, "12.3 µs"), (0.5, "0.5 ms"), (12.34, "12.3 ms"), (4500, "4.5 s")]
)
def test_durations_in_the_unit_that_fits(milliseconds, text):
    assert duration(milliseconds) == text


@pytest.mark.parametrize("columns", [40, 100])
async def test_the_results_pane_shows_bars_and_roofline(columns):
    from textual.app import App
    from textual.widgets import Static

    from interviewer.tui.widgets.results import Results

    class Pane(App):
        def compose(self):
            yield Results()

    async with Pane().run_test(size=(columns, 50)) as pilot:
        results = pilot.app.query_one(Results)
        results.begin(1)
        results.show(1, RunResult("x", "x.py", "PASS", "All checks passed.", performance=REPORT), None)
        await pilot.pause()
        shown = str(pilot.app.query_one("#performance", Static).content)
        assert "4 times as fast" in shown and "yours" in shown and "●" in shown and "━" in shown
        assert "⚠ Something is odd." in shown
        results.begin(2)
        await pilot.pause()
        assert str(pilot.app.query_one("#performance", Static).content) == ""
