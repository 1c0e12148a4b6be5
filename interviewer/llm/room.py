"""How many requests a server gets at a time, and which goes first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


class Room:
    """So many requests at a time. One that somebody waits for goes first: where there is no place, it takes
    that of one for which nobody waits, and that one begins again later."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: list[tuple[bool, asyncio.Future[None]]] = []  # the urgent ones first
        self._patient: list[asyncio.Task] = []  # in place, and can wait
        self._displaced: set[asyncio.Task] = set()

    async def run(self, work: Callable[[], Awaitable[T]], *, urgent: bool, seconds: float) -> T:
        """What ``work()`` gives. Raises TimeoutError where there is no place within ``seconds``."""
        while True:
            await self._enter(urgent, seconds)
            task: asyncio.Task[T] = asyncio.ensure_future(work())  # type: ignore[assignment]
            if not urgent:
                self._patient.append(task)
            try:
                return await task
            except asyncio.CancelledError:
                ours = asyncio.current_task()
                if task not in self._displaced or (ours and ours.cancelling()):
                    raise
            finally:
                if task in self._patient:
                    self._patient.remove(task)
                self._displaced.discard(task)
                self._leave()

    async def _enter(self, urgent: bool, seconds: float) -> None:
        if self._free:
            self._free -= 1
            return
        if urgent and self._patient:
            task = self._patient.pop()
            self._displaced.add(task)
            task.cancel()
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        last = len(self._waiting)
        at = next((n for n, (pressing, _) in enumerate(self._waiting) if urgent and not pressing), last)
        self._waiting.insert(at, (urgent, place))
        try:
            async with asyncio.timeout(seconds):
                await place
        except BaseException:
            if (urgent, place) in self._waiting:
                self._waiting.remove((urgent, place))
            elif place.done() and not place.cancelled():  # it came at the last moment
                self._leave()
            raise

    def _leave(self) -> None:
        while self._waiting:
            _, place = self._waiting.pop(0)
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
