"""What the sandbox keeps on this machine, found out once per judge by trying to break it."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable

from interviewer.runner.candidate import TORCH_MB, Candidate, Stopped
from interviewer.runner.sandbox import probe
from interviewer.runner.text import one_line

EXHAUST_S = 20.0  # a busy machine takes its time to hand out so much memory

_LIMITS = {
    "load_s": 5.0, "call_s": 5.0, "total_s": 10.0, "memory_mb": probe.MEMORY_MB,
    "processes": probe.PROCESSES, "disk_mb": 4, "output_kb": 16,
}  # fmt: skip


def prove(new_worker: Callable[[dict], Candidate], config: dict) -> dict:
    """{"files", "network", "processes", "memory": does it hold?, "layers": […], "why": {…}}."""
    canary = os.path.join(config["home"], "canary")
    folder = os.path.join(config["home"], "open")
    with open(canary, "w") as file:
        file.write("not for the candidate")
    os.chmod(canary, 0o644)
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o777)
    held = dict.fromkeys(("files", "network", "processes", "memory"), False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        targets = {
            "canary": canary, "folder": folder, "port": listener.getsockname()[1],
            "judge": os.getpid(), "parent": os.getppid(),
        }  # fmt: skip
        try:
            worker = new_worker(_LIMITS)
        except (Stopped, OSError) as error:
            return {**held, "layers": [], "why": {"all": str(error)}}
        try:
            worker.wait_ready()
            # its layers keep the limits that it was born with; whoever looks at it from outside is not on trial,
            # and would stop it in the middle for the threads that it tries to start
            worker.limits = {**_LIMITS, "processes": 10 * probe.PROCESSES}
            worker.deadline = time.monotonic() + 5 + EXHAUST_S
            reply, _, _ = worker.request({"op": "probe", "targets": targets}, 5, "the probe")
            if "error" in reply:
                raise Stopped("PROTOCOL_ERROR", f"the probe failed: {reply['error']}")
            did = reply["did"]
            held["files"] = not (did["read"] or did["write"])
            held["network"] = not did["connect"]
            held["processes"] = not (did["signal"] or did["trace"] or did["threads"])
            much = 8 * probe.MEMORY_MB + (TORCH_MB if worker.warm.launcher else 0)
            worker.request({"op": "exhaust", "megabytes": much}, EXHAUST_S, "the probe")
            worker.settle()
        except Stopped as stopped:
            held["memory"] = stopped.verdict == "MEMORY_LIMIT"
            if not held["memory"]:
                worker.sandbox.setdefault("why", {})["probe"] = stopped.message
        finally:
            worker.end()
            if printed := one_line(worker.printed_text(), 200):
                worker.sandbox.setdefault("why", {})["printed"] = printed
    return {**held, "layers": worker.sandbox.get("layers", []), "why": worker.sandbox.get("why", {})}
