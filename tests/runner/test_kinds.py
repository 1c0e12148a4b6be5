"""The four kinds of exercise: what passes, what does not, and what the candidate is told."""

from __future__ import annotations

import pytest
from conftest import EXERCISES, HERE, reference

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("name", EXERCISES)
def test_the_reference_passes_every_check_and_streams_it(bench, name):
    seen = []
    result = bench.run(name, reference(name), on_check=seen.append)
    assert (result.verdict, result.output) == ("PASS", ""), result
    assert [c.id for c in result.checks] == [c.id for c in EXERCISES[name].checks]
    assert all(c.status == "passed" for c in result.checks)
    assert sorted(c.id for c in seen) == sorted(c.id for c in result.checks)


def statuses(result) -> dict[str, str]:
    return {c.id: c.status for c in result.checks}


def test_one_wrong_check_leaves_the_others_their_say(bench):
    result = bench.run(
        "softmax",
        "import torch\ndef solve(x, w):\n    z = (x @ w).exp()\n    return z / z.sum(-1, keepdim=True)",
    )
    assert statuses(result) == {"values": "passed", "shapes": "passed", "large": "failed"}
    assert result.verdict == "WRONG_ANSWER"
    assert "logits in the thousands" in result.message and "nan" in result.message


def test_gradients_are_followed_into_the_function(bench):
    source = """
        import torch
        def solve(x, beta=1.0):
            return (x * torch.sigmoid(beta * x)).detach()
    """
    result = bench.run("swish", source)
    assert statuses(result) == {"values": "passed", "beta": "passed", "gradients": "failed"}
    assert "cut off" in result.message

    wrong = """
        import torch
        class F(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x * torch.sigmoid(x)
            @staticmethod
            def backward(ctx, g):
                (x,) = ctx.saved_tensors
                return g * torch.sigmoid(x)
        def solve(x, beta=1.0):
            return F.apply(x) if beta == 1.0 else x * torch.sigmoid(beta * x)
    """
    result = bench.run("swish", wrong)
    assert statuses(result)["gradients"] == "failed" and "the gradient d/dx is wrong" in result.message


def test_a_class_answers_step_by_step(bench):
    off_by_one = reference("tracker").replace("self.bad >= self.patience", "self.bad > self.patience")
    result = bench.run("tracker", off_by_one)
    assert statuses(result) == {"stops": "failed", "best": "passed", "restores": "passed"}
    assert "step 7 of 7: .step() is False; True was expected" in result.message

    by_reference = reference("tracker").replace("v.detach().clone()", "v")
    result = bench.run("tracker", by_reference)
    assert statuses(result) == {"stops": "passed", "best": "passed", "restores": "failed"}
    assert "net.state_dict()" in result.message

    forgot = reference("tracker").replace("return self.bad", "self.bad")
    assert "did you forget `return`?" in bench.run("tracker", forgot).message


def test_a_module_is_judged_by_weights_it_is_given(bench):
    own = reference("block").replace("self.norm = nn.BatchNorm1d(hidden)", "self.norm = nn.LayerNorm(hidden)")
    result = bench.run("block", own)
    assert statuses(result)["outputs"] == "failed" and "do not load" not in result.message

    renamed = reference("block").replace("fc2", "out")
    result = bench.run("block", renamed)
    assert statuses(result)["structure"] == "failed"
    assert "lacks fc2.weight, fc2.bias and has unexpected out.weight, out.bias" in result.message

    no_norm = reference("block").replace("torch.relu(self.norm(self.fc1(x)))", "torch.relu(self.fc1(x))")
    found = statuses(bench.run("block", no_norm))
    failed = {check for check, status in found.items() if status == "failed"}
    assert failed == {"outputs", "gradients", "statistics"}

    frozen = reference("block").replace(
        "return x + self", "self.norm.track_running_stats = False\n        return x + self"
    )
    assert statuses(bench.run("block", frozen))["statistics"] == "failed"


def test_a_training_is_judged_on_labels_it_never_saw(bench):
    memorises = """
        import torch
        def train(train_x, train_y, test_x, seed=0):
            table = {tuple(x.tolist()): int(y) for x, y in zip(train_x, train_y)}
            return torch.tensor([table.get(tuple(x.tolist()), 0) for x in test_x])
    """
    result = bench.run("blobs", memorises)
    assert statuses(result) == {"shape": "passed", "accuracy": "failed", "reproducible": "passed"}
    assert "accuracy on unseen points: 0." in result.message and "0.9 is needed" in result.message

    unseeded = (
        reference("blobs").replace("    torch.manual_seed(seed)\n", "").replace("range(120)", "range(12)")
    )
    result = bench.run("blobs", unseeded)
    assert statuses(result)["reproducible"] == "failed"

    logits = reference("blobs").replace(".argmax(dim=1)", "")
    result = bench.run("blobs", logits)
    assert result.verdict == "INVALID_OUTPUT" and "shape (200, 3); (200,) was expected" in result.message
    assert set(statuses(result).values()) == {"failed"}


def test_threads_of_an_honest_solution_never_trip_over_the_fork(bench):
    """torch renews its thread pool lazily after a fork; two threads at once found none, one run in five."""
    source = (HERE / "corpus" / "honest" / "thread_pool.py").read_text()
    assert {bench.run("softmax", source).verdict for _ in range(20)} == {"PASS"}
