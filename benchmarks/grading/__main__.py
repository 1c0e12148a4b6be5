"""``python -m benchmarks.grading [DATA_FOLDER] [--unseen] [--timing]``: how good the grader is, and how fast.

DATA_FOLDER holds the two graded exams that the issue of the grader names; nothing of it is in here.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.grading import exam_report, timing, unseen


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="folder of the graded exams")
    parser.add_argument("--unseen", action="store_true", help="answers that no rubric was tuned on")
    parser.add_argument("--timing", action="store_true", help="what a grade costs")
    asked = parser.parse_args()
    if asked.data:
        exam_report.report(asked.data)
    if asked.unseen:
        paths = sorted(unseen.FOLDER.glob("*.jsonl"))
        for path in paths:
            unseen.report(path)
        unseen.report_thin(paths)
    if asked.timing:
        timing.report()
    if not (asked.data or asked.unseen or asked.timing):
        parser.print_help()


if __name__ == "__main__":
    main()
