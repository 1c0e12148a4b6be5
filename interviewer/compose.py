"""The composition root: where things live on this machine, and the adapters behind the ports."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interviewer.conductor import Desk
    from interviewer.core.model import Exercise
    from interviewer.core.ports import Catalog, Interviewer, Model, Runner, SecondGrader
    from interviewer.core.running import RunResult
    from interviewer.core.settings import Settings
    from interviewer.llm.profiles import Profile


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def home() -> Path:
    """``$INTERVIEWER_HOME``, by default the user data directory."""
    if named := os.environ.get("INTERVIEWER_HOME"):
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("interviewer", appauthor=False)


def examples() -> Path:
    """The worked example sessions that ship with the program."""
    from interviewer.packs import shipped_root

    return shipped_root() / "sessions"


def has_torch(python: Path) -> bool:
    """Whether an interpreter has torch, by looking for the file (an import takes seconds)."""
    return any(path.exists() for path in _torch_files(python))


def _torch_files(python: Path) -> Iterator[Path]:
    if python.resolve() == Path(sys.executable).resolve() and python.parent == Path(sys.executable).parent:
        yield from (Path(entry) / "torch" / "version.py" for entry in sys.path if entry)
        return
    prefix = python.parent.parent
    yield from prefix.glob("lib/python3*/site-packages/torch/version.py")
    yield prefix / "Lib" / "site-packages" / "torch" / "version.py"


def exercise_python(named: str | None = None) -> Path:
    """The interpreter that runs the exercises.

    The one named, here or in the settings; else our own if it has torch; else the one that set-up noted,
    or the active virtual or conda environment's, if that has; else our own.
    """
    if named := named or read_settings()[0].python:
        return Path(named).expanduser().absolute()
    own, note = Path(sys.executable), Path(sys.prefix) / "exercise-python"
    noted = [Path(note.read_text().strip())] if note.is_file() else []
    active = [
        Path(os.environ[v]) / "bin" / "python" for v in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(v)
    ]
    return next((p for p in [own, *noted, *active] if p.exists() and has_torch(p)), own)


def read_settings() -> tuple[Settings, list[str]]:
    """What a person has set in ``settings.toml``, and what is wrong with it, a sentence each."""
    from interviewer.core.settings import FILE, Settings, parse

    try:
        return parse((home() / FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return Settings(), []
    except (OSError, UnicodeDecodeError) as error:
        return Settings(), [f"{home() / FILE} cannot be read ({error}); the defaults are used."]


class Preferences:
    """Implements ``core.ports.Preferences`` on ``settings.toml``."""

    def __init__(self) -> None:
        from interviewer.core.settings import FILE

        self.path = home() / FILE

    def text(self) -> str:
        from interviewer.core.settings import TEMPLATE

        return self.path.read_text(encoding="utf-8") if self.path.exists() else TEMPLATE

    def write(self, text: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.path)

    def change(self, name: str, value: str | bool) -> None:
        from interviewer.core.settings import changed

        self.write(changed(self.text(), name, value))

    def role(self) -> str:
        return role_words(read_settings()[0].role)

    def models(self) -> list[Model]:
        from interviewer.core.ports import Model
        from interviewer.llm import profiles

        try:
            known = profiles.load(home())
        except profiles.ProfileError:
            known = profiles.Settings({})
        own = [
            Model(p.name, f"{p.model or 'its first model'} at {p.where}", default=p.name == known.default)
            for p in known.profiles.values()
        ]
        taken = {p.where for p in known.profiles.values()}
        local = [p for p in profiles.listening() if p.where not in taken]
        named = [p for p in profiles.PRESETS.values() if p.key_env and os.environ.get(p.key_env)]
        return [
            *own,
            *(Model(p.name, f"listens at {p.where}", listens=True) for p in local),
            *(Model(p.name, f"{p.where}, with the key in {p.key_env}") for p in named if not p.local),
        ]


def role_words(role: str) -> str:
    """A job description: of a file, if one has that name, else as given. Raises OSError, ValueError."""
    named = len(role.split()) == 1 and Path(role).suffix in (".txt", ".md")  # a file's name, there or not
    is_file = named or (0 < len(role) < 250 and "\n" not in role and Path(role).expanduser().is_file())
    return Path(role).expanduser().read_text(encoding="utf-8") if is_file else role


def build_catalog() -> Catalog:
    """The shipped packs and a person's own."""
    from interviewer.packs import load_catalog

    return load_catalog(home())


