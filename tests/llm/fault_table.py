"""Commits every fault and writes docs/model-faults.md: PYTHONPATH=tests python tests/llm/fault_table.py"""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

from fault_cases import CASES, Case, profile_of
from fault_server import LIMITS, FaultServer

from interviewer.llm import ladder
from interviewer.llm.client import Client
from interviewer.llm.fault import Fault

PAGE = Path(__file__).resolve().parents[2] / "docs" / "model-faults.md"
#: What a grade is asked for with, in short.
SCHEMA = {
    "type": "object",
    "properties": {
        "points": {
            "type": "object",
            "required": ["accumulates"],
            "additionalProperties": {
                "type": "object",
                "properties": {"status": {"enum": ["met", "missed"]}},
                "required": ["status"],
            },
        }
    },
    "required": ["points"],
    "additionalProperties": False,
}
FIRST, IDLE, TOTAL = LIMITS["first_s"], LIMITS["idle_s"], LIMITS["total_s"]
HEAD = f"""\
# What a model server can do wrong

Every fault below is committed by a server of our own, in the tests (`tests/llm/fault_cases.py`). In each
the interview goes on with the rubric's own words, the answer is kept and graded offline, and the person
reads the one sentence; `interviewer sessions regrade` grades with the model later. The times were measured
with short limits ({FIRST} s to the first content, {IDLE} s between two pieces, {TOTAL} s in all); those of a
profile are longer ([models](models.md)). Written by `PYTHONPATH=tests python tests/llm/fault_table.py`;
a test compares each sentence with the one that is said.

| fault | sentence | seconds |
|---|---|---|
"""


async def commit(case: Case, server: FaultServer) -> tuple[Fault | None, float]:
    """What a case leads to, and after how many seconds."""
    client = Client(profile_of(case, server))
    began = time.monotonic()
    try:
        if case.form:
            await ladder.ask(client, [{"role": "user", "content": "hi"}], SCHEMA, name="grade")
        else:
            await client.stream([{"role": "user", "content": "hi"}])
    except Fault as fault:
        return fault, time.monotonic() - began
    finally:
        await client.close()
    return None, time.monotonic() - began


def sentence(fault: Fault | None) -> str:
    """As the table has it: without the port that differs each time."""
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", str(fault)).replace("|", "\\|")


def rows() -> dict[str, tuple[str, float]]:
    """The table as it is written: fault -> (sentence, seconds)."""
    found = re.findall(r"^\| (.*?) \| (.*) \| ([\d.]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: (said, float(seconds)) for name, said, seconds in found}


async def write() -> None:
    lines = []
    for case in CASES:
        async with FaultServer() as server:
            fault, seconds = await commit(case, server)
        lines.append(f"| {case.name} | {sentence(fault)} | {seconds:.1f} |")
    PAGE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    import interviewer.llm.web  # noqa: F401 – its import is not a fault's time

    asyncio.run(write())
