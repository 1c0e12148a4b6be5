"""The CUDA path, as far as it goes without a GPU: addresses, events, sweeps, trust. (On a GPU the other
tests of this folder run on it too.)"""

import json
import mmap
import time

import pytest

torch = pytest.importorskip("torch")

from interviewer.runner import arena, worker  # noqa: E402
from interviewer.runner.perf import advice, ceilings, devices, race, report, roofline  # noqa: E402
from interviewer.runner.session import _Inputs  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture
def bench():
    """A worker's bench whose device is not called "cpu", so that everything goes by way of the device."""
    made = worker.Bench(None, mmap.mmap(-1, 1 << 20), mmap.mmap(-1, 1 << 20))
    made.device = "cpu:0"
    return made


def place(bench, *tensors):
    """Write tensors into the arena, as the judge does; the request that names them."""
    inputs = _Inputs(tensors, {}, ())
    for entry, own in zip(inputs.flat, inputs.private, strict=True):
        arena.view(torch, bench.inputs, entry).copy_(own)
    return inputs.message


def test_inputs_are_at_the_same_addresses_in_every_call(bench):
    seen = []
    bench.entry = lambda x: seen.append((x.data_ptr(), x.clone())) or x * 2
    for value in (1.0, 2.0, 3.0):
        bench.call(place(bench, torch.full((4, 5), value)))
    assert len({address for address, _ in seen}) == 1
    assert [x[0, 0].item() for _, x in seen] == [1.0, 2.0, 3.0]
    inside = arena.view(torch, bench.inputs, place(bench, torch.zeros(4, 5))["inputs"][0]).data_ptr()
    assert seen[0][0] != inside


def test_strides_survive_the_way_to_the_device(bench):
    seen = []
    bench.entry = lambda x, y, z: seen.extend((x, y, z)) or x.sum()
    x, y, z = torch.randn(5, 4).T, torch.randn(6, 8)[::2, 1::2], torch.randn(1, 3).expand(4, 3)
    bench.call(place(bench, x, y, z))
    assert [s.stride() for s in seen] == [x.stride(), y.stride(), z.stride()]
    assert all(torch.equal(a, b) for a, b in zip(seen, (x, y, z), strict=True))


def test_a_change_on_the_device_comes_back_to_be_seen(bench):
    bench.entry = lambda x: x.add_(1)
    request = place(bench, torch.zeros(3))
    bench.call(request)
    assert arena.view(torch, bench.inputs, request["inputs"][0]).tolist() == [1.0, 1.0, 1.0]


def test_a_null_call_moves_the_same_bytes_and_computes_nothing(bench):
    bench.entry = None
    request = {**place(bench, torch.ones(7)), "outputs": [[[2, 3], "float32"], [[4], "int64"]]}
    reply = bench.null(request)
    began = time.perf_counter()
    assert bench.null({**request, "busy_s": 0.03}) == reply
    assert 0.03 <= time.perf_counter() - began < 3
    assert [(t["shape"], t["dtype"]) for t in reply["tensors"]] == [([2, 3], "float32"), ([4], "int64")]


class FakeEvent:
    now = 0.0

    def __init__(self, enable_timing):
        assert enable_timing

    def record(self):
        FakeEvent.now += 2.5
        self.at = FakeEvent.now

    def synchronize(self):
        pass

    def elapsed_time(self, other):
        return other.at - self.at


@pytest.fixture
def fake_cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "Event", FakeEvent)
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", lambda: None)
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda: 4096)
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: None)


def test_device_events_and_memory_travel_beside_the_answer(bench, fake_cuda):
    bench.entry = lambda x: x + 1
    reply = bench.call({**place(bench, torch.zeros(2)), "events": True})
    assert reply["device_ms"] == 2.5 and reply["peak_bytes"] == 4096
    assert json.dumps(reply)
    assert "device_ms" not in bench.call(place(bench, torch.zeros(2)))


def test_a_profiler_that_does_not_work_costs_only_the_count(fake_cuda, monkeypatch):
    def broken(**_):
        raise RuntimeError("CUPTI_ERROR_INSUFFICIENT_PRIVILEGES")

    monkeypatch.setattr(torch.profiler, "profile", broken)
    assert advice.launches(lambda: None) is None


def test_resetting_persisting_lines_never_fails_where_there_is_no_driver():
    assert devices.reset_persisting_l2() in (True, False)


class _Gpu:
    kind, name, threads = "cuda", "a GPU", 0


