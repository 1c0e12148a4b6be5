"""A model server that misbehaves on demand: raw bytes over asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any

from interviewer.llm.profiles import Profile, build

HANG = "hang"
RESET = "reset"
Step = bytes | float | str | Callable[[], Iterator[bytes]]

#: Limits short enough for tests, in the order in which they can be reached.
LIMITS = {"first_s": 0.8, "idle_s": 0.5, "total_s": 1.6, "max_bytes": 2_000_000, "max_chars": 20_000}
#: No fault may keep anybody waiting for longer: the whole reply, one retry, and closing the connection.
LONGEST_S = LIMITS["total_s"] + 0.5


class FaultServer:
    """Plays ``script`` to every request; notes the requests it got."""

    def __init__(self) -> None:
        self.script: list[Step] | Callable[[dict], list[Step]] = []
        self.requests: list[dict[str, Any]] = []  # path, headers (lower case), body
        self.open = 0  # connections being served
        self.left = 0  # connections that the client closed while we were speaking
        self._tasks: set[asyncio.Task] = set()

    async def __aenter__(self) -> FaultServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def profile(self, **more: Any) -> Profile:
        """A profile of this server, with time enough for a busy machine."""
        patient = {"first_s": 20.0, "idle_s": 20.0, "total_s": 40.0}
        table = {"base_url": f"http://127.0.0.1:{self.port}/v1", "model": "test-model", **patient, **more}
        return build("faulty", table)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.open += 1
        try:
            if (request := await self._request(reader)) is None:
                return
            self.requests.append(request)
            script = self.script(request) if callable(self.script) else self.script
            await self._play(script, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.left += 1
        except asyncio.CancelledError:
            pass  # the server is being closed
        finally:
            self.open -= 1
            self._tasks.discard(task)
            with contextlib.suppress(ConnectionError):
                writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> dict[str, Any] | None:
        try:
            first = await reader.read(1)
            if first == b"\x16":  # a TLS handshake
                return {"path": "", "headers": {}, "body": None}
            head = first + await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return None
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return {
            "path": first.split()[1] if len(first.split()) > 1 else first,
            "headers": headers,
            "body": json.loads(body) if body else None,
        }

    async def _play(
        self, script: list[Step], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        for step in script:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            elif isinstance(step, float):
                await asyncio.sleep(step)
            elif callable(step):
                for piece in step():
                    writer.write(piece)
                    await writer.drain()
            elif step == HANG:
                if not await reader.read(1):  # until the client lets go
                    self.left += 1
                return
            elif step == RESET:
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
                return


# ---------------------------------------------------------------------------- what is said


def head(status: int = 200, kind: str = "text/event-stream", *lines: str) -> bytes:
    rows = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}", "Connection: close", *lines]
    return ("\r\n".join(rows) + "\r\n\r\n").encode()


def event(data: Any) -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return f"data: {text}\n\n".encode()


def chunk(
    content: Any = None, finish: str | None = None, *, usage: dict | None = None, **delta: Any
) -> bytes:
    body: dict[str, Any] = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "test-model-served",
        "choices": [{"index": 0, "delta": {"content": content, **delta}, "finish_reason": finish}],
    }
    if usage:
        body = {**body, "choices": [], "usage": usage}
    return event(body)


DONE = b"data: [DONE]\n\n"
ROLE = chunk("", role="assistant")
USAGE = chunk(usage={"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120})


def says(text: str, piece: int = 12) -> list[Step]:
    """A whole, proper reply."""
    pieces = [chunk(text[i : i + piece]) for i in range(0, len(text), piece)]
    return [head(), ROLE, *pieces, chunk(finish="stop"), USAGE, DONE]


def error(status: int, message: str = "", code: str = "", *lines: str, **more: Any) -> list[Step]:
    body = json.dumps({"error": {"message": message, "code": code or None, **more}})
    return [head(status, "application/json", *lines), body.encode()]


def flood(piece: bytes, total: int) -> Callable[[], Iterator[bytes]]:
    def pour() -> Iterator[bytes]:
        for _ in range(0, total, len(piece)):
            yield piece

    return pour
