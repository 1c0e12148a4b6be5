"""Compares what came back with what the reference says, every element, and says what differs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch

from interviewer.runner.text import one_line
from interviewer.runner.wire import Unknown

_ERROR_FACTOR = 16  # times the error that the float32 reference itself makes
_EPS_FACTOR = 32  # times eps·scale, the floor of the tolerance where the reference was measured
_EPS_FACTOR_BLIND = 256  # the same where it was not: the reference's error is unknown
_FLOAT_REL = 1e-6


class Fault(Exception):
    """A wrong answer: a verdict and what a candidate can act on."""

    def __init__(self, verdict: str, message: str):
        super().__init__(message)
        self.verdict = verdict
        self.message = message


class Bad:
    """A tensor that is not acceptable as such: a subclass, sparse, quantized, elsewhere."""

    def __init__(self, reason: str):
        self.reason = reason


class Claimed:
    """A tensor whose shape was said and whose bytes were not taken: too large to be right."""

    def __init__(self, shape: tuple[int, ...], dtype: str):
        self.shape = shape
        self.dtype = dtype


@dataclass(frozen=True)
class Expected:
    """The right answer: in the inputs' own precision, in float64, and in float64 for inputs moved by
    one rounding. The latter two are None where they were not computed."""

    single: Any
    double: Any = None
    jittered: Any = None
    tolerance: float | None = None


def match(actual: Any, expected: Expected, what: str = "the result") -> None:
    """Raises Fault at the first difference."""
    _walk(actual, expected.single, expected.double, expected.jittered, expected.tolerance, what)


def _walk(actual: Any, single: Any, double: Any, jittered: Any, tolerance: float | None, what: str) -> None:
    if isinstance(actual, Bad):
        raise Fault("INVALID_OUTPUT", f"{what} is {actual.reason}.")
    if isinstance(single, torch.Tensor):
        _match_tensor(actual, single, double, jittered, tolerance, what)
    elif isinstance(single, dict):
        if not isinstance(actual, dict):
            raise Fault("INVALID_OUTPUT", f"{what} is {kind(actual)}; a dict was expected.")
        if actual.keys() != single.keys():
            missing, extra = sorted(single.keys() - actual.keys()), sorted(actual.keys() - single.keys())
            told = [f"lacks {missing}"] * bool(missing) + [f"has unexpected {extra}"] * bool(extra)
            raise Fault("WRONG_ANSWER", one_line(f"{what} {' and '.join(told)}."))
        for key, item in single.items():
            _walk(actual[key], item, _part(double, key), _part(jittered, key), tolerance, f"{what}[{key!r}]")
    elif isinstance(single, (list, tuple)):
        if not isinstance(actual, (list, tuple)):
            raise Fault(
                "INVALID_OUTPUT", f"{what} is {kind(actual)}; a {type(single).__name__} was expected."
            )
        if len(actual) != len(single):
            raise Fault("INVALID_OUTPUT", f"{what} has {len(actual)} items; {len(single)} were expected.")
        for i, item in enumerate(single):
            _walk(actual[i], item, _part(double, i), _part(jittered, i), tolerance, f"{what}[{i}]")
    else:
        _match_plain(actual, single, double, tolerance, what)


def _part(tree: Any, key: Any) -> Any:
    return tree[key] if tree is not None else None


def kind(value: Any) -> str:
    """What something is, in words."""
    if value is None:
        return "None"
    if isinstance(value, Bad):
        return value.reason
    if isinstance(value, Unknown):
        return f"a {one_line(value.kind, 80)}"
    if isinstance(value, (torch.Tensor, Claimed)):
        return f"a tensor of shape {tuple(value.shape)}"
    return "an int" if isinstance(value, int) and not isinstance(value, bool) else f"a {type(value).__name__}"


def shape_fault(shape: tuple, dtype: str, single: torch.Tensor, what: str) -> Fault | None:
    """Looked at before anything is allocated."""
    if tuple(shape) != tuple(single.shape):
        return Fault(
            "INVALID_OUTPUT", f"{what} has shape {tuple(shape)}; {tuple(single.shape)} was expected."
        )
    wanted = str(single.dtype).removeprefix("torch.")
    if dtype != wanted:
        return Fault("INVALID_OUTPUT", f"{what} has dtype {dtype}; {wanted} was expected.")
    return None


def _match_outline(actual: Any, pattern: torch.Tensor, what: str) -> None:
    """A tensor of the right shape and dtype, whose bytes are here."""
    if not isinstance(actual, (torch.Tensor, Claimed)):
        raise Fault("INVALID_OUTPUT", f"{what} is {kind(actual)}; a tensor was expected.")
    fault = shape_fault(tuple(actual.shape), str(actual.dtype).removeprefix("torch."), pattern, what)
    if fault is None and isinstance(actual, Claimed):
        fault = Fault("INVALID_OUTPUT", f"{what} is too large to be taken.")
    if fault:
        raise fault


def _match_tensor(actual, single, double, jittered, tolerance, what) -> None:
    if actual is None:
        raise Fault("INVALID_OUTPUT", f"{what} is None where a tensor was expected: did you forget `return`?")
    _match_outline(actual, single, what)
    if not (single.is_floating_point() or single.is_complex()):
        right = actual == single
        if isinstance(double, torch.Tensor) and double.dtype == single.dtype:
            right |= actual == double  # a tie that rounding decides: either is right
        _raise_where(~right, actual, single, what)
        return
    target = double if isinstance(double, torch.Tensor) else single
    wide = torch.complex128 if single.is_complex() else torch.float64
    target, value = target.to(wide), actual.to(wide)
    bound = max(allowed_error(single, double, jittered), tolerance or 0.0)
    difference = (value - target).abs()
    if difference.numel() and not float(difference.max()) <= bound:  # what is NaN is looked at closely
        same = (value == target) | (torch.isnan(value) & torch.isnan(target))
        _raise_where(~(same | (difference <= bound)), actual, target, what)


def allowed_error(single: torch.Tensor, double: Any, jittered: Any) -> float:
    """max(16 × the reference's own error, c·eps·scale), in absolute terms, for a whole tensor."""
    wide = torch.complex128 if single.is_complex() else torch.float64
    target = (double if isinstance(double, torch.Tensor) else single).to(wide)
    scale = _largest(target)
    eps = torch.finfo(single.dtype).eps
    if not isinstance(double, torch.Tensor):
        return _EPS_FACTOR_BLIND * eps * scale
    own = _largest(single.to(wide) - target)
    if isinstance(jittered, torch.Tensor):
        own = max(own, _largest(jittered.to(wide) - target))
    return max(_ERROR_FACTOR * own, _EPS_FACTOR * eps * scale)


def _largest(values: torch.Tensor) -> float:
    """The largest magnitude among the finite values; where the target is not finite, no difference is."""
    sizes = values.abs()
    if not sizes.numel():
        return 0.0
    largest = float(sizes.max())
    if math.isfinite(largest):
        return largest
    sizes = sizes[torch.isfinite(sizes)]
    return float(sizes.max()) if sizes.numel() else 0.0


def _raise_where(wrong: torch.Tensor, actual: torch.Tensor, target: torch.Tensor, what: str) -> None:
    count = int(wrong.sum())
    if not count:
        return
    first = tuple(int(i) for i in torch.nonzero(wrong)[0]) if wrong.dim() else ()
    got, right = actual[first].item(), target[first].item()
    place = f"at {list(first)}" if first else "as a whole"
    raise Fault(
        "WRONG_ANSWER",
        f"{what} is wrong {place}: {_number(got)} where {_number(right)} was expected "
        f"({count} of {wrong.numel()} elements differ).",
    )


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _match_plain(actual: Any, single: Any, double: Any, tolerance: float | None, what: str) -> None:
    if isinstance(actual, torch.Tensor) and actual.dim() == 0 and single is not None:
        actual = actual.item()
    expected = f"{single!r}" if not isinstance(single, float) else f"{single:.8g}"
    expected = one_line(expected, 120)
    if isinstance(single, float) and type(actual) in (int, float):
        value = _as_float(actual)
        targets = [target for target in (single, double) if isinstance(target, float)]
        if not any(_close_floats(value, target, tolerance) for target in targets):
            raise Fault("WRONG_ANSWER", f"{what} is {value:.8g}; {expected} was expected.")
        return
    if type(actual) is not type(single):
        hint = ": did you forget `return`?" if actual is None else "."
        shown = f" ({one_line(repr(actual), 60)})" if isinstance(actual, (bool, int, float, str)) else ""
        raise Fault("INVALID_OUTPUT", f"{what} is {kind(actual)}{shown} where {expected} was expected{hint}")
    if actual != single:
        raise Fault("WRONG_ANSWER", f"{what} is {one_line(repr(actual), 120)}; {expected} was expected.")


def _as_float(number: int | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.copysign(math.inf, number)


def _close_floats(value: float, target: float, tolerance: float | None) -> bool:
    if math.isnan(value) or math.isnan(target):
        return math.isnan(value) and math.isnan(target)
    if tolerance is not None:
        return abs(value - target) <= tolerance
    return math.isclose(value, target, rel_tol=_FLOAT_REL, abs_tol=1e-12)


def finite_fault(value: Any, what: str) -> Fault | None:
    """For results that are scored and not compared: nothing in them may be NaN or infinite."""
    if isinstance(value, torch.Tensor) and (value.is_floating_point() or value.is_complex()):
        if not bool(torch.isfinite(value).all()):
            return Fault("INVALID_OUTPUT", f"{what} holds NaN or infinite values.")
    elif isinstance(value, float) and not math.isfinite(value):
        return Fault("INVALID_OUTPUT", f"{what} is {value}.")
    elif isinstance(value, (list, tuple)):
        return next((f for i, v in enumerate(value) if (f := finite_fault(v, f"{what}[{i}]"))), None)
    elif isinstance(value, dict):
        return next((f for k, v in value.items() if (f := finite_fault(v, f"{what}[{k!r}]"))), None)
    return None


def like(actual: Any, pattern: Any, what: str = "the result") -> None:
    """Structure, shapes and dtypes only; raises Fault."""
    if isinstance(actual, Bad):
        raise Fault("INVALID_OUTPUT", f"{what} is {actual.reason}.")
    if isinstance(pattern, torch.Tensor):
        if actual is None:
            raise Fault("INVALID_OUTPUT", f"{what} is None: did you forget `return`?")
        _match_outline(actual, pattern, what)
    elif isinstance(pattern, (list, tuple)):
        if not isinstance(actual, (list, tuple)) or len(actual) != len(pattern):
            raise Fault("INVALID_OUTPUT", f"{what} is {kind(actual)}; {len(pattern)} items were expected.")
        for i, item in enumerate(pattern):
            like(actual[i], item, f"{what}[{i}]")
    elif isinstance(pattern, dict):
        if not isinstance(actual, dict) or actual.keys() != pattern.keys():
            raise Fault("INVALID_OUTPUT", f"{what} is not a dict with the keys {sorted(pattern)}.")
        for key, item in pattern.items():
            like(actual[key], item, f"{what}[{key!r}]")
    elif pattern is not None and type(actual) is not type(pattern):
        raise Fault("INVALID_OUTPUT", f"{what} is {kind(actual)}; a {type(pattern).__name__} was expected.")
