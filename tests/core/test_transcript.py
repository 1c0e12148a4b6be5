"""What is told of a run."""

from interviewer.core.running import CheckResult
from interviewer.core.transcript import check_lines


def test_the_same_failure_is_told_once_and_the_rest_of_the_checks_say_so():
    missing = "Line 9: NotImplementedError: write solve()"
    checks = [
        CheckResult("values", "failed", f"4×8 by 8×5: {missing}"),
        CheckResult("shapes", "failed", f"1×1 by 1×1: {missing}"),
        CheckResult("large", "failed", "logits in the thousands: element 3 is nan"),
        CheckResult("seed", "passed", ""),
        CheckResult("strided", "passed", ""),
    ]
    assert check_lines(checks) == [
        f"✗ failed: values  4×8 by 8×5: {missing}",
        "✗ failed: shapes  1×1 by 1×1: the same",
        "✗ failed: large  logits in the thousands: element 3 is nan",
        "✓ passed: seed",
        "✓ passed: strided",
    ]
