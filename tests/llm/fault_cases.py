# ruff: noqa: E501 – a table is read by its rows
"""The faults that a model server can commit, and what must come of each."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import Any

from fault_server import (
    DONE,
    HANG,
    LIMITS,
    RESET,
    ROLE,
    FaultServer,
    Step,
    chunk,
    error,
    event,
    flood,
    head,
    says,
)

from interviewer.llm.profiles import Profile


@dataclass(frozen=True)
class Case:
    """One way to go wrong, and what must come of it."""

    name: str
    kind: str  # of the Fault
    script: list[Step] = field(default_factory=list)
    url: str = ""  # in place of the server's
    form: bool = False  # shows only where a form is asked for: the text is complete, its data is wrong


NESTED = "[" * 100_000
FIFTY_MB = 50_000_000
GOOD = '{"points": {}}'

# fmt: off
CASES = [
    # the way there
    Case("nobody listens", "refused", url="http://127.0.0.1:{free}/v1"),
    Case("no such host", "no_host", url="http://nowhere.invalid/v1"),
    Case("TLS asked of a server that has none", "tls", [b"HTTP/1.1 400 No\r\n\r\n"], url="https://127.0.0.1:{port}/v1"),
    Case("connection closed at once", "cut", []),
    Case("connection reset at once", "cut", [RESET]),
    Case("connection accepted, never a byte", "stalled", [HANG]),
    Case("not HTTP at all", "malformed", [b"SSH-2.0-OpenSSH_9.6\r\n\r\n"]),
    Case("headers that never end", "malformed", [b"HTTP/1.1 200 OK\r\n", flood(b"X-Pad: " + b"x" * 1000 + b"\r\n", 400_000)]),
    Case("headers begun, then silence", "stalled", [b"HTTP/1.1 200 OK\r\nContent-", HANG]),
    Case("headers begun, then closed", "cut", [b"HTTP/1.1 200 OK\r\nContent-"]),
    Case("redirect to another host", "redirected", [head(307, "text/html", "Location: http://elsewhere.example/v1")]),
    # statuses
    Case("400, no words", "rejected", error(400)),
    Case("400, context exceeded (OpenAI)", "too_long", error(400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded")),
    Case("400, context exceeded (llama.cpp)", "too_long", error(400, "request (6031 tokens) exceeds the available context size (2048 tokens)", type="exceed_context_size_error")),
    Case("400, content policy", "filtered", error(400, "Your request was rejected by our safety system.", "content_policy_violation")),
    Case("400, unknown model", "no_model", error(400, "Model test-model does not exist")),
    Case("401", "wrong_key", error(401, "Incorrect API key provided: sk-abc.", "invalid_api_key")),
    Case("402", "quota", error(402, "Insufficient credits")),
    Case("403", "forbidden", error(403, "Country not supported")),
    Case("404, no such path", "no_endpoint", [head(404, "text/html"), b"<html><h1>Not Found</h1></html>"]),
    Case("404, wrong model name", "no_model", error(404, 'model "test-model" not found, try pulling it first')),
    Case("405", "no_endpoint", error(405, "Method Not Allowed")),
    Case("408", "server", error(408, "Request Timeout")),
    Case("409", "server", error(409, "conflict")),
    Case("413", "too_long", error(413, "Payload too large")),
    Case("418", "rejected", error(418, "I'm a teapot")),
    Case("422", "rejected", [head(422, "application/json"), b'{"detail": [{"msg": "field required"}]}']),
    Case("429, wait 30 s", "rate_limit", error(429, "Slow down", "rate_limit_exceeded", "Retry-After: 30")),
    Case("429, wait an unreadable time", "rate_limit", error(429, "Slow down", "", "Retry-After: soon")),
    Case("429, out of quota", "quota", error(429, "You exceeded your current quota, check your billing details.", "insufficient_quota")),
    Case("500", "server", error(500, "The server had an error")),
    Case("500, escape sequences in its words", "server", error(500, "\x1b[2J\x1b]0;owned\x07 boom [red]x[/red]\r\nand more")),
    Case("501", "server", error(501)),
    Case("502, a web page", "server", [head(502, "text/html"), b"<html><body><h1>502 Bad Gateway</h1></body></html>"]),
    Case("503, still loading", "server", error(503, "Loading model")),
    Case("504", "server", error(504)),
    Case("529, overloaded", "server", error(529, "Overloaded")),
    Case("an error page of 50 MB", "too_big", [head(500, "text/html"), flood(b"x" * 100_000, FIFTY_MB)]),
    Case("an error page that never ends", "stalled", [head(500, "text/html"), b"<html>", HANG]),
    # 200, but no stream
    Case("JSON in place of a stream", "malformed", [head(200, "application/json"), b'{"choices": [{"message": {"content": "hi"}}]}']),
    Case("an error in JSON under 200", "too_long", [head(200, "application/json"), b'{"error": {"message": "maximum context length exceeded"}}']),
    Case("a web page in place of a stream", "malformed", [head(200, "text/html"), b"<html>Welcome to the hotel Wi-Fi</html>"]),
    Case("200 and nothing", "malformed", [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"]),
    Case("a compressed stream", "malformed", [head(200, "text/event-stream", "Content-Encoding: gzip"), b"\x1f\x8b\x08\x00junk"]),
    # silence
    Case("silence after the headers", "stalled", [head(), HANG]),
    Case("silence after the role", "stalled", [head(), ROLE, HANG]),
    Case("silence between two words", "stalled", [head(), ROLE, chunk("It is "), HANG]),
    Case("silence within an event", "stalled", [head(), ROLE, chunk("It is "), b'data: {"choices": [{"del', HANG]),
    Case("keep-alive comments, never content", "stalled", [head(), *[b": keep-alive\n\n", 0.2] * 30]),
    Case("empty deltas, never content", "stalled", [head(), *[chunk(""), 0.2] * 30]),
    Case("a word now and then, for ever", "slow", [head(), *[chunk("and "), 0.2] * 30]),
    # cut
    Case("stream closed before a word", "malformed", [head(), ROLE]),
    Case("stream closed in the middle, cleanly", "cut", [head(), ROLE, chunk("It is ")]),
    Case("stream ended by [DONE] without a finish reason", "cut", [head(), ROLE, chunk("It is "), DONE]),
    Case("stream reset in the middle", "cut", [head(), ROLE, chunk("It is "), 0.05, RESET]),
    Case("chunked stream without its end", "cut", [head(200, "text/event-stream", "Transfer-Encoding: chunked"), b"5\r\ndata:"]),
    Case("less than its content length", "cut", [head(200, "text/event-stream", "Content-Length: 9999"), chunk("It is ")]),
    Case("cut within an event", "malformed", [head(), ROLE, b'data: {"choices": [{"delta": {"cont\n\n']),
    # broken
    Case("bytes that are not UTF-8", "malformed", [head(), b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n']),
    Case("events that are not JSON", "malformed", [head(), event("hello there")]),
    Case("an event that is a list", "malformed", [head(), event([1, 2, 3])]),
    Case("an event that is null", "malformed", [head(), event("null")]),
    Case("an event nested 100,000 deep", "malformed", [head(), event(NESTED)]),
    Case("choices always empty", "malformed", [head(), *[event({"choices": []})] * 5, DONE]),
    Case("choices that are a number", "malformed", [head(), event({"choices": 7})]),
    Case("content that is a number", "malformed", [head(), chunk(42)]),
    Case("content that is a list", "malformed", [head(), chunk([{"type": "text", "text": "hi"}])]),
    Case("chunk sizes that are no numbers", "malformed", [head(200, "text/event-stream", "Transfer-Encoding: chunked"), b"banana\r\nxx\r\n"]),
    Case("50 MB in one event", "too_big", [head(), b"data: ", flood(b"x" * 100_000, FIFTY_MB)]),
    Case("50 MB in small events", "too_big", [head(), flood(chunk("blah " * 100), FIFTY_MB)]),
    Case("50 MB of comments", "too_big", [head(), flood(b": " + b"x" * 10_000 + b"\n\n", FIFTY_MB)]),
    # what is said instead
    Case("an error event at once", "server", [head(), event({"error": {"message": "upstream died", "code": 502}})]),
    Case("an error event in the middle", "server", [head(), ROLE, chunk("It is "), event({"error": {"message": "CUDA out of memory"}})]),
    Case("a rate limit in the middle", "rate_limit", [head(), chunk("It "), event({"error": {"message": "Rate limit reached"}})]),
    Case("finish reason: length", "length", [head(), chunk("It is "), chunk(finish="length"), DONE]),
    Case("finish reason: content_filter", "filtered", [head(), chunk("It is "), chunk(finish="content_filter"), DONE]),
    Case("finish reason: tool_calls", "malformed", [head(), chunk(None, tool_calls=[{"index": 0, "id": "1", "function": {"name": "f", "arguments": "{}"}}]), chunk(finish="tool_calls"), DONE]),
    Case("a refusal", "declined", [head(), chunk(None, refusal="I cannot help with that."), chunk(finish="stop"), DONE]),
    Case("an empty reply", "malformed", [head(), ROLE, chunk(finish="stop"), DONE]),
    Case("nothing but white space", "malformed", says(" \n \n ")),
    # a complete reply whose data is wrong: only a grade asks for data
    Case("prose where data was asked for", "invalid", says("I would say the candidate did well."), form=True),
    Case("truncated JSON", "invalid", says('{"points": {"accumulates": {"reason": "it'), form=True),
    Case("another schema", "invalid", says('{"score": 10, "verdict": "hire"}'), form=True),
    Case("NaN", "invalid", says('{"points": NaN}'), form=True),
    Case("a key twice", "invalid", says('{"points": {}, "points": {}}'), form=True),
    Case("data nested 5,000 deep", "invalid", says('{"points": ' + "[" * 5_000 + "]" * 5_000 + "}", 500), form=True),
    Case("a list for an object", "invalid", says("[]"), form=True),
    Case("an unknown status", "invalid", says('{"points": {"accumulates": {"reason": "", "quote": "", "status": "great"}}}'), form=True),
    Case("escape sequences and markup for data", "invalid", says('\x1b[2J\x1b[31m[bold]{"points": "<b>"}\x1b[0m'), form=True),
]
# fmt: on


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def profile_of(case: Case, server: FaultServer, **more: Any) -> Profile:
    """A profile whose server commits the fault."""
    server.script = case.script
    url = (
        case.url.format(free=free_port(), port=server.port)
        if case.url
        else f"http://127.0.0.1:{server.port}/v1"
    )
    return server.profile(base_url=url, **LIMITS, **more)
