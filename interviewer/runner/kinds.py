"""The four kinds of exercise: what is asked of the candidate's process, and what is right."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import torch

from interviewer.runner import models
from interviewer.runner.cases import (
    REFERENCE,
    Case,
    ClassCase,
    Context,
    Get,
    Model,
    ModuleCase,
    ModuleResult,
    SetState,
    State,
    TrainCase,
)
from interviewer.runner.compare import Expected, Fault, finite_fault, like, match
from interviewer.runner.session import BrokenPack, Session

#: What a case yields: the check it decides, None or what was wrong, and the seconds it took.
Decision = tuple[str, "Fault | None", float]


def checks_of(case: Any) -> list[str]:
    """Every check that a case decides."""
    if isinstance(case, TrainCase):
        found = [case.check, *(s.check for s in case.scores), *([case.repeat] if case.repeat else [])]
        return list(dict.fromkeys(found))
    return [case.check]


def slow_imports(cases: list[Any]) -> list[str]:
    """What torch imports at the first gradient or optimizer (seconds where the warm parent has not yet):
    nobody's time, so it is done before anything of the candidate runs."""
    if any(isinstance(case, TrainCase) for case in cases):
        return ["torch._dynamo"]
    if any(getattr(case, "gradients", ()) for case in cases):
        return ["torch.fx.experimental.symbolic_shapes"]
    return []


def decide(case: Any, session: Session, context: Context) -> Iterator[Decision]:
    """Run one case. Raises Stopped when the run is over, BrokenPack when the exercise is wrong."""
    runner = _RUNNERS.get(type(case))
    if runner is None:
        raise BrokenPack(f"cases.py yields a {type(case).__name__}, which is no case")
    if runner is _train:
        yield from _train(case, session, context)
        return
    spent = [0.0]
    try:
        runner(case, session, context, spent)
    except Fault as fault:
        yield case.check, _named(fault, case.name), spent[0]
    else:
        yield case.check, None, spent[0]


def _named(fault: Fault, name: str) -> Fault:
    return Fault(fault.verdict, f"{name}: {fault.message}" if name else fault.message)


def _broken(step: Callable[[], Any], what: str) -> Any:
    """Run trusted code of the pack; what it raises is the pack's fault."""
    try:
        return step()
    except Exception as error:
        raise BrokenPack(f"{what} raised {type(error).__name__}: {error}") from error


def _verified(verify: Callable[[Any], str | None], value: Any) -> None:
    """``verify`` may trip over a value of the wrong kind: that is the value's fault."""
    try:
        complaint = verify(value)
    except Exception as error:
        raise Fault(
            "INVALID_OUTPUT", f"the result could not be read ({type(error).__name__}: {error})"
        ) from error
    if complaint:
        raise Fault("WRONG_ANSWER", str(complaint))


# -- values in three precisions -------------------------------------------------------------------


