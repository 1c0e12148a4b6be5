"""Frames between judge and worker: bounded bytes, plain data.

A frame is a 4-byte length and that many bytes of JSON. A value travels as a *tree*: plain values as
themselves, containers tagged (``["l", …]``, ``["t", …]``, ``["d", [key, value], …]``), a tensor as
``["x", index]`` into a table of dtypes and shapes beside it; its bytes are in the arena. What is none
of these travels as the name of its type and nothing else. No pickle, no code.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

MAX_FROM_WORKER = 1 << 20  # bytes of one frame
MAX_DEPTH = 24
MAX_NODES = 200_000

PLAIN = (bool, int, float, str, type(None))


class ProtocolError(Exception):
    """The other side sent what is not in the protocol."""


def frame(message: dict) -> bytes:
    """The bytes of one frame."""
    data = json.dumps(message, separators=(",", ":")).encode("utf-8", "replace")
    return len(data).to_bytes(4, "big") + data


def send(sock: socket.socket, message: dict) -> None:
    sock.sendall(frame(message))


def receive(sock: socket.socket) -> dict | None:
    """The worker's side: one frame from the judge, or None when the judge has gone."""
    head = _exactly(sock, 4)
    body = _exactly(sock, int.from_bytes(head, "big")) if head else None
    return json.loads(body) if body is not None else None


def _exactly(sock: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        piece = sock.recv(min(count - len(data), 1 << 20))
        if not piece:
            return None
        data += piece
    return bytes(data)


class Reader:
    """The judge's side: frames out of whatever bytes arrive, never more than the bound."""

    def __init__(self, limit: int = MAX_FROM_WORKER):
        self.limit = limit
        self.buffer = bytearray()

    def feed(self, data: bytes) -> list[dict]:
        """Complete frames so far; raises ProtocolError on anything else."""
        self.buffer += data
        frames = []
        while len(self.buffer) >= 4:
            size = int.from_bytes(self.buffer[:4], "big")
            if size > self.limit:
                raise ProtocolError(f"a frame of {size} bytes")
            if len(self.buffer) < 4 + size:
                break
            frames.append(_object(bytes(self.buffer[4 : 4 + size])))
            del self.buffer[: 4 + size]
        return frames


def _object(data: bytes) -> dict:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a frame that is not plain data") from error
    if not isinstance(value, dict):
        raise ProtocolError("a frame that is not a message")
    return value


def pack(value: Any, tensor: Callable[[Any], int | list | None]) -> Any:
    """A tree of ``value``; ``tensor(leaf)`` gives the index of a tensor, a node, or None for neither."""
    if type(value) in PLAIN:
        return value
    node = tensor(value)
    if node is not None:
        return node if isinstance(node, list) else ["x", node]
    if isinstance(value, dict) and all(type(key) is str for key in value):
        return ["d", *([key, pack(item, tensor)] for key, item in value.items())]
    if isinstance(value, (list, tuple)):
        tag = "l" if isinstance(value, list) else "t"
        return [tag, *(pack(item, tensor) for item in value)]
    if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        return pack(value.item(), lambda leaf: None)
    if isinstance(value, PLAIN):  # a subclass, an IntEnum say: its plain value
        return next(kind(value) for kind in (bool, int, float, str) if isinstance(value, kind))
    return ["?", type(value).__qualname__[:80]]


class Unknown:
    """A value that cannot travel; only the name of its type arrived."""

    def __init__(self, kind: str):
        self.kind = kind


def unpack(tree: Any, leaf: Callable[[int], Any], special: Callable[[list], Any] | None = None) -> Any:
    """The value of a tree; ``leaf(index)`` gives tensors. Raises ProtocolError if it is no tree."""
    budget = [MAX_NODES]

    def walk(node: Any, depth: int) -> Any:
        budget[0] -= 1
        if budget[0] < 0 or depth > MAX_DEPTH:
            raise ProtocolError("a value that is too large")
        if type(node) in PLAIN:
            return node
        if type(node) is not list or not node:
            raise ProtocolError("a value that is not plain data")
        tag, *items = node
        if tag == "l":
            return [walk(item, depth + 1) for item in items]
        if tag == "t":
            return tuple(walk(item, depth + 1) for item in items)
        if tag == "d" and all(type(i) is list and len(i) == 2 and type(i[0]) is str for i in items):
            return {key: walk(item, depth + 1) for key, item in items}
        if tag == "x" and len(items) == 1 and type(items[0]) is int:
            return leaf(items[0])
        if tag == "?" and len(items) == 1 and type(items[0]) is str:
            return Unknown(items[0][:80])
        if special is not None:
            return special(node)
        raise ProtocolError("a value that is not plain data")

    return walk(tree, 0)
