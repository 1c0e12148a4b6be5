"""Write the table of keys into docs/the-app.md, from the bindings: ``python tools/make_keys.py``."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from interviewer.tui.bindings import every_binding  # noqa: E402
from interviewer.tui.screens.help import GROUPS, pretty  # noqa: E402

PAGE = ROOT / "docs" / "the-app.md"
BEGIN, END = "<!-- keys: python tools/make_keys.py -->", "<!-- end of keys -->"


def bindings() -> dict[str, tuple[str, str]]:
    """Every binding of the app: id -> (keys as people write them, what it does)."""
    return {
        id: (", ".join(map(pretty, keys.split(","))), what) for id, (keys, what) in every_binding().items()
    }


def table() -> str:
    """A table for each group of ids, the most wanted groups first."""
    found = bindings()
    groups = dict.fromkeys([*GROUPS, *(id.partition(".")[0] for id in found)])
    out = []
    for group in groups:
        rows = [(id, *found[id]) for id in found if id.partition(".")[0] == group]
        if rows:
            out += [
                "",
                f"### {GROUPS.get(group, group.capitalize())}",
                "",
                "| key | does | id |",
                "|---|---|---|",
            ]
            out += [f"| {key} | {what} | `{id}` |" for id, key, what in rows]
    return "\n".join([*out, ""])


def page() -> str:
    """The page with the table as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + "\n" + table() + "\n" + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
