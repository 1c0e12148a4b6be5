"""``python -m interviewer.packs PATH…``: hold packs to what those that ship must have.

For writing packs from a checkout; ``interviewer check`` does more, and runs the exercises too.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(paths: list[str]) -> int:
    from interviewer.packs.check import check_paths

    problems = check_paths([Path(path) for path in paths], strict=True)
    for problem in problems:
        print(problem)
    errors = sum(problem.severity == "error" for problem in problems)
    print(f"{errors} errors, {len(problems) - errors} warnings", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
