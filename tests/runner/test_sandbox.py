"""What the sandbox says of itself: proved by attempting, shown in every result, told by doctor."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest
import traces
from click.testing import CliRunner
from conftest import EXERCISES, HERE, Bench, reference
from support import gone, wait_until

from interviewer.core.running import PROMISES
from interviewer.runner.sandbox.layers import NAMES

pytestmark = pytest.mark.torch

ROOT = HERE.parent.parent
RIGHT = reference("softmax")


def proved(bench: Bench) -> dict:
    return bench.loop.run_until_complete(bench.runner.prove())


def test_every_result_says_what_contained_it(bench):
    result = bench.run("softmax", RIGHT)
    assert list(result.sandbox) == list(PROMISES)
    assert all(kept is True for kept in result.sandbox.values())
    layers = proved(bench)["layers"]
    assert set(layers) <= set(NAMES) and {"rlimits", "seccomp"} <= set(layers)


@pytest.mark.parametrize(
    ("off", "lost"),
    [
        pytest.param(("mount", "landlock", "uid"), {"files"}, marks=pytest.mark.long),
        pytest.param(("net", "landlock", "seccomp"), {"network"}, marks=pytest.mark.long),
        (NAMES, {"files", "network", "processes"}),
    ],
)
def test_a_promise_is_not_made_where_the_forbidden_act_succeeds(off, lost):
    bench = Bench(off=off, unsandboxed=True)
    try:
        found = proved(bench)
        assert {promise for promise in PROMISES if not found[promise]} == lost
        assert bench.run("softmax", RIGHT).sandbox == {p: p not in lost for p in PROMISES}
        assert all(found["why"][layer] for layer in off if layer in ("mount", "landlock", "seccomp"))
    finally:
        bench.close()


def test_where_nothing_contains_it_the_person_is_asked_once(tmp_path):
    asked = []
    bench = Bench(off=NAMES, home=tmp_path, ask=lambda question: asked.append(question) or True)
    try:
        assert [bench.run("softmax", RIGHT).verdict for _ in range(2)] == ["PASS", "PASS"]
    finally:
        bench.close()
    assert len(asked) == 1 and "all your rights" in asked[0]
    later = Bench(off=NAMES, home=tmp_path)  # remembered on this machine
    try:
        assert later.run("softmax", RIGHT).verdict == "PASS"
    finally:
        later.close()


def test_and_a_no_is_a_no(tmp_path):
    bench = Bench(off=NAMES, home=tmp_path, ask=lambda question: False)
    try:
        result = bench.run("softmax", RIGHT)
        assert result.verdict == "UNAVAILABLE" and "--unsandboxed" in result.message
        assert list(tmp_path.iterdir()) == []
    finally:
        bench.close()


def test_two_judges_at_once_do_not_disturb_each_other(bench):
    other = Bench()

    async def both():
        slow = RIGHT.replace("    return", "    import time; time.sleep(0.02)\n    return")
        first = bench.runner.run(EXERCISES["softmax"], slow)
        return await asyncio.gather(first, bench_of_other.run(EXERCISES["softmax"], RIGHT))

    bench_of_other = other.runner
    try:
        results = bench.loop.run_until_complete(both())
        bench.loop.run_until_complete(bench_of_other.close())
    finally:
        other.loop.close()
    assert [r.verdict for r in results] == ["PASS", "PASS"], results
    assert bench.run("softmax", RIGHT).verdict == "PASS"


# -- an ordinary user -----------------------------------------------------------------------------

ORDINARY = """
    import json, os, sys
    sys.path[:0] = [{root!r}, {tests!r}]
    from conftest import Bench, reference
    bench = Bench(off=sys.argv[1:])
    found = bench.loop.run_until_complete(bench.runner.prove())
    results = [bench.run("softmax", source).verdict for source in (
        reference("softmax"),
        "def solve(x, w): return x",
        "import time\\ndef solve(x, w): time.sleep(60)",
        "import os\\ndef solve(x, w):\\n    while True: os.fork()",
        "def solve(x, w): return bytearray(b'x') * (1 << 30)",
        reference("softmax"),
    )]
    judge = bench.runner._judge.process.pid
    reached = []
    for name in ("environ", "mem", "fd/0"):
        try:
            os.close(os.open("/proc/%d/%s" % (judge, name), os.O_RDONLY))
            reached.append(name)
        except OSError:
            pass
    bench.close()
    print(json.dumps({{"uid": os.getuid(), "found": found, "results": results, "reached": reached}}))
