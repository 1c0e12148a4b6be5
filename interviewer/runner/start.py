"""First steps of the judge's process: import torch once, fork the warm parent, go on as the judge.

Nothing of the judge is imported before the fork, so the candidate's process never contains it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import sys

from interviewer.runner.sandbox import system


def main() -> None:
    # The app reads this pipe: keep it from everything that prints.
    app_out = os.dup(1)
    os.dup2(2, 1)
    config = json.loads(sys.stdin.buffer.raw.readline())
    die_with_app(config["home"])
    try:
        quietly_import_torch()
    except Exception as error:
        message = f"torch cannot be imported by {sys.executable}: {type(error).__name__}: {error}"
        os.write(app_out, json.dumps({"fatal": message}).encode() + b"\n")
        return

    system.outlive_parent()  # from here on each process sees the end of the one above, and tidies up

    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        try:
            ours.close()
            os.close(app_out)
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 0)
            from interviewer.runner import warm

            warm.serve(theirs, config)
        finally:
            os._exit(0)
    theirs.close()
    from interviewer.runner import judge

    system.undumpable()
    try:
        judge.serve(app_out, ours, config)
    finally:  # the app does this as well, unless it was killed
        shutil.rmtree(config["home"], ignore_errors=True)


def die_with_app(folder: str) -> None:
    """End at once when the app is killed: an import of torch, beside much else on a slow machine, can
    take half a minute, and only then would its closed pipe be seen."""
    app = os.getppid()

    def end(*_) -> None:
        if os.getppid() != app:  # not merely the thread of the app that started this process
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)

    if system.LINUX:
        signal.signal(signal.SIGRTMIN, end)
        system.die_with_parent(signal.SIGRTMIN)
        end()  # it may have been killed just before


def quietly_import_torch() -> None:
    """At low priority, so that a screen that is being painted comes first."""
    if hasattr(os, "SCHED_BATCH"):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    with contextlib.suppress(ImportError):
        import numpy.random  # noqa: F401 - once, for all workers
    import torch

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    if hasattr(os, "SCHED_BATCH"):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
