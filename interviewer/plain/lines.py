"""Lines of text in and out, without blocking the event loop and without trusting what they hold."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import IO


class LineReader:
    """Lines of a stream as an awaitable; a daemon thread does the blocking read."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._started = False

    async def next(self) -> str | None:
        """The next line without its newline; None at the end of the input."""
        if not self._started:
            self._started = True
            loop = asyncio.get_running_loop()
            threading.Thread(target=self._pump, args=(loop,), daemon=True).start()
        return await self._queue.get()

    def stop(self) -> None:
        """End the input now, as if the stream had ended."""
        self._queue.put_nowait(None)

    def _pump(self, loop: asyncio.AbstractEventLoop) -> None:
        def put(line: str | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(self._queue.put_nowait, line)

        with contextlib.suppress(OSError, ValueError):
            for line in self._stream:
                put(line.rstrip("\r\n"))
        put(None)
