"""What a judge without a warm worker does: ``python benchmarks/cold_run.py EXERCISE_FOLDER FILE ENTRY``.

One process: import torch, import the file, make the cases, call the solution, compare every element as
the judge does. No sandbox, no second process: everything that the warm way adds is left out here.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


class InProcess:
    """Stands where the judge's Session stands, and calls the function right here."""

    def __init__(self, entry: str, function):
        self.entry, self.function = entry, function

    def ask(self, op: str, args=(), kwargs=None, **_):
        started = time.perf_counter()
        value = self.function(*args, **(kwargs or {}))
        return SimpleNamespace(value=value, seconds=time.perf_counter() - started, reply={})


def main(folder: str, file: str, entry: str) -> None:
    import torch

    torch.set_num_threads(1)
    from interviewer.runner import kinds
    from interviewer.runner.cases import Context

    def load(name: str, path: Path):
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    pack = Path(folder)
    context = Context(torch.Generator(), load("reference", pack / "reference.py"), pack)
    context.rng.seed()
    session = InProcess(entry, getattr(load("solution", Path(file)), entry))
    count = 0
    for case in load("cases", pack / "cases.py").cases(context):
        for check, fault, _ in kinds.decide(case, session, context):
            count += 1
            if fault:
                sys.exit(f"{check}: {fault.message}")
    print(count)


if __name__ == "__main__":
    main(*sys.argv[1:])
