"""One streaming call on ``chat.completions``, with limits of our own; only a Fault leaves it.

``openai`` takes a second to import, so it is imported and built in a thread, at the first call
(``web`` says with what HTTP client).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from interviewer.llm.errors import explain
from interviewer.llm.fault import PASSING, Fault
from interviewer.llm.memory import Learnt, Memory
from interviewer.llm.profiles import Profile, ProfileError
from interviewer.llm.room import Room

Message = dict[str, str]
OnText = Callable[[str], None]

#: After the reply is complete, how long to wait for its token counts.
USAGE_S = 1.0
#: Parameters that a server may refuse; what to send instead of them.
OPTIONAL: dict[str, str | None] = {
    "stream_options": None,
    "temperature": None,
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": None,
    "response_format": None,
}


@cache
def _keep_imported() -> None:
    """Let no collection look through what stays: the SDK's hundreds of thousands of objects take a key's time.
    Once, because whatever is garbage by then stays too."""
    gc.freeze()


class Stopped(Exception):
    """Raised by ``on_text`` to end a reply; passes through the client as it is."""


@dataclass(slots=True)
class Reply:
    """What a model said, whole."""

    text: str = ""
    model: str = ""  # as served
    finish: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    ms: float = 0.0
    thought: bool = False  # it reasoned first
    refusal: str = ""
    pieces: list[str] = field(default_factory=list)
    length: int = 0  # of the pieces, in characters


class Client:
    """Calls one profile's server. Cancelling a call frees the server at once."""

    def __init__(self, profile: Profile, memory: Memory | None = None) -> None:
        self.profile = profile
        self.memory = memory or Memory(None)
        self._sdk: Any = None
        self._model = profile.model
        self._building = asyncio.Lock()
        self._room = Room(profile.parallel)
        self._resting: tuple[float, Fault] | None = None

    async def stream(
        self,
        messages: list[Message],
        *,
        response_format: dict[str, Any] | None = None,
        temperature: float | None = None,
        on_text: OnText | None = None,
        say: OnText | None = None,
        urgent: bool = False,
    ) -> Reply:
        """One reply. ``on_text`` gets the pieces as they come, ``say`` a retry, as a sentence.

        ``urgent``: somebody waits for it, so it goes before those for which nobody does. Raises Fault.
        Blocks for no longer than the profile's limits say.
        """
        began = time.monotonic()
        self._awake(began)
        request: dict[str, Any] = {
            "messages": messages,
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": self.profile.max_tokens,
        }
        if temperature is not None:
            request["temperature"] = temperature
        if response_format is not None:
            request["response_format"] = response_format
        try:
            await self._built()  # the import is not the server's time
            patience = self.profile.first_s if urgent else self.profile.total_s
            try:
                reply = await self._room.run(
                    lambda: self._tried(request, on_text, say), urgent=urgent, seconds=patience
                )
            except TimeoutError:
                raise Fault("busy", self.facts(), seconds=patience) from None
        except Fault as fault:
            self._rest(fault)
            raise
        self._resting = None
        reply.ms = (time.monotonic() - began) * 1000
        return reply

    async def models(self) -> list[str]:
        """The names of the models that the server offers. Raises Fault."""
        loop = asyncio.get_running_loop()
        try:
            sdk = await self._built()
            async with self._watch(loop.time() + self.profile.first_s, self.profile.first_s):
                page = await sdk.models.list()
                return [str(model.id) for model in page.data]
        except Exception as error:
            raise explain(error, self.facts()) from None

    def wake(self) -> None:
        """Try again at once, even if the last fault asks for rest."""
        self._resting = None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._sdk is not None:
            with contextlib.suppress(Exception):
                await self._sdk.close()
            self._sdk = None

    # ------------------------------------------------------------------ trying

    async def _tried(self, request: dict[str, Any], on_text: OnText | None, say: OnText | None) -> Reply:
        """The call, and once more where that is likely to help and nothing was shown yet."""
        ends = asyncio.get_running_loop().time() + self.profile.total_s
        try:
            return await self._negotiated(request, on_text, ends)
        except Fault as fault:
            wait = fault.seconds or 0.0 if fault.kind == "rate_limit" else 0.0
            shown = on_text is not None and fault.partial
            if fault.kind not in PASSING or shown or wait > self.profile.wait_s:
                raise
            if say:
                say(f"{fault} Trying once more.")
            await asyncio.sleep(wait)
        return await self._negotiated(request, on_text, ends + wait)

    async def _negotiated(self, request: dict[str, Any], on_text: OnText | None, ends: float) -> Reply:
        """The call, without the parameters that this server does not take; what it refuses is remembered."""
        await self._model_name()
        known = self.learnt().refused
        request = {k: v for k, v in request.items() if k == "response_format" or k not in known}
        if "max_tokens" in known and "max_completion_tokens" not in known:
            request["max_completion_tokens"] = self.profile.max_tokens
        while True:
            try:
                return await self._once(request, on_text, ends)
            except Fault as fault:
                name = fault.param
                if fault.kind != "rejected" or name not in OPTIONAL or name not in request:
                    raise
                if name == "response_format":
                    raise  # which form to ask for is the ladder's to decide
                value, instead = request.pop(name), OPTIONAL[name]
                if instead:
                    request[instead] = value
                self.memory.refuse(self._place(), name)

    async def _once(self, request: dict[str, Any], on_text: OnText | None, ends: float) -> Reply:
        loop, limits, reply = asyncio.get_running_loop(), self.profile, Reply()
        try:
            sdk = await self._built()
            first = min(ends, loop.time() + limits.first_s)
            async with self._watch(first, limits.first_s, ends, reply) as watch:
                stream = await sdk.chat.completions.create(model=self._model, **request)
                try:
                    async for chunk in stream:
                        if _take(chunk, reply, on_text):
                            self._bounded(reply)
                            watch.reschedule(min(ends, loop.time() + limits.idle_s))
                        if reply.finish and reply.tokens_out is None:
                            watch.reschedule(min(ends, loop.time() + USAGE_S))
                finally:
                    await _closed(stream)
        except Stopped:
            raise
        except Exception as error:
            fault = explain(error, self.facts(), "".join(reply.pieces))
            if not reply.finish or fault.kind not in ("stalled", "cut", "slow"):
                raise fault from None
        return self._checked(reply)

    def _bounded(self, reply: Reply) -> None:
        if reply.length > self.profile.max_chars:
            raise Fault("too_big", self.facts(), f"{self.profile.max_chars:,} characters")

    def _checked(self, reply: Reply) -> Reply:
        """A complete reply, or the fault that it amounts to: a stream without a finish reason was cut."""
        reply.text = "".join(reply.pieces)
        facts, partial = self.facts(), reply.text
        match reply.finish:
            case "":
                raise Fault("cut" if partial or reply.thought else "malformed", facts, partial=partial)
            case "length":
                raise Fault("length", facts, partial=partial)
            case "content_filter":
                raise Fault("filtered", facts, partial=partial)
            case "tool_calls" | "function_call":
                raise Fault("malformed", facts, "it called a tool, and was given none", partial=partial)
        if reply.refusal:
            raise Fault("declined", facts, reply.refusal)
        if not reply.text.strip():
            raise Fault("malformed", facts, "an empty reply")
        return reply

    @contextlib.asynccontextmanager
    async def _watch(
        self, when: float, first_s: float, ends: float | None = None, reply: Reply | None = None
    ) -> AsyncIterator[asyncio.Timeout]:
        """A watchdog on content: TimeoutError becomes the fault of the limit that was reached."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(when) as watch:
                yield watch
        except TimeoutError:
            if not watch.expired():  # somebody else's: of a connection attempt
                raise
            partial = "".join(reply.pieces) if reply else ""
            if ends is not None and loop.time() >= ends:
                raise Fault("slow", self.facts(), seconds=self.profile.total_s, partial=partial) from None
            begun = reply is not None and (reply.pieces or reply.thought)
            seconds = self.profile.idle_s if begun else first_s
            raise Fault("stalled", self.facts(), seconds=seconds, partial=partial) from None

    # ------------------------------------------------------------------ the server

    def facts(self) -> dict[str, str]:
        """What the sentences of faults are filled in with."""
        return {**self.profile.facts(), "model": self._model or "the model"}

    def _place(self) -> str:
        """What is remembered is remembered of a model on a server."""
        return f"{self.profile.base_url} {self._model}"

    def learnt(self) -> Learnt:
        """What is known of this model on this server."""
        return self.memory.of(self._place())

    def learn_rung(self, rung: str) -> None:
        """Remember the rung of the ladder that worked."""
        self.memory.climb(self._place(), rung)

    def _awake(self, now: float) -> None:
        """Raises the last fault again while the server is left alone; a rate limit counts down."""
        if self._resting is None or now >= self._resting[0]:
            return
        until, fault = self._resting
        if fault.kind == "rate_limit":
            fault = Fault("rate_limit", self.facts(), seconds=until - now)
        raise fault.with_traceback(None)

    def _rest(self, fault: Fault) -> None:
        if fault.rest_s:
            self._resting = (time.monotonic() + fault.rest_s, fault)

    async def _model_name(self) -> str:
        if not self._model:
            names = await self.models()
            if not names:
                raise Fault("no_model", self.facts())
            self._model = names[0]
        return self._model

    async def _built(self) -> Any:
        async with self._building:
            if self._sdk is None:
                self._sdk = await asyncio.to_thread(self._build)
            return self._sdk

    def _build(self) -> Any:
        """The SDK's client, on an HTTP client of ours. Takes a second the first time."""
        try:
            key = self.profile.key()
        except LookupError:
            raise Fault("no_key", self.facts()) from None
        except ProfileError as error:
            raise Fault("no_key", {**self.facts(), "key": f"the keyring ({error})"}) from None
        if not (key.isascii() and key.isprintable()):
            raise Fault("wrong_key", self.facts(), "it has characters that no key has")
        from interviewer.llm import web

        sdk = web.sdk(self.profile, key)
        _keep_imported()
        return sdk


