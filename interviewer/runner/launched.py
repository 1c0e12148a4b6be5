"""The first steps of a worker that a launcher started as a program: become what a fork would be."""

from __future__ import annotations

import json
import socket
import sys


def main(told: str) -> None:
    """Descriptors are as ``arrange_descriptors`` leaves them; ``told`` is the rest, as JSON."""
    from interviewer.runner import start

    start.quietly_import_torch()
    from interviewer.runner import warm
    from interviewer.runner.sandbox.confine import Confinement, default_signals, open_streams

    default_signals()
    spec = json.loads(told)
    open_streams()
    confinement = Confinement(**warm.confinement_of(spec["config"]))
    confinement.paths, confinement.launcher = spec["paths"], spec["launcher"]
    held = confinement.enter(spec["limits"], spec["folder"], None)
    held["layers"].insert(0, spec["launcher"])
    warm.begin(socket.socket(fileno=3), held)
    sys.exit(0)