def each_tensor(value: Any, leaf: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    if isinstance(value, torch.Tensor):
        return leaf(value)
    if isinstance(value, Mapping):
        return {key: each_tensor(item, leaf) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(each_tensor(item, leaf) for item in value)
    return value


def single(value: Any) -> Any:
    return each_tensor(value, lambda t: t.detach().clone())


def double(value: Any) -> Any:
    def widen(t: torch.Tensor) -> torch.Tensor:
        if t.is_floating_point():
            return t.detach().to(torch.float64, copy=True)
        return t.detach().to(torch.complex128, copy=True) if t.is_complex() else t.detach().clone()

    return each_tensor(value, widen)


def jittered(value: Any, rng: torch.Generator) -> Any:
    """float64 copies moved by up to one rounding of their own precision: how far that moves the
    result is the error no honest solution can be blamed for."""

    def move(t: torch.Tensor) -> torch.Tensor:
        wide = double(t)
        if not t.is_floating_point() or t.dtype == torch.float64:
            return wide
        noise = torch.rand(t.shape, generator=rng, dtype=torch.float64) * 2 - 1
        return wide * (1 + torch.finfo(t.dtype).eps * noise)

    return each_tensor(value, move)


def room_for(value: Any) -> int:
    total = 0

    def add(t: torch.Tensor) -> torch.Tensor:
        nonlocal total
        total += -(-t.numel() * t.element_size() // 64) * 64 + 64
        return t

    each_tensor(value, add)
    return total


def _detached(value: Any) -> Any:
    return each_tensor(value, lambda t: t.detach())


def expected_of(
    evaluate: Callable[[Callable[[Any], Any]], Any], wide: bool, tolerance: float | None, context: Context
) -> Expected:
    """``evaluate(prepare)`` runs the reference on inputs that ``prepare`` copied."""
    own = _broken(lambda: evaluate(single), "the reference")
    if not wide:
        return Expected(own, tolerance=tolerance)
    return Expected(
        own,
        _broken(lambda: evaluate(double), "the reference in float64"),
        _broken(lambda: evaluate(lambda v: jittered(v, context.rng)), "the reference in float64"),
        tolerance,
    )


@lru_cache(maxsize=4)  # asked of the same function for every case
def _parameter_names(function: Any) -> list[str]:
    try:
        return [name for name in inspect.signature(function).parameters if name != "self"]
    except (TypeError, ValueError):
        return []


# -- function -------------------------------------------------------------------------------------


def _function(case: Case, session: Session, context: Context, spent: list[float]) -> None:
    reference = getattr(context.reference, session.entry)
    compares = case.verify is None and case.expected is REFERENCE
    cotangent = None
    if case.gradients:
        plain = _broken(lambda: reference(*single(case.args), **single(dict(case.kwargs))), "the reference")
        if not isinstance(plain, torch.Tensor):
            raise BrokenPack("gradients are asked of a reference that does not return one tensor")
        cotangent = torch.randn(plain.shape, generator=context.rng, dtype=plain.dtype)

    def evaluate(prepare: Callable[[Any], Any]) -> Any:
        args, kwargs = prepare(list(case.args)), prepare(dict(case.kwargs))
        if cotangent is None:
            return _detached(reference(*args, **kwargs))
        leaves = [args[i].requires_grad_() for i in case.gradients]
        result = reference(*args, **kwargs)
        grads = torch.autograd.grad(result, leaves, cotangent.to(result.dtype), allow_unused=True)
        return _detached((result, list(grads)))

    expected = None
    if compares:
        expected = expected_of(evaluate, case.double, case.tolerance, context)
    elif case.verify is None:
        expected = Expected(case.expected, tolerance=case.tolerance)
    args = [*case.args, cotangent] if cotangent is not None else list(case.args)
    answer = session.ask(
        "call", args, case.kwargs, doing=f"{session.entry}()", names=_parameter_names(reference),
        may_change=case.may_change, output_bytes=room_for(expected.single) if expected else 1 << 24,
        gradients=list(case.gradients) if case.gradients else None,
    )  # fmt: skip
    spent[0] += answer.seconds
    if case.verify is not None:
        _verified(case.verify, answer.value)
    elif case.gradients:
        _match_with_gradients(answer.value, expected, [f"d/d{n}" for n in _parameter_names(reference)], case)
    else:
        match(answer.value, expected)


def _match_with_gradients(value: Any, expected: Expected, names: list[str], case: Case) -> None:
    if not isinstance(value, tuple) or len(value) != 2:
        raise Fault("INVALID_OUTPUT", "the result came back without its gradients")
    _match_result_part(value, expected)
    for i, position in enumerate(case.gradients):
        name = names[position] if position < len(names) else f"d/d(argument {position + 1})"
        part = Expected(*(_item(t, 1, i) for t in _trees(expected)), case.tolerance)
        _match_gradient(value[1][i], part, f"the gradient {name}")


def _match_result_part(value: tuple, expected: Expected) -> None:
    match(value[0], Expected(*(_item(t, 0) for t in _trees(expected)), expected.tolerance))
    if value[1] == "detached":
        raise Fault(
            "WRONG_ANSWER",
            "the result is cut off from the inputs (detach, .data, .item, numpy or no_grad): "
            "no gradient flows back.",
        )
    if value[1] is None:
        raise Fault("INVALID_OUTPUT", "the result came back without its gradients")


def _match_gradient(actual: Any, expected: Expected, what: str) -> None:
    if actual is None and isinstance(expected.single, torch.Tensor):
        if not bool(expected.single.any()):
            return
        raise Fault("WRONG_ANSWER", f"{what} is missing: the result does not depend on it.")
    if expected.single is None:
        if isinstance(actual, torch.Tensor) and not bool(actual.any()):
            return
        if actual is None:
            return
    match(actual, expected, what)


def _trees(expected: Expected) -> tuple[Any, Any, Any]:
    return expected.single, expected.double, expected.jittered


def _item(tree: Any, *path: Any) -> Any:
    for key in path:
        if tree is None:
            return None
        tree = tree[key]
    return tree


# -- class ----------------------------------------------------------------------------------------


def _class(case: ClassCase, session: Session, context: Context, spent: list[float]) -> None:
    kind = getattr(context.reference, session.entry)
    twins = [_Twin(kind, case, single), _Twin(kind, case, double)]
    answer = session.ask(
        "new",
        case.init,
        case.init_kwargs,
        doing=f"{session.entry}()",
        names=_parameter_names(kind),
        copies=True,
    )
    spent[0] += answer.seconds
    for number, step in enumerate(case.steps, 1):
        expected = Expected(twins[0].take(step), twins[1].take(step))
        if not isinstance(step, SetState) and step.expected is not REFERENCE:
            expected = Expected(step.expected)
        answer, what = _step(step, session, expected)
        spent[0] += answer.seconds
        try:
            if isinstance(step, SetState) or getattr(step, "ignore", False):
                continue
            if step.verify is not None:
                _verified(step.verify, answer.value)
            else:
                match(answer.value, expected, what)
        except Fault as fault:
            raise Fault(fault.verdict, f"step {number} of {len(case.steps)}: {fault.message}") from None


def _step(step: Any, session: Session, expected: Expected) -> tuple[Any, str]:
    size = room_for(expected.single) + (1 << 16)
    if isinstance(step, SetState):
        told = session.ask(
            "set_model", (dict(step.state),), doing="an update of the weights", model=step.model, copies=True
        )
        return told, ""
    if isinstance(step, Get):
        doing = f"reading .{step.attribute}"
        return session.ask(
            "get", doing=doing, attribute=step.attribute, output_bytes=size
        ), f".{step.attribute}"
    if isinstance(step, State):
        doing = f"reading the weights of {step.model}"
        told = session.ask("model_state", doing=doing, model=step.model, output_bytes=size)
        return told, f"{step.model}.state_dict()"
    name = session.entry + "()" if step.method == "__call__" else f".{step.method}()"
    told = session.ask(
        "call", step.args, step.kwargs, doing=name, method=step.method, copies=True, output_bytes=size
    )
    return told, name if step.method != "__call__" else "the result"


class _Twin:
    """The reference class, led through the same steps in one precision."""

    def __init__(self, kind: Any, case: ClassCase, prepare: Callable[[Any], Any]):
        self.prepare = prepare
        self.models: dict[str, Any] = {}
        args, kwargs = self._arguments(case.init), self._arguments(dict(case.init_kwargs))
        self.object = _broken(lambda: kind(*args, **kwargs), "the reference")

    def _arguments(self, value: Any) -> Any:
        if isinstance(value, Model):
            if value.name not in self.models:
                self.models[value.name] = models.make(self.prepare(dict(value.state)))
            return self.models[value.name]
        if isinstance(value, Mapping):
            return {key: self._arguments(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self._arguments(item) for item in value)
        return self.prepare(value)

    def take(self, step: Any) -> Any:
        return _detached(_broken(lambda: self._take(step), "the reference"))

    def _take(self, step: Any) -> Any:
        if isinstance(step, SetState):
            models.set_state(self.models[step.model], step.state)
            return None
        if isinstance(step, State):
            return models.state_of(self.models[step.model])
        if isinstance(step, Get):
            return single(getattr(self.object, step.attribute))
        method = self.object if step.method == "__call__" else getattr(self.object, step.method)
        return single(method(*self._arguments(list(step.args)), **self._arguments(dict(step.kwargs))))


# -- module ---------------------------------------------------------------------------------------


def _module(case: ModuleCase, session: Session, context: Context, spent: list[float]) -> None:
    reference = (
        _reference_module(case, session, context) if case.state is not None or case.structure else None
    )
    told = session.ask("new", case.init, case.init_kwargs, doing=f"{session.entry}()", copies=True)
    spent[0] += told.seconds
    if told.value is not True:
        raise Fault("INVALID_OUTPUT", f"{session.entry}() is not an nn.Module.")
    told = session.ask("structure", doing="reading its parameters")
    result = ModuleResult([], *_structure(told.reply), gradients={}, state={})
    if case.structure:
        _match_structure(result.parameters, {n: tuple(p.shape) for n, p in reference.named_parameters()})
    state = None
    if case.state is not None:
        state = reference.state_dict() if case.state is REFERENCE else dict(case.state)
        _load_state(session, state, result)
    session.ask("mode", doing=f"{case.mode}()", train=case.mode == "train")
    _forwards(case, session, context, reference, state, result, spent)


def _reference_module(case: ModuleCase, session: Session, context: Context) -> Any:
    """The reference with random weights of its own: defaults (ones, zeros) would hide a layer that
    ignores its weights."""
    seed = int(torch.randint(1 << 62, (), generator=context.rng))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        kind = getattr(context.reference, session.entry)
        module = _broken(
            lambda: kind(*single(list(case.init)), **single(dict(case.init_kwargs))), "the reference"
        )
    with torch.no_grad():
        for parameter in module.parameters():
            noise = torch.rand(parameter.shape, generator=context.rng) - 0.5
            parameter.add_(0.2 * noise.to(parameter.dtype))
        for buffer in module.buffers():
            if buffer.is_floating_point():
                noise = torch.rand(buffer.shape, generator=context.rng)
                buffer.copy_(buffer * (1 + 0.2 * noise) + 0.1 * noise)
        if case.state is not REFERENCE and case.state is not None:
            module.load_state_dict(dict(case.state))
    return module


def _structure(reply: dict) -> tuple[dict, dict, set]:
    try:
        parameters = {str(n)[:200]: tuple(int(d) for d in shape) for n, shape, _ in reply["parameters"]}
        buffers = {str(n)[:200]: tuple(int(d) for d in shape) for n, shape in reply["buffers"]}
        trainable = {str(n)[:200] for n, _, grad in reply["parameters"] if grad}
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Fault("INVALID_OUTPUT", "its parameters could not be read") from error
    return parameters, buffers, trainable


def _match_structure(actual: dict, expected: dict) -> None:
    missing, extra = [n for n in expected if n not in actual], [n for n in actual if n not in expected]
    if missing or extra:
        told = [f"lacks {', '.join(missing[:4])}"] * bool(missing)
        told += [f"has unexpected {', '.join(extra[:4])}"] * bool(extra)
        raise Fault("WRONG_ANSWER", f"the module {' and '.join(told)} among its parameters.")
    for name, shape in expected.items():
        if actual[name] != shape:
            raise Fault("WRONG_ANSWER", f"parameter {name} has shape {actual[name]}; {shape} was expected.")


def _load_state(session: Session, state: dict, result: ModuleResult) -> None:
    floating = {n: t for n, t in state.items()}
    try:
        session.ask("weights", (floating,), doing="load_state_dict()", copies=True)
    except Fault as fault:
        if fault.verdict != "RUNTIME_ERROR":
            raise
        _match_structure(
            {**result.parameters, **result.buffers}, {n: tuple(t.shape) for n, t in state.items()}
        )
        raise Fault("WRONG_ANSWER", f"the weights do not load: {fault.message}") from None


def _forwards(
    case: ModuleCase, session: Session, context: Context, reference: Any, state: Any, result: ModuleResult,
    spent: list[float],
) -> None:  # fmt: skip
    compares = case.verify is None and reference is not None and state is not None
    expected, cotangent = None, None
    if compares and (case.inputs or not case.structure):
        cotangent = _module_cotangent(case, reference, context) if case.gradients else None
        expected = expected_of(
            lambda prepare: _run_reference(case, reference, prepare, cotangent),
            case.double,
            case.tolerance,
            context,
        )
    elif case.gradients:
        raise BrokenPack("gradients=True needs a state to compare under")
    if not case.inputs and case.structure:
        return
    size = room_for(expected.single) if expected else 1 << 24
    for number in range(case.forwards):
        last = number == case.forwards - 1
        graded = cotangent is not None and last
        args = [*case.inputs, cotangent] if graded else list(case.inputs)
        told = session.ask(
            "call", args, doing="forward()", method="__call__", copies=True, output_bytes=size,
            gradients="parameters" if graded else None,
        )  # fmt: skip
        spent[0] += told.seconds
        if graded:
            result.gradients.update(_match_module_gradients(told.value, expected))
            result.outputs.append(told.value[0])
        else:
            result.outputs.append(told.value)
            if compares:
                match(
                    told.value,
                    Expected(*(_item(t, "outputs", number) for t in _trees(expected)), case.tolerance),
                )
    if case.read_state:
        told = session.ask("state", doing="state_dict()", output_bytes=size + room_for(state or {}))
        result.state.update(told.value if isinstance(told.value, dict) else {})
        if compares:
            wanted = Expected(*(_item(t, "state") for t in _trees(expected)), case.tolerance)
            match(told.value, wanted, "state_dict()")
    if case.verify is not None:
        _verified(case.verify, result)


def _module_cotangent(case: ModuleCase, reference: Any, context: Context) -> torch.Tensor:
    import copy

    output = _broken(lambda: copy.deepcopy(reference)(*single(list(case.inputs))), "the reference")
    if not isinstance(output, torch.Tensor):
        raise BrokenPack("gradients are asked of a module that does not return one tensor")
    return torch.randn(output.shape, generator=context.rng, dtype=output.dtype)


def _run_reference(case: ModuleCase, reference: Any, prepare: Callable[[Any], Any], cotangent: Any) -> dict:
    import copy

    module = copy.deepcopy(reference).train(case.mode == "train")
    if prepare is not single:
        module = module.double()
    inputs, outputs, gradients = prepare(list(case.inputs)), [], {}
    for _ in range(case.forwards):
        outputs.append(module(*inputs))
    if cotangent is not None:
        named = [(n, p) for n, p in module.named_parameters() if p.requires_grad]
        grads = torch.autograd.grad(
            outputs[-1], [p for _, p in named], cotangent.to(outputs[-1].dtype), allow_unused=True
        )
        gradients = {n: g for (n, _), g in zip(named, grads, strict=True)}
    return _detached({"outputs": outputs, "gradients": gradients, "state": single(dict(module.state_dict()))})


def _match_module_gradients(value: Any, expected: Expected) -> dict:
    if not isinstance(value, tuple) or len(value) != 2:
        raise Fault("INVALID_OUTPUT", "the result came back without its gradients")
    outputs = Expected(*(_item(t, "outputs", -1) for t in _trees(expected)), expected.tolerance)
    match(value[0], outputs)
    if value[1] == "detached":
        raise Fault("WRONG_ANSWER", "the output is cut off from the parameters: no gradient flows back.")
    if not isinstance(value[1], dict):
        raise Fault("INVALID_OUTPUT", "the result came back without its gradients")
    for name in expected.single["gradients"]:
        part = Expected(*(_item(t, "gradients", name) for t in _trees(expected)), expected.tolerance)
        _match_gradient(value[1].get(name), part, f"the gradient of {name}")
    return value[1]


# -- train ----------------------------------------------------------------------------------------


def _train(case: TrainCase, session: Session, context: Context) -> Iterator[Decision]:
    names = _parameter_names(getattr(context.reference, session.entry, None))
    size = room_for(case.like) if case.like is not None else 1 << 24
    scored = [s.check for s in case.scores]

    def train(session: Session) -> Any:
        return session.ask(
            "call",
            case.args,
            case.kwargs,
            doing=f"{session.entry}()",
            names=names,
            copies=True,
            output_bytes=size,
        )

    seconds = 0.0
    try:
        answer = train(session)
        seconds = answer.seconds
        if case.like is not None:
            like(answer.value, case.like, "the predictions")
        fault = finite_fault(answer.value, "the predictions")
        if fault:
            raise fault
    except Fault as fault:
        for check in checks_of(case):
            yield check, _named(fault, case.name), seconds
        return
    if case.check not in scored:
        yield case.check, None, seconds
    for score in case.scores:
        yield score.check, _scored(score, answer.value, case), seconds
    if case.repeat:
        try:
            with session.anew() as fresh:  # a new process: nothing was kept, other global seeds
                again = train(fresh)
            yield case.repeat, _repeated(answer.value, again.value, case), again.seconds
        except Fault as fault:
            yield case.repeat, _named(fault, case.name), seconds


def _scored(score: Any, predictions: Any, case: TrainCase) -> Fault | None:
    try:
        value = float(score.score(predictions, case.labels))
    except Exception as error:
        told = f"the predictions could not be scored ({type(error).__name__}: {error})"
        return _named(Fault("INVALID_OUTPUT", told), case.name)
    if value >= score.floor:
        return None
    told = f"{score.says}: {value:.4g}; at least {score.floor:.4g} is needed."
    return _named(Fault("WRONG_ANSWER", told), case.name)


def _repeated(first: Any, second: Any, case: TrainCase) -> Fault | None:
    try:
        match(second, Expected(first, tolerance=0.0), "the second run's prediction")
    except Fault as fault:
        told = f"run twice with the same arguments, it returned something else: {fault.message}"
        return _named(Fault("WRONG_ANSWER", told), case.name)
    return None


_RUNNERS: dict[type, Any] = {Case: _function, ClassCase: _class, ModuleCase: _module, TrainCase: _train}
