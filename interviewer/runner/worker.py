"""The candidate's process: carries out one request at a time and answers in plain data.

Everything here shares a process with code that may rewrite it, so nothing it says is believed
beyond what the judge can look at itself, and nothing secret is ever in it: no reference, no labels,
no inputs but those of the call at hand.
"""

from __future__ import annotations

import base64
import contextlib
import importlib
import linecache
import mmap
import os
import socket
import sys
import time
import types
from typing import Any

import torch

from interviewer.runner import arena, models, wire
from interviewer.runner.perf import advice

FILE = "solution.py"
ERROR_CHARS = 2000


class Bench:
    """What the requests act on: the candidate's module, the objects made from it, the arena."""

    def __init__(self, sock: socket.socket, inputs: mmap.mmap, outputs: mmap.mmap):
        self.sock = sock
        self.inputs = inputs
        self.outputs = outputs
        self.device = "cpu"
        self.entry: Any = None
        self.object: Any = None
        self.models: dict[str, Any] = {}
        self.buffers: dict[tuple, Any] = {}  # on the device, so that a call's inputs stay where they were
        self.handed: dict[tuple, Any] = {}  # the objects that calls were handed as inputs
        self.pid = os.getpid()
        self.watch: Any = contextlib.nullcontext()  # a Watch, where the exercise forbids something
        self.tensor_types = (torch.Tensor, torch.nn.Parameter)
        self.operations = {
            "read": self.read, "preload": self.preload, "load": self.load, "new": self.new,
            "call": self.call, "get": self.get, "model_state": self.model_state,
            "set_model": self.set_model, "structure": self.structure, "weights": self.weights,
            "mode": self.mode, "state": self.state, "null": self.null, "probe": self.probe,
            "exhaust": self.exhaust, "launches": self.launches,
        }  # fmt: skip

    def serve(self) -> None:
        """Answer requests until the judge has gone."""
        while (request := wire.receive(self.sock)) is not None:
            try:
                with self.watch if request.get("watched", True) else contextlib.nullcontext():
                    reply = self.operations[request["op"]](request)
            except BaseException as error:  # SystemExit and KeyboardInterrupt are answers as well
                reply = {"error": describe_error(error)}
            if os.getpid() != self.pid:
                os._exit(0)  # a fork of the candidate's own: only this process answers
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(BaseException):
                    stream.flush()
            if found := getattr(self.watch, "found", None):
                reply["forbidden"] = found
            wire.send(self.sock, reply)

    # -- the file ---------------------------------------------------------------------------------

    def read(self, request: dict) -> dict:
        """Parse and read the file before anything of it runs: forbidden names, review."""
        from interviewer.runner import accept

        tree = compile(request["source"], FILE, "exec", flags=0x400, dont_inherit=True)  # PyCF_ONLY_AST
        forbidden = accept.forbidden(tree, request["forbid"])
        if request["forbid"]:
            from interviewer.runner import watch

            self.watch = watch.Watch(request["forbid"], FILE)
        return {"ok": None, "forbidden": forbidden, "review": accept.review(request)}

    def preload(self, request: dict) -> dict:
        for name in request["names"]:
            importlib.import_module(name)
        return {"ok": None}

    def load(self, request: dict) -> dict:
        """Run the file as a module named ``solution``, and find the entry point."""
        source = request["source"]
        self.device = request.get("device", "cpu")
        if self.device != "cpu":
            torch.zeros(1, device=self.device)  # its context takes a second: not in a call's time
        for file in request.get("files", ()):
            with open(file["name"], "wb") as asset:
                asset.write(base64.b64decode(file["data"]))
            os.chmod(file["name"], 0o444)
        module = types.ModuleType("solution")
        module.__file__ = FILE
        sys.modules["solution"] = module
        linecache.cache[FILE] = (len(source), None, source.splitlines(True), FILE)
        exec(compile(source, FILE, "exec", dont_inherit=True), module.__dict__)
        self.entry = getattr(module, request["entry"], None)
        names = [
            name
            for name, value in vars(module).items()
            if callable(value) and getattr(value, "__module__", None) == "solution"
        ]
        found = "" if self.entry is None else type(self.entry).__name__
        return {"ok": callable(self.entry), "found": found, "names": names[:20]}

    # -- arguments and results --------------------------------------------------------------------

    def arguments(self, request: dict) -> tuple[tuple, dict, list]:
        """The call's arguments: tensors on the arena itself, or copies of them where objects may
        keep what they are given."""
        leaves = views = [arena.view(torch, self.inputs, entry) for entry in request["inputs"]]
        pairs = []  # what lies in the arena, and the copy that the call may have changed
        if self.device != "cpu":
            pairs = [self.on_device(index, entry) for index, entry in enumerate(request["inputs"])]
            leaves = [
                there.as_strided(view.shape, view.stride())
                for view, (_, there) in zip(views, pairs, strict=True)
            ]
        plain = "method" not in request and request.get("gradients") is None
        if request.get("op") == "call" and plain:
            leaves = [self.same_object(index, leaf) for index, leaf in enumerate(leaves)]
        if request.get("copies"):
            leaves = [leaf.clone() for leaf in leaves]
            pairs = list(zip(views, leaves, strict=True))

        def special(node: list) -> Any:
            _, name, state = node
            if name not in self.models:
                self.models[name] = models.make({key: leaves[index] for key, index in state})
            return self.models[name]

        args = wire.unpack(request["args"], leaves.__getitem__, special)
        kwargs = wire.unpack(request["kwargs"], leaves.__getitem__, special)
        return args, kwargs, pairs

    def on_device(self, index: int, entry: dict) -> tuple[Any, Any]:
        """The memory that one input spans, in the arena and on the device."""
        span = arena.extent(tuple(entry["shape"]), tuple(entry["stride"]))
        here = arena.view(torch, self.inputs, {**entry, "shape": [span], "stride": [1]})
        key = (index, span, here.dtype)
        if key not in self.buffers:
            self.buffers[key] = torch.empty_like(here, device=self.device)
        return here, self.buffers[key].copy_(here)

    def same_object(self, index: int, leaf: Any) -> Any:
        """What lies in ``leaf``, in the very object that an earlier call of these shapes was handed: an
        answer that is kept by an input's identity is then as stale as one kept by its address."""
        key = (index, leaf.data_ptr(), leaf.dtype, leaf.shape, leaf.stride())
        kept = self.handed.get(key)
        with contextlib.suppress(RuntimeError):  # turned into something that cannot be turned back
            if type(kept) is torch.Tensor:
                kept.detach_().requires_grad_(False).set_(leaf)
                kept.grad = None
                kept.__dict__.clear()
                return kept
        self.handed[key] = torch.empty(0, dtype=leaf.dtype, device=leaf.device).set_(leaf)
        return self.handed[key]

    @staticmethod
    def bring_back(pairs: list) -> None:
        """The inputs as the call left them, for the judge to compare."""
        for here, copy in pairs:
            with contextlib.suppress(RuntimeError):  # an expanded view: nothing to write back to
                here.copy_(copy.detach())

    def deliver(self, result: Any) -> dict:
        """The answer: a tree, a table of its tensors, and their bytes in the output region."""
        found: list[Any] = []

        def leaf(value: Any) -> int | None:
            if not isinstance(value, self.tensor_types):
                return None
            found.append(value)
            return len(found) - 1

        tree = wire.pack(result, leaf)
        with torch._C.DisableTorchFunctionSubclass():
            return {"ok": tree, "tensors": self.put(found)}

    def put(self, tensors: list[Any]) -> list[dict]:
        table, offset = [], 0
        for tensor in tensors:
            entry = {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape)}
            table.append(entry)
            if type(tensor) not in self.tensor_types:
                entry["subclass"] = type(tensor).__qualname__[:80]
            elif tensor.layout != torch.strided:
                entry["layout"] = str(tensor.layout).removeprefix("torch.")
            elif tensor.device.type != torch.device(self.device).type:
                entry["device"] = tensor.device.type
            elif entry["dtype"] in arena.DTYPES:
                count = tensor.numel()
                size = count * tensor.element_size()
                [here] = arena.layout([size], offset)
                offset = -(-(here + max(size, 1)) // arena.ALIGN) * arena.ALIGN
                if here + size > arena.REGION or len(entry["shape"]) > arena.MAX_DIMS:
                    entry["absent"] = True
                elif size:
                    flat = torch.frombuffer(self.outputs, dtype=tensor.dtype, count=count, offset=here)
                    flat.view(tensor.shape).copy_(tensor.detach())
        return table

    # -- objects and calls ------------------------------------------------------------------------

    def new(self, request: dict) -> dict:
        self.models.clear()
        args, kwargs, _ = self.arguments(request)
        self.object = self.entry(*args, **kwargs)
        if isinstance(self.object, torch.nn.Module) and self.device != "cpu":
            self.object.to(self.device)
        return {"ok": isinstance(self.object, torch.nn.Module)}

    def call(self, request: dict) -> dict:
        args, kwargs, pairs = self.arguments(request)
        method = request.get("method")
        target = self.entry if method is None else self.object
        if method not in (None, "__call__"):
            target = getattr(self.object, method)
        wanted = request.get("gradients")
        events = advice.Events() if request.get("events") else None
        if wanted is not None:
            cotangent = args[-1]
            result = self.with_gradients(target, args[:-1], kwargs, wanted, cotangent)
        else:
            result = target(*args, **kwargs)
        if events:
            events.stop()
        reply = self.deliver(result)
        self.bring_back(pairs)
        return reply | (events.told() if events else {})

    def with_gradients(self, target: Any, args: tuple, kwargs: dict, wanted: Any, cotangent: Any) -> Any:
        """The result, and the gradients of sum(result * cotangent) for arguments or parameters."""
        if wanted == "parameters":
            names = [n for n, p in self.object.named_parameters() if p.requires_grad]
            leaves = [self.object.get_parameter(n) for n in names]
        else:
            leaves = [args[position].requires_grad_() for position in wanted]
        result = target(*args, **kwargs)
        if not isinstance(result, torch.Tensor) or result.shape != cotangent.shape:
            return (result, None)
        if not result.requires_grad:
            return (result, "detached")
        grads = torch.autograd.grad(result, leaves, cotangent.to(result.dtype), allow_unused=True)
        if wanted == "parameters":
            return (result, dict(zip(names, grads, strict=True)))
        return (result, list(grads))

    def get(self, request: dict) -> dict:
        return self.deliver(getattr(self.object, request["attribute"]))

    def model_state(self, request: dict) -> dict:
        return self.deliver(models.state_of(self.models[request["model"]]))

    def set_model(self, request: dict) -> dict:
        args, _, _ = self.arguments(request)
        models.set_state(self.models[request["model"]], args[0])
        return {"ok": None}

    # -- modules ----------------------------------------------------------------------------------

    def structure(self, request: dict) -> dict:
        parameters = [[n, list(p.shape), p.requires_grad] for n, p in self.object.named_parameters()]
        buffers = [[n, list(b.shape)] for n, b in self.object.named_buffers()]
        return {"ok": None, "parameters": parameters, "buffers": buffers}

    def weights(self, request: dict) -> dict:
        args, _, _ = self.arguments(request)
        self.object.load_state_dict(args[0])
        return {"ok": None}

    def mode(self, request: dict) -> dict:
        self.object.train(request["train"])
        return {"ok": None}

    def state(self, request: dict) -> dict:
        return self.deliver(dict(self.object.state_dict()))

    # -- the rest ---------------------------------------------------------------------------------

    def null(self, request: dict) -> dict:
        """A call that computes nothing but moves the same bytes: what the gate itself costs.

        It keeps busy for as long as it is told: a judge that waited long wakes up later.
        """
        _, _, pairs = self.arguments(request)
        until = time.perf_counter() + request.get("busy_s", 0.0)
        shapes = request["outputs"]
        key = ("null", str(shapes))
        if key not in self.buffers:
            self.buffers[key] = tuple(
                torch.zeros(shape, dtype=getattr(torch, dtype), device=self.device) for shape, dtype in shapes
            )
        while time.perf_counter() < until:
            pass
        reply = self.deliver(self.buffers[key])
        self.bring_back(pairs)
        return reply

    def launches(self, request: dict) -> dict:
        """How many kernels one call launches, by a profiler: in a call of its own, that nobody times."""
        args, kwargs, _ = self.arguments(request)
        return {"ok": advice.launches(lambda: self.entry(*args, **kwargs))}

    def probe(self, request: dict) -> dict:
        from interviewer.runner.sandbox import probe

        return {"ok": None, "did": probe.attempt(**request["targets"])}

    def exhaust(self, request: dict) -> dict:
        from interviewer.runner.sandbox import probe

        return {"ok": probe.exhaust_memory(request["megabytes"])}


def describe_error(error: BaseException) -> dict:
    """What was raised and where in the candidate's file, as plain data. Its text may itself raise."""
    line = function = None
    traceback, deepest = error.__traceback__, None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILE:
            line, function = traceback.tb_lineno, traceback.tb_frame.f_code.co_name
        deepest, traceback = traceback, traceback.tb_next
    # Was it the call itself that failed, before a line of the candidate's ran?
    unbound = line is None and deepest is not None and deepest.tb_frame.f_code.co_filename == __file__
    try:
        in_file = isinstance(error, SyntaxError) and error.filename == FILE
        line, message = (error.lineno, str(error.msg)) if in_file else (line, str(error))
    except BaseException as another:
        message = f"its text could not be made ({type(another).__qualname__})"
    return {
        "type": type(error).__qualname__[:80],
        "bases": [c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins"][:6],
        "message": message[:ERROR_CHARS],
        "line": line,
        "function": function,
        "unbound": unbound,
        "errno": error.errno if isinstance(error, OSError) and isinstance(error.errno, int) else None,
    }