class Trust:
    """The foreign exercise packs whose checking code a person has agreed to run, by hash."""

    def __init__(self, home: Path) -> None:
        self._path = home / "trusted-packs"

    def knows(self, exercise: Exercise) -> bool:
        if exercise.trusted:
            return True
        try:
            return exercise.pack_hash in self._path.read_text().split()
        except OSError:
            return False

    def remember(self, exercise: Exercise) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._path.open("a") as file:
            file.write(exercise.pack_hash + "\n")


class CarefulRunner:
    """A runner that runs no foreign pack's ``cases.py`` before a person has agreed to."""

    def __init__(self, runner: Runner, trust: Trust) -> None:
        self._runner, self._trust = runner, trust
        self.unavailable, self.warm, self.close = runner.unavailable, runner.warm, runner.close
        self.prove = runner.prove

    async def run(self, exercise: Exercise, source: str, **how: Any) -> RunResult:
        if self._trust.knows(exercise):
            return await self._runner.run(exercise, source, **how)
        from interviewer.core.running import RunResult

        message = (
            f"The pack {exercise.id} is not one of ours, and its checking code (cases.py) would run "
            f"unconfined; read it, then agree once with: interviewer run {exercise.id} FILE"
        )
        return RunResult(exercise.id, how.get("file", "solution.py"), "UNAVAILABLE", message)


def build_runner(
    python: str | None = None, *, unsandboxed: bool = False, ask: Callable[[str], bool] | None = None
) -> Runner:
    """``ask`` puts a question to the person, where there is one to answer it."""
    from interviewer.runner.local import LocalRunner

    runner = LocalRunner(exercise_python(python), home(), unsandboxed=unsandboxed, ask=ask)
    return CarefulRunner(runner, Trust(home()))


def find_profile(name: str | None) -> Profile | None:
    """The model to use: the one named, or what is set, or the profiles' default, or none.

    Raises ProfileError.
    """
    from interviewer.core.settings import OFFLINE
    from interviewer.llm import profiles

    name = name or read_settings()[0].profile or profiles.load(home()).default
    return profiles.find(home(), name) if name and name != OFFLINE else None


def build_model(profile: Profile) -> tuple[Interviewer, SecondGrader | None]:
    """Who words the questions, and who reads the answers again, on one client; nothing is imported yet."""
    from interviewer.grading.llm import LlmGrader
    from interviewer.llm.client import Client
    from interviewer.llm.interviewer import LlmInterviewer
    from interviewer.llm.memory import Memory

    client = Client(profile, Memory.at(home()))
    return LlmInterviewer(client), LlmGrader(client) if profile.grades else None


def open_desk(
    python: str | None = None, *, unsandboxed: bool = False, profile: Profile | None = None
) -> Desk:
    """Everything that a client needs, offline without a profile.

    Raises StoreError where interviews could not be kept.
    """
    from interviewer.conductor import Desk
    from interviewer.grading import RubricGrader
    from interviewer.store import Store

    store = Store(home(), examples())
    interviewer, second = build_model(profile) if profile else (None, None)
    return Desk(
        store=store,
        catalog=build_catalog(),
        grader=RubricGrader(),
        runner=build_runner(python, unsandboxed=unsandboxed),
        clock=SystemClock(),
        interviewer=interviewer,
        second=second,
    )
