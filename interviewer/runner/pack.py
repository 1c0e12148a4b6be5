"""The trusted half of an exercise: ``reference.py`` and ``cases.py``, read in the judge."""

from __future__ import annotations

import hashlib
import os
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from interviewer.runner import kinds
from interviewer.runner.cases import Context
from interviewer.runner.session import BrokenPack

_hashed: dict[tuple, str] = {}


def read(exercise: dict, device: str) -> tuple[Context, list[Any], types.ModuleType]:
    """A fresh context and the cases of one run, and the module cases.py. Raises BrokenPack."""
    folder = Path(exercise["path"])
    for asset in exercise.get("assets", ()):
        _trust(folder, asset)
    reference = _module("reference", folder / "reference.py")
    rng = torch.Generator().manual_seed(int.from_bytes(os.urandom(8), "big") >> 1)
    context = Context(rng=rng, reference=reference, folder=folder, device=device)
    module = _module("cases", folder / "cases.py")
    if not hasattr(module, "cases"):
        raise BrokenPack("cases.py defines no cases(ctx)")
    return context, _cases(module.cases, context, exercise), module


def _cases(make: Callable[[Context], Any], context: Context, exercise: dict) -> list[Any]:
    try:
        with torch.random.fork_rng(devices=[]):
            cases = list(make(context))
    except Exception as error:
        raise BrokenPack(_raised("cases.py", error)) from error
    declared = [c["id"] for c in exercise["checks"]]
    used = list(dict.fromkeys(check for case in cases for check in kinds.checks_of(case)))
    if unknown := [check for check in used if check not in declared]:
        raise BrokenPack(f"cases.py uses checks that exercise.yaml does not declare: {', '.join(unknown)}")
    if undecided := [check for check in declared if check not in used]:
        raise BrokenPack(f"no case decides {', '.join(undecided)}, which exercise.yaml declares")
    return cases


def _module(name: str, path: Path) -> types.ModuleType:
    """Import a file of the pack anew, under a name that no candidate's module can have."""
    module = types.ModuleType(f"interviewer_pack_{name}")
    module.__file__ = str(path)
    try:
        code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        sys.modules[module.__name__] = module
        exec(code, module.__dict__)
    except OSError as error:
        raise BrokenPack(f"{path.name} cannot be read: {error.strerror}") from error
    except Exception as error:
        raise BrokenPack(_raised(path.name, error)) from error
    return module


def _raised(file: str, error: Exception) -> str:
    """What a file of the pack raised, and in which of its lines."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).name == file]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    return f"{file}:{line or 1}: raised {type(error).__name__}: {error}"


def _trust(folder: Path, asset: dict) -> None:
    path = folder / asset["file"]
    try:
        stat = path.stat()
        key = (str(path), stat.st_mtime_ns, stat.st_size)
        if key not in _hashed:
            _hashed[key] = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BrokenPack(f"{asset['file']} cannot be read: {error.strerror}") from error
    if _hashed[key] != asset["sha256"]:
        raise BrokenPack(f"{asset['file']} is not the file that exercise.yaml describes (sha256 differs)")


def worker_files(exercise: dict) -> list[dict]:
    """The assets that the candidate's process gets, as it gets them."""
    import base64

    folder = Path(exercise["path"])
    return [
        {
            "name": Path(a["file"]).name,
            "data": base64.b64encode((folder / a["file"]).read_bytes()).decode(),
        }
        for a in exercise.get("assets", ())
        if a.get("to") == "worker"
    ]
