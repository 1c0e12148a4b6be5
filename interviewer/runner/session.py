"""Calls into the candidate's process: values in, values out, by the protocol of DESIGN's Judge.

Per call: poison the outputs; start the clock; write the inputs; open the gate; at *done* copy the
outputs; stop the clock; compare the inputs with the judge's own copy.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import torch

from interviewer.runner import arena, wire
from interviewer.runner.candidate import Candidate, Stopped
from interviewer.runner.cases import Model
from interviewer.runner.compare import Bad, Claimed, Fault
from interviewer.runner.text import one_line

MAX_TENSORS = 2000


@dataclass
class Answer:
    """What one request brought back."""

    value: Any
    seconds: float
    reply: dict


class Session:
    """One candidate's process and the arena it shares with the judge."""

    def __init__(
        self,
        candidate: Candidate,
        entry: str,
        signature: str,
        device: str = "cpu",
        anew: Callable[[], AbstractContextManager[Session]] | None = None,
    ):
        self.candidate = candidate
        self.anew = anew  # the same submission in another process, for as long as the context lasts
        self.entry = entry
        self.signature = signature
        self.device = device
        self._poison = torch.frombuffer(bytearray(os.urandom(1 << 20)), dtype=torch.uint8)
        self._used = 1 << 16  # bytes of the output region that ever held something
        self._outputs = torch.frombuffer(candidate.outputs, dtype=torch.uint8)

    def ask(
        self,
        op: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        doing: str,
        seconds: float | None = None,
        names: Sequence[str] = (),
        may_change: Sequence[int] = (),
        output_bytes: int = 1 << 20,
        **fields: Any,
    ) -> Answer:
        """One request with arguments; raises Fault for what a candidate's code did wrong and
        Stopped when the run is over."""
        inputs = _Inputs(args, dict(kwargs or {}), names)
        message = {"op": op, **inputs.message, **fields}
        views = [arena.view(torch, self.candidate.inputs, entry) for entry in inputs.flat]

        def write() -> None:
            for view, own in zip(views, inputs.private, strict=True):
                view.copy_(own)

        self._spoil(output_bytes)
        reply, value, elapsed = self.candidate.request(
            message,
            seconds or self.candidate.limits["call_s"],
            doing,
            before=write,
            done=lambda reply: self._copy(reply, 4 * output_bytes + (1 << 20)),
        )
        self._raise_error(reply, doing)
        for index, (view, own) in enumerate(zip(views, inputs.private, strict=True)):
            position = inputs.position[index]
            if position in may_change or torch.equal(view.view(torch.uint8), own.view(torch.uint8)):
                continue
            name = inputs.owner[index]
            raise Fault("INPUT_MUTATED", f"{name} was changed in place: work on a copy ({name}.clone()).")
        return Answer(value, elapsed, reply)

    def _spoil(self, count: int) -> None:
        """Random bytes over every place where an answer may lie, so that none of an earlier call can
        pass for one of this."""
        count = min(max(count + (1 << 16), self._used), arena.REGION)
        for start in range(0, count, len(self._poison)):
            size = min(len(self._poison), count - start)
            self._outputs[start : start + size].copy_(self._poison[:size])

    def _copy(self, reply: dict, most: int) -> Any:
        """The value in a reply, its tensors copied out of the arena. Raises ProtocolError."""
        if "error" in reply:
            return None
        table = reply.get("tensors", [])
        if type(table) is not list or len(table) > MAX_TENSORS:
            raise wire.ProtocolError("a table of tensors that is none")
        copies, offset = [], 0
        for entry in table:
            received, offset = self._take(entry, offset, most)
            copies.append(received)

        def leaf(index: int) -> Any:
            if not 0 <= index < len(copies):
                raise wire.ProtocolError("a tensor that is not in the table")
            return copies[index]

        return wire.unpack(reply.get("ok"), leaf)

    def _take(self, entry: Any, offset: int, most: int) -> tuple[Any, int]:
        """One tensor; where it lies follows from the sizes before it, as the worker laid them."""
        if type(entry) is not dict:
            raise wire.ProtocolError("a tensor that is not described")
        shape, dtype = entry.get("shape"), entry.get("dtype")
        if type(dtype) is not str or type(shape) is not list or len(shape) > 64:
            raise wire.ProtocolError("a tensor that is not described")
        if any(type(n) is not int or not 0 <= n < 1 << 48 for n in shape):
            raise wire.ProtocolError("a tensor of no possible shape")
        for key, words in (("subclass", "a subclass of Tensor"), ("layout", "a tensor of layout")):
            if key in entry:
                return Bad(one_line(f"{words} ({entry[key]}), not a plain strided Tensor", 120)), offset
        if "device" in entry:
            return Bad(one_line(f"on {entry['device']}, not on {self.device}", 80)), offset
        if dtype not in arena.DTYPES:
            return Bad(one_line(f"a tensor of dtype {dtype}, which was not asked for", 80)), offset
        kind = getattr(torch, dtype)
        count = 1
        for n in shape:
            count *= n
        size = count * kind.itemsize
        [here] = arena.layout([size], offset)
        offset = -(-(here + max(size, 1)) // arena.ALIGN) * arena.ALIGN
        if here + size > arena.REGION or size > most or len(shape) > arena.MAX_DIMS:
            return Claimed(tuple(shape), dtype), min(offset, arena.REGION)
        self._used = max(self._used, min(offset, arena.REGION))
        if count == 0:
            return torch.empty(shape, dtype=kind), offset
        flat = torch.frombuffer(self.candidate.outputs, dtype=kind, count=count, offset=here)
        return flat.view(shape).clone(), offset

    # -- what was raised --------------------------------------------------------------------------

    def _raise_error(self, reply: dict, doing: str) -> None:
        error = reply.get("error")
        if error is None:
            return
        if type(error) is not dict:
            raise Stopped("PROTOCOL_ERROR", f"The judge was sent what is no answer during {doing}.")
        raise Fault(*self.describe(error))

    def describe(self, error: dict, loading: bool = False) -> tuple[str, str]:
        """(verdict, sentence) for what the candidate's code raised."""
        name = one_line(_text(error.get("type")) or "Error", 80)
        said = one_line(_text(error.get("message")), 300)
        line = error.get("line")
        where = f"Line {line}: " if type(line) is int and 0 < line < 1 << 24 else ""
        bases = error["bases"] if isinstance(error.get("bases"), list) else []
        lower = said.lower()
        if "SystemExit" in bases:
            return "EXITED", f"{where}the program ended itself (sys.exit or exit)."
        if "MemoryError" in bases or "can't allocate memory" in lower or "out of memory" in lower:
            return "MEMORY_LIMIT", f"{where}{name}: {said or 'out of memory'}"
        if error.get("errno") in (27, 28, 122) and "OSError" in bases:
            return "DISK_LIMIT", f"{where}{name}: {said}"
        if "can't start new thread" in lower or "BlockingIOError" in bases:
            limit = self.candidate.limits["processes"]
            return "PROCESS_LIMIT", f"{where}more than {limit} processes and threads ({name}: {said})."
        if loading:
            return "LOAD_ERROR", f"{where}{name}: {said}"
        if error.get("unbound") and "TypeError" in bases:
            wanted = self.signature or self.entry
            return "RUNTIME_ERROR", f"{name}: {said}. It is called as {wanted}."
        return "RUNTIME_ERROR", f"{where}{name}: {said}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


class _Inputs:
    """The arguments of one request: their tree, their table, and the judge's own copies."""

    def __init__(self, args: Sequence[Any], kwargs: dict[str, Any], names: Sequence[str]):
        self.tensors: list[torch.Tensor] = []
        self.owner: list[str] = []
        self.position: list[int | str] = []
        packed_args = ["t", *(self._pack(a, i, names) for i, a in enumerate(args))]
        packed_kwargs = ["d", *([k, self._pack(v, k, names)] for k, v in kwargs.items())]
        try:
            table = arena.describe(self.tensors)
        except ValueError as error:
            raise BrokenPack(str(error)) from error
        self.message = {"args": packed_args, "kwargs": packed_kwargs, "inputs": table}
        self.flat = [
            {**entry, "shape": [n], "stride": [1]}
            for entry in table
            for n in [arena.extent(tuple(entry["shape"]), tuple(entry["stride"]))]
        ]
        self.private = [_flat_copy(t) for t in self.tensors]

    def _pack(self, value: Any, position: int | str, names: Sequence[str]) -> Any:
        owner = position if isinstance(position, str) else f"argument {position + 1}"
        if isinstance(position, int) and position < len(names):
            owner = names[position]

        def leaf(item: Any) -> int | list | None:
            if isinstance(item, Model):
                return ["m", item.name, [[key, leaf(t)] for key, t in item.state.items()]]
            if not isinstance(item, torch.Tensor):
                return None
            self.tensors.append(item.detach())
            self.owner.append(owner)
            self.position.append(position)
            return len(self.tensors) - 1

        return wire.pack(value, leaf)


class BrokenPack(Exception):
    """The exercise itself is wrong; the candidate is not to blame."""


def _flat_copy(tensor: torch.Tensor) -> torch.Tensor:
    """The memory a strided tensor spans, in fresh storage: what lies in its gaps stays behind."""
    shape, stride = tuple(tensor.shape), tensor.stride()
    flat = torch.zeros(arena.extent(shape, stride), dtype=tensor.dtype)
    if flat.numel():
        once = tensor
        for dim, (n, step) in enumerate(zip(shape, stride, strict=True)):
            if step == 0 and n > 1:  # expanded: one copy of it is all there is
                once = once.narrow(dim, 0, 1)
        flat.as_strided(once.shape, stride).copy_(once)
    return flat