"""


def interpreter_for_all(folder: Path) -> Path | None:
    """One that every user can run, with the same packages: this one may lie in root's home."""
    packages = Path(next(p for p in sys.path if p.endswith("site-packages")))
    system = Path(f"/usr/bin/python3.{sys.version_info.minor}")
    if not system.exists() or not all(p.stat().st_mode & 0o001 for p in packages.parents):
        return None
    subprocess.run([system, "-m", "venv", "--without-pip", folder], check=True)
    [made] = folder.glob("lib/python3*/site-packages")
    (made / "theirs.pth").write_text(f"{packages}\n")
    return folder / "bin" / "python"


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.getuid() != 0 or not shutil.which("setpriv"),
    reason="only root can become somebody else (where the tests run as a user, all of them are this test)",
)
@pytest.mark.parametrize(
    ("off", "layers"),
    [
        ((), {"pid", "mount", "net", "ipc", "landlock", "seccomp", "rlimits"}),
        pytest.param(
            ("namespaces",),
            {"bubblewrap", "rlimits", "seccomp"},
            marks=[pytest.mark.bubblewrap, pytest.mark.long],
        ),
        pytest.param(("pid", "mount", "net", "ipc"), {"landlock", "seccomp"}, marks=pytest.mark.long),
    ],
    ids=["by namespaces", "by bubblewrap", "without any namespace"],
)
def test_an_ordinary_user_is_protected_as_well(off, layers):
    with tempfile.TemporaryDirectory(prefix="interviewer-user-") as folder:
        home = Path(folder, "home")
        home.mkdir()
        for path in (Path(folder), home):
            path.chmod(0o777)
        python = interpreter_for_all(Path(folder, "venv"))
        if python is None:
            pytest.skip("no interpreter that every user can run")
        become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        become += ["--bounding-set=-all", "--inh-caps=-all"]
        script = textwrap.dedent(ORDINARY).format(root=str(ROOT), tests=str(HERE))
        done = subprocess.run(
            [*become, python, "-c", script, *off], capture_output=True, text=True, timeout=180, cwd=home,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        told = json.loads(done.stdout.splitlines()[-1])
        left = [p.name for p in home.iterdir() if "interviewer-run" in p.name]
    assert told["uid"] == 65534
    assert layers <= set(told["found"]["layers"])
    assert [promise for promise in PROMISES if not told["found"][promise]] == [], told["found"]
    right, wrong, slow, forks, memory, again = told["results"]
    assert (right, wrong, slow, again) == ("PASS", "INVALID_OUTPUT", "TIMEOUT", "PASS")
    assert memory == "MEMORY_LIMIT" and forks in ("PROCESS_LIMIT", "PROTOCOL_ERROR", "TIMEOUT")
    assert told["reached"] == []  # the judge cannot be read, not even by its own user
    assert left == []


def test_the_profile_for_macos_allows_no_network_and_one_folder_to_write():
    """As far as it can be tested elsewhere: nobody has run sandbox-exec with it yet."""
    from interviewer.runner.sandbox import launch

    command = launch.command(
        "sandbox-exec", ["/opt/python"], Path("/opt/app/interviewer"), "/tmp/s", 16, False
    )
    assert command[:2] == ["sandbox-exec", "-p"] and launch.folder("sandbox-exec", "/tmp/s") == "/tmp/s"
    profile = command[2]
    assert profile.startswith("(version 1)(deny default)") and profile.count("(") == profile.count(")")
    assert "network" not in profile
    writes = [rule for rule in profile.split("(allow ") if "file-write" in rule]
    assert [rule.split('"')[1] for rule in writes] == ["/dev/null", os.path.realpath("/tmp/s")]


# -- the command line -----------------------------------------------------------------------------


def command(*arguments: str) -> tuple[int, str, str]:
    from interviewer.cli import main

    done = CliRunner().invoke(main, arguments)
    return done.exit_code, done.stdout, done.stderr


def test_run_json_keeps_the_contract(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("import torch\ndef solve(x, w): return torch.softmax(x @ w, dim=-1)\n")
    code, out, _ = command("run", "fused-softmax", str(file), "--no-perf", "--json")
    told = json.loads(out)
    assert code == 0 and list(told) == [
        "exercise", "file", "verdict", "message", "checks", "review", "output", "sandbox", "performance", "ms"
    ]  # fmt: skip
    assert told["sandbox"] == dict.fromkeys(PROMISES, True) and told["verdict"] == "PASS"
    assert list(told["checks"][0]) == ["id", "status", "message", "ms"]


def test_doctor_attempts_what_the_sandbox_forbids_and_says_how_to_get_what_is_missing():
    code, out, _ = command("doctor", "--json")
    told = {finding["name"]: finding for finding in json.loads(out)}
    assert code == 0
    for promise in PROMISES:
        assert told[f"sandbox, {promise}"]["says"].startswith("attempted: ")
    for layer in NAMES:
        finding = told[f"layer, {layer}"]
        assert finding["says"] and (finding["ok"] or finding["advice"].startswith("to have it: "))


def test_a_device_that_never_ends_is_read_no_further_than_it_takes():
    code, out, _ = command("run", "fused-softmax", "/dev/zero", "--json")
    assert code == 1 and json.loads(out)["verdict"] == "REJECTED"
    assert Path("/dev/zero").exists()


# -- ends that nobody planned ---------------------------------------------------------------------

KILLED = """
    import sys
    sys.path[:0] = [{root!r}, {tests!r}]
    from conftest import Bench, reference
    bench = Bench()
    bench.run("softmax", reference("softmax"))
    print(bench.runner._judge.process.pid, bench.runner._judge.folder, flush=True)
    bench.run("softmax", "import time\\ndef solve(x, w): time.sleep(60)")
"""


def test_an_app_that_is_killed_takes_everything_with_it():
    script = textwrap.dedent(KILLED).format(root=str(ROOT), tests=str(HERE))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as app:
        judge, folder = app.stdout.readline().split()
        below = subtree(int(judge))
        assert len(below) >= 3 and Path(folder).is_dir()  # judge, warm parent, worker
        app.kill()
    until = time.monotonic() + 10
    while (left := [p for p in below if alive(p)] or Path(folder).exists()) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left
    assert traces.groups_of(int(judge)) == []


STARTING = """
    import asyncio, sys
    from pathlib import Path
    sys.path[:0] = [{root!r}]
    from interviewer.runner.local import LocalRunner
    asyncio.run(LocalRunner(Path({python!r})).warm())
"""


def test_an_app_that_is_killed_while_torch_is_imported_leaves_nothing(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "slow"], check=True)
    [packages] = (tmp_path / "slow").glob("lib/python3*/site-packages")
    (packages / "torch").mkdir()
    (packages / "torch" / "version.py").touch()
    slow = "import os, pathlib, time\npathlib.Path({!r}).write_text(str(os.getpid()))\ntime.sleep(600)\n"
    begun = tmp_path / "begun"
    (packages / "torch" / "__init__.py").write_text(slow.format(str(begun)))
    script = textwrap.dedent(STARTING).format(root=str(ROOT), python=str(tmp_path / "slow/bin/python"))
    (tmp_path / "tmp").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    with subprocess.Popen([sys.executable, "-c", script], env=environment) as app:
        judge = int(wait_until(lambda: begun.exists() and begun.read_text(), 60))
        app.kill()
    wait_until(lambda: gone(judge))
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_judge_that_is_killed_leaves_no_process_and_the_next_one_tidies_up(bench):
    bench.run("softmax", RIGHT)
    judge = bench.runner._judge.process.pid
    below = subtree(judge)
    os.kill(judge, signal.SIGKILL)
    assert bench.run("softmax", RIGHT).verdict == "RUNNER_RESTARTED"
    assert bench.run("softmax", RIGHT).verdict == "PASS"
    assert [p for p in below if alive(p)] == []
    assert traces.groups_of(judge) == []


def subtree(pid: int) -> list[int]:
    from interviewer.runner.sandbox import cgroups

    return cgroups.tree(pid)[0]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