async def _closed(stream: Any) -> None:
    """Close the connection, whatever state it is in."""
    with contextlib.suppress(Exception):
        await asyncio.wait_for(stream.close(), 1.0)


def _take(chunk: Any, reply: Reply, on_text: OnText | None) -> bool:
    """Add one event to the reply; whether it carried content or reasoning (a sign of life).

    The SDK does not check what it parses: what is not as the protocol says raises TypeError or
    AttributeError, which the caller explains.
    """
    if chunk.model and not reply.model:
        reply.model = str(chunk.model)
    if usage := getattr(chunk, "usage", None):
        reply.tokens_in, reply.tokens_out = int(usage.prompt_tokens), int(usage.completion_tokens)
    alive = False
    for choice in chunk.choices or ():
        if choice.index:
            continue
        delta = choice.delta
        if delta is not None:
            alive = _content(delta, reply, on_text) or alive
        if choice.finish_reason:
            reply.finish = str(choice.finish_reason)
    return alive


def _content(delta: Any, reply: Reply, on_text: OnText | None) -> bool:
    text = delta.content
    if text is not None and not isinstance(text, str):
        raise TypeError(f"content of type {type(text).__name__}")
    if isinstance(refusal := getattr(delta, "refusal", None), str):
        reply.refusal += refusal
    thought = any(_text(getattr(delta, name, None)) for name in ("reasoning_content", "reasoning"))
    reply.thought = reply.thought or thought
    if text:
        reply.pieces.append(text)
        reply.length += len(text)
        if on_text:
            on_text(text)
    return bool(text) or thought


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def usage(replies: Iterable[Reply]) -> tuple[int | None, int | None]:
    """Tokens in and out of several replies; None where a server did not say."""
    replies = list(replies)
    ins, outs = [r.tokens_in for r in replies], [r.tokens_out for r in replies]
    return (None if None in ins else sum(ins), None if None in outs else sum(outs))  # type: ignore[arg-type]
