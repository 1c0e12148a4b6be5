"""The SDK on an HTTP client that is ours: what leaves this machine, to whom, and what may come back.

Importing this module imports ``openai`` (a second); only ``client`` does, in a thread.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from typing import Any

import httpx2
from openai import AsyncOpenAI

from interviewer.llm.errors import not_a_stream
from interviewer.llm.fault import Fault
from interviewer.llm.profiles import Profile

#: All that a server gets to see of our request's headers, beside the key.
ALLOWED = {
    "accept",
    "connection",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
}
CONNECT_S = 10.0


def sdk(profile: Profile, key: str) -> AsyncOpenAI:
    """A client for one profile. No redirect is followed, and nothing is retried behind our back."""
    guard = Guard(profile, key)
    web = httpx2.AsyncClient(
        base_url=profile.base_url,
        timeout=httpx2.Timeout(None, connect=CONNECT_S),
        follow_redirects=False,
        trust_env=not profile.local,  # of the environment, the proxies: for another machine only
        verify=_trust(profile),
        event_hooks={"request": [guard.request], "response": [guard.response]},
    )
    # Every credential is given, so that none is taken from the environment; the guard sets the real one.
    return AsyncOpenAI(
        api_key="none",
        admin_api_key="",
        organization="",
        project="",
        webhook_secret="",
        base_url=profile.base_url,
        max_retries=0,
        http_client=web,
    )


def _trust(profile: Profile) -> ssl.SSLContext:
    """Whom to trust. Over http nobody is asked, and loading the certificates would take 0.2 s."""
    return (
        httpx2.create_ssl_context()
        if profile.origin[0] == "https"
        else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )


class Guard:
    """What goes to the server, and what may come back."""

    def __init__(self, profile: Profile, key: str) -> None:
        self._profile, self._key, self._facts = profile, key, profile.facts()

    async def request(self, request: Any) -> None:
        """Only allowed headers, only the profile's own host, and no key but the profile's."""
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        if (url.scheme, url.host.strip("[]"), port) != self._profile.origin:
            raise Fault("redirected", self._facts, url.host)
        for name in list(request.headers):
            if name.lower() not in ALLOWED:
                del request.headers[name]
        request.headers["Accept-Encoding"] = "identity"
        request.headers["User-Agent"] = "interviewer"
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"

    async def response(self, response: Any) -> None:
        """The right kind of content, and no more than a reply can need."""
        response.stream = Capped(response.stream, self._profile.max_bytes, self._facts)
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Fault("malformed", self._facts, "a compressed reply, which was not asked for")
        if 300 <= response.status_code < 400:
            raise Fault("redirected", self._facts, response.headers.get("location", ""))
        if response.status_code != 200 or not response.request.url.path.endswith("/chat/completions"):
            return
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            await response.aread()
            raise not_a_stream(kind, response.text, self._facts)


class Capped(httpx2.AsyncByteStream):
    """A response's bytes, up to a limit."""

    def __init__(self, stream: Any, limit: int, facts: dict[str, str]) -> None:
        self._stream, self._left, self._limit, self._facts = stream, limit, limit, facts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._left -= len(chunk)
            if self._left < 0:
                raise Fault("too_big", self._facts, f"{self._limit / 1e6:.0f} MB")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
