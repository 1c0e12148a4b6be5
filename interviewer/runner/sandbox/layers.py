"""The layers by name: what each is there to stop, and how to get one that is missing."""

from __future__ import annotations

from dataclasses import dataclass

_NAMESPACES = (
    "user namespaces are off for you: kernel.unprivileged_userns_clone=1 or "
    "kernel.apparmor_restrict_unprivileged_userns=0 (sysctl) allows them; a container needs them allowed too"
)


@dataclass(frozen=True)
class Layer:
    name: str
    stops: str
    get: str  # how to get it where it is missing


LAYERS = (
    Layer("uid", "acting as you: every run has a user of its own", "only root can give one; the rest holds"),
    Layer("pid", "seeing, signalling or outliving other processes", _NAMESPACES),
    Layer("mount", "seeing any file but the interpreter's and its own", _NAMESPACES),
    Layer("net", "reaching any network", _NAMESPACES),
    Layer("ipc", "shared memory, semaphores and queues with others", _NAMESPACES),
    Layer("landlock", "opening files, once more", "Linux 5.13 or newer, with landlock among lsm= at boot"),
    Layer("seccomp", "system calls that no exercise needs", "a kernel with seccomp, on x86_64 or aarch64"),
    Layer("rlimits", "large files, many processes, core dumps", "nothing: it is always there"),
    Layer(
        "cgroup",
        "using more memory than allowed, all processes together",
        "root, or a systemd session that delegates the memory controller; until then memory is looked at "
        "fifty times a second",
    ),
)

#: The names alone, in the order in which they are told.
NAMES = tuple(layer.name for layer in LAYERS)

#: In the environment of the judge and of every worker: libraries start no threads of their own, and
#: ``torch.compile`` keeps to what the sandbox has room for: no pool of processes, no file of 60 MB.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "TORCHINDUCTOR_COMPILE_THREADS": "1",
    "TORCHINDUCTOR_CPP_CACHE_PRECOMPILE_HEADERS": "0",
}
