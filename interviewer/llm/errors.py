"""From what the SDK, the network and servers raise and say, to a Fault."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from interviewer.llm.fault import Fault

_CONTEXT = re.compile(
    r"context[ _-]?(?:length|size|window)|maximum context|exceed\w* context|too many tokens|prompt.*too long",
    re.I,
)
_QUOTA = re.compile(r"insufficient|quota|billing|credit|payment|balance", re.I)
_MODEL = re.compile(r"model", re.I)
_ABSENT = re.compile(
    r"not[ _](?:found|exist)|no such|unknown|does(?:n't| not) exist|invalid model|not loaded", re.I
)
_FORM = re.compile(r"json[ _]?schema|response_format|grammar", re.I)
_FILTERED = re.compile(r"content[ _]?(?:filter|policy|management)|moderation|safety", re.I)
_PARAMETERS = ("stream_options", "response_format", "max_completion_tokens", "max_tokens", "temperature")


def explain(error: BaseException, facts: dict[str, str], partial: str = "") -> Fault:
    """The fault that an exception of a call amounts to."""
    if isinstance(error, Fault):
        error.partial = error.partial or partial
        return error
    import openai

    if isinstance(error, openai.APIStatusError):
        return _status(error, facts)
    if isinstance(error, openai.APITimeoutError):
        return Fault("unreachable", facts, "no connection in time")
    if isinstance(error, openai.APIConnectionError):
        return _network(error, facts, partial)
    if isinstance(error, openai.APIError):  # an error event within a stream
        message, code = _said(error.body)
        return _by_words(message or str(error), code, facts, partial) or Fault(
            "server", facts, message or error, partial=partial
        )
    return Fault("malformed", facts, _technical(error), partial=partial)


def _status(error: Any, facts: dict[str, str]) -> Fault:
    status = error.status_code
    message, code = _said(error.body)
    if status == 401:
        return Fault("wrong_key", facts)  # what it says may repeat a part of the key
    if status == 402:
        return Fault("quota", facts, message)
    if status == 413:
        return Fault("too_long", facts, message)
    if status == 429:
        if _QUOTA.search(f"{code} {message}") and "rate" not in code:
            return Fault("quota", facts, message)
        return Fault("rate_limit", facts, message, seconds=_wait(error.response.headers))
    if status >= 500 and _FORM.search(message):  # so some servers say that they cannot keep to a form
        return Fault("rejected", facts, message, param="response_format")
    if status >= 500 or status in (408, 409):
        return _by_words(message, code, facts) or Fault("server", facts, message, status=status)
    if fault := _by_words(message, code, facts):
        return fault
    if status == 403:
        return Fault("forbidden", facts, message)
    if status in (404, 405):
        return Fault("no_endpoint", facts, message)
    return Fault("rejected", facts, message or f"status {status}", param=_parameter(error, message))


def _by_words(message: str, code: str, facts: dict[str, str], partial: str = "") -> Fault | None:
    """What servers say in words, under whatever status."""
    text = f"{code} {message}"
    kind = None
    if _CONTEXT.search(text):
        kind = "too_long"
    elif _FILTERED.search(text):
        kind = "filtered"
    elif code == "insufficient_quota":
        kind = "quota"
    elif _MODEL.search(text) and _ABSENT.search(text):
        kind = "no_model"
    elif "rate limit" in text.lower() or code == "rate_limit_exceeded":
        return Fault("rate_limit", facts, message, seconds=20.0, partial=partial)
    return Fault(kind, facts, message, partial=partial) if kind else None


def _network(error: BaseException, facts: dict[str, str], partial: str) -> Fault:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, Fault):
            return cause
        if isinstance(cause, socket.gaierror):
            return Fault("no_host", facts)
        if isinstance(cause, ssl.SSLError) or "certificate" in str(cause).lower():
            return Fault(
                "tls", facts, getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or cause
            )
        if isinstance(cause, ConnectionRefusedError):
            return Fault("refused", facts)
    names = {type(cause).__name__ for cause in causes}
    texts = " ".join(str(cause) for cause in causes)
    if names & {"ReadError", "RemoteProtocolError", "WriteError", "CloseError", "EndOfStream"}:
        if re.search(r"illegal|invalid|malformed|unexpected|header|parse|too long", texts, re.I):
            return Fault("malformed", facts, "not HTTP as it should be", partial=partial)
        return Fault("cut", facts, partial=partial)
    if "refused" in texts.lower():
        return Fault("refused", facts)
    if "name" in texts.lower() and "resol" in texts.lower():
        return Fault("no_host", facts)
    return Fault(
        "unreachable", facts, next((str(c) for c in reversed(causes) if str(c)), ""), partial=partial
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    queue = [error]
    while queue:
        one = queue.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        queue += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]


def not_a_stream(kind: str, body: str, facts: dict[str, str]) -> Fault:
    """200 with something else: an error in JSON, a whole reply, a web page."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    message, code = _said(data)
    if message:
        return _by_words(message, code, facts) or Fault("malformed", facts, message)
    return Fault("malformed", facts, f"{kind or 'nothing'} in place of a stream")


def _said(body: Any) -> tuple[str, str]:
    """(message, code) of an error body, in any of the shapes that servers give it."""
    if isinstance(body, dict):
        inner = body.get("error", body)
        if isinstance(inner, str):
            return inner, ""
        if isinstance(inner, dict):
            code = inner.get("code") or inner.get("type") or ""
            message = inner.get("message") or inner.get("detail") or ""
            return (message if isinstance(message, str) else ""), str(code)
        return "", ""
    text = body if isinstance(body, str) else ""
    return ("" if "<" in text else text), ""


def _parameter(error: Any, message: str) -> str:
    named = getattr(error, "param", None)
    found = str(named).split(".")[0] if named else ""
    if found in _PARAMETERS:
        return found
    return next(
        (p for p in _PARAMETERS if p in message), "response_format" if "json_schema" in message else ""
    )


def _wait(headers: Any) -> float:
    """Seconds that a rate limit asks for; 20 where it does not say."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return min(seconds, 3600.0)
    return 20.0


def _technical(error: BaseException) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "bytes that are not UTF-8"
    if isinstance(error, RecursionError):
        return "JSON nested too deeply"
    if isinstance(error, json.JSONDecodeError):
        return "broken JSON in the stream"
    if isinstance(error, AttributeError | TypeError | KeyError | ValueError):
        return "events that are no chat completion"
    return f"{type(error).__name__}: {error}"
