"""What goes to a server is the conversation and its own key: nothing of another account or this machine."""

import pytest
from fault_server import FaultServer, head, says

from interviewer.llm.client import Client
from interviewer.llm.fault import Fault
from interviewer.llm.profiles import build

SECRETS = {
    "OPENAI_API_KEY": "sk-first-secret",
    "OPENAI_ADMIN_KEY": "sk-admin-secret",
    "OPENAI_ORG_ID": "org-secret",
    "OPENAI_PROJECT_ID": "proj-secret",
    "OPENAI_WEBHOOK_SECRET": "hook-secret",
    "OPENAI_CUSTOM_HEADERS": "X-Secret: custom-secret\nAuthorization: Bearer ambient-secret",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/elsewhere",
    "OPENROUTER_API_KEY": "sk-router-secret",
    "SECOND_KEY": "sk-second",
}
HI = [{"role": "user", "content": "hi"}]


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
async def server():
    async with FaultServer() as it:
        it.script = says("hello")
        yield it


async def headers_of(server, **more):
    client = Client(server.profile(**more))
    await client.stream(HI)
    await client.close()
    return server.requests[-1]["headers"]


async def test_a_server_without_a_key_sees_none(server):
    headers = await headers_of(server)
    assert "authorization" not in headers
    assert "secret" not in str(server.requests).lower() and "sk-" not in str(server.requests)


async def test_a_server_sees_its_own_key_and_nothing_else(server):
    headers = await headers_of(server, key_env="SECOND_KEY")
    assert headers.pop("authorization") == "Bearer sk-second"
    assert "secret" not in str(headers).lower()
    assert set(headers) == {
        "host", "accept", "accept-encoding", "connection", "content-type", "content-length", "user-agent",
    }  # fmt: skip
    assert headers["user-agent"] == "interviewer", "no versions, no platform"


async def test_another_address_on_a_preset_does_not_get_the_presets_key(server):
    for preset in ("openai", "openrouter"):
        profile = build(
            "mine", {"preset": preset, "base_url": f"http://127.0.0.1:{server.port}/v1", "model": "m"}
        )
        assert profile.key_env == ""
        client = Client(profile)
        await client.stream(HI)
        await client.close()
    assert "authorization" not in str(server.requests) and "secret" not in str(server.requests)


async def test_listing_models_leaks_nothing_either(server):
    server.script = [head(200, "application/json"), b'{"object": "list", "data": [{"id": "m"}]}']
    client = Client(server.profile())
    assert await client.models() == ["m"]
    await client.close()
    assert "secret" not in str(server.requests).lower()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_the_key_follows_no_redirect(server, status):
    async with FaultServer() as other:
        other.script = says("mine now")
        server.script = [
            head(status, "text/plain", f"Location: http://127.0.0.1:{other.port}/v1/chat/completions")
        ]
        client = Client(server.profile(key_env="SECOND_KEY"))
        with pytest.raises(Fault) as caught:
            await client.stream(HI)
        await client.close()
        assert caught.value.kind == "redirected" and f"127.0.0.1:{other.port}" in str(caught.value)
        assert not other.requests


async def test_a_loopback_server_is_asked_through_no_proxy(server, monkeypatch):
    async with FaultServer() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        await headers_of(server, key_env="SECOND_KEY")
        assert not proxy.requests


async def test_no_sentence_tells_a_key(server):
    server.script = [head(401, "application/json"), b'{"error": {"message": "bad key"}}']
    client = Client(server.profile(key_env="SECOND_KEY"))
    with pytest.raises(Fault) as caught:
        await client.stream(HI)
    await client.close()
    assert "SECOND_KEY" in str(caught.value) and "sk-second" not in repr(caught.value)
