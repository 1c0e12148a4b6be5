"""Every fault of a server becomes one typed Fault: one clear sentence, in the time that the limits say."""

import asyncio
import time

import pytest
from fault_cases import CASES
from fault_server import LONGEST_S, FaultServer
from fault_table import commit, rows, sentence

from interviewer.llm.fault import SENTENCES


@pytest.fixture(scope="module", autouse=True)
def openai_is_imported():
    """The first call imports it in a thread; that second belongs to no fault."""
    import interviewer.llm.web  # noqa: F401


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_fault_is_one_clear_sentence_in_time(case):
    async with FaultServer() as server:
        fault, seconds = await commit(case, server)
        assert fault is not None and fault.kind == case.kind, str(fault)
        assert seconds < LONGEST_S
        patience = time.monotonic() + 2
        while server.open and time.monotonic() < patience:
            await asyncio.sleep(0.01)
        assert not server.open, "the connection is let go of"
    said = str(fault)
    assert said.endswith(".") and len(said) < 300
    assert said.isprintable(), "no escape sequence, no line break"
    assert not {"Traceback", "Error(", "Exception", "httpx", "None"} & set(said.replace(":", " ").split())
    assert rows()[case.name][0] == sentence(fault), (
        "docs/model-faults.md is not current: fault_table.py writes it"
    )


def test_there_are_many_and_they_cover_every_kind_of_fault():
    assert len(CASES) >= 50 and len({case.name for case in CASES}) == len(CASES)
    # no_key and busy are no server's doing; unreachable needs a network that swallows packets
    assert set(SENTENCES) - {case.kind for case in CASES} == {"no_key", "busy", "unreachable"}


def test_the_table_has_these_faults_and_no_other():
    assert list(rows()) == [case.name for case in CASES]
    assert all(seconds < LONGEST_S for _, seconds in rows().values())