class _Runs:
    def __init__(self, warm, on_device):
        self.warm = self.cold = list(warm)
        self.null = [0.001] * 5
        self.on_device, self.threads, self.peak_bytes = list(on_device), 1, 1 << 30


def _race(judged, events):
    made = race.Race(_Runs([judged] * 5, [events] * 5), _Runs([0.021] * 5, []))
    made.null_cold = [0.001] * 5
    made.launches = 7
    return made


SPEC = type("Spec", (), {"bytes": 1e9, "flops": 1e9})
CEILINGS = roofline.Ceilings("a GPU", 0, 4000.0, 50.0, 900.0, 5.0)


@pytest.mark.parametrize(
    ("events", "trust", "warned"),
    [(0.0102, "consistent", False), (0.0005, "judge", True), (0.05, "judge", True)],
)
def test_the_judges_clock_counts_and_events_only_confirm_it(events, trust, warned):
    found = report.figures(_race(0.011, events), SPEC, CEILINGS, _Gpu)
    assert found["trust"] == trust
    assert found["median_ms"] == 10.0 and found["device_ms"] == pytest.approx(events * 1e3)
    assert any("events say" in warning for warning in found["warnings"]) == warned


def test_on_a_gpu_no_cpu_threads_are_named_and_launches_are():
    found = report.figures(_race(0.011, 0.01), SPEC, CEILINGS, _Gpu)
    assert found["threads"] == 0 and found["launches"] == 7 and found["peak_bytes"] == 1 << 30
    assert found["bound"] == "memory" and found["roofline"] == 0.025
    assert "GPU" in found["note"]


def test_many_small_kernels_are_bound_by_their_launches():
    made = _race(0.011, 0.01)
    made.launches = 200
    assert report.figures(made, SPEC, CEILINGS, _Gpu)["bound"] == "launch"


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"device_ms": float("nan")},
        {"device_ms": -1.0},
        {"device_ms": "fast"},
        {"peak_bytes": 1 << 60},
        {"peak_bytes": True},
    ],
)
def test_impossible_advice_is_no_advice(reply):
    from interviewer.runner.perf.gate import Contestant

    contestant = object.__new__(Contestant)
    contestant.peak_bytes = None
    assert contestant._advice(reply) is None
    assert contestant.peak_bytes is None


def test_without_triton_there_is_a_reason_and_no_comparison(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "Triton" in race.no_compiler("cuda")


def test_without_a_compiler_there_is_a_reason_on_the_cpu(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CXX", raising=False)
    assert "C++ compiler" in race.no_compiler("cpu")


# -- ceilings -------------------------------------------------------------------------------------


class Counting(devices.Cpu):
    """A device on which every step takes as long as told."""

    name, threads = "a counting device", 1

    def __init__(self, step_s):
        self.step_s, self.measured = step_s, 0

    def seconds(self, step, repeat):
        self.measured += 1
        return self.step_s


def test_ceilings_are_remembered_per_working_set_and_the_better_of_two_is_kept(tmp_path):
    slow, fast = Counting(1e-3), Counting(5e-4)
    first = ceilings.known(slow, 1e6, tmp_path / "cache")
    count = slow.measured
    assert count and ceilings.known(slow, 1.1e6, tmp_path / "cache") == first
    assert slow.measured == count
    better = ceilings.known(fast, 1e6, tmp_path / "cache", again=True)
    assert better.gb_per_s == pytest.approx(2 * first.gb_per_s)
    assert better.launch_us == pytest.approx(first.launch_us / 2)
    assert ceilings.known(slow, 1e6, tmp_path / "cache", again=True) == better
    ceilings.known(slow, 64e6, tmp_path / "cache")
    assert len(json.loads((tmp_path / "cache" / ceilings.FILE).read_text())) == 2


@pytest.mark.parametrize("text", ["", "[1]", '{"a": 1}', '{"a": {"gb_per_s": 1}}', "\xff"])
def test_a_spoiled_file_of_ceilings_is_measured_anew(tmp_path, text):
    (tmp_path / ceilings.FILE).write_text(text, encoding="latin-1")
    device = Counting(1e-3)
    found = ceilings.known(device, 1e6, tmp_path)
    assert device.measured and found.gb_per_s > 0
    assert ceilings.known(Counting(1.0), 1e6, tmp_path) == found


def test_where_nothing_can_be_kept_it_is_measured_each_time(tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (None, tmp_path / "file" / "below"):
        assert ceilings.known(Counting(1e-3), 1e6, folder).tflop_per_s > 0
