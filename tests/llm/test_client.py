"""The client where things go well: what it asks for, what it learns, how it is stopped."""

import asyncio
import json
import time

import pytest
from fault_server import DONE, HANG, ROLE, USAGE, FaultServer, chunk, error, event, head, says

from interviewer.llm import ladder, prompts
from interviewer.llm.client import Client
from interviewer.llm.fault import Fault
from interviewer.llm.memory import Memory
from interviewer.llm.reading import Invalid, read

HI = [{"role": "user", "content": "hi"}]


@pytest.fixture
async def server():
    async with FaultServer() as it:
        yield it


@pytest.fixture
async def client(server):
    import interviewer.llm.web  # noqa: F401

    it = Client(server.profile())
    yield it
    await it.close()


async def test_a_reply_comes_in_pieces_and_whole(server, client):
    server.script = says("Hello there, candidate.", piece=5)
    pieces = []
    reply = await client.stream(HI, on_text=pieces.append)
    assert "".join(pieces) == reply.text == "Hello there, candidate." and len(pieces) == 5
    assert (reply.model, reply.finish, reply.tokens_in, reply.tokens_out) == (
        "test-model-served",
        "stop",
        100,
        20,
    )
    body = server.requests[0]["body"]
    assert (
        body["stream"] is True
        and "temperature" not in body
        and server.requests[0]["path"] == "/v1/chat/completions"
    )


async def test_the_end_is_the_finish_reason_not_the_end_of_the_connection(server, client):
    for rest in ([HANG], [USAGE, HANG], [USAGE, DONE, HANG], [b"garbage\n\n"], []):
        server.script = [head(), chunk("hello"), chunk(finish="stop"), *rest]
        assert (await client.stream(HI)).text == "hello"


async def test_reasoning_is_a_sign_of_life_but_not_what_is_said(server, client):
    client.profile = server.profile(first_s=1.2, idle_s=1.2)
    thinking = [event({"choices": [{"index": 0, "delta": {"reasoning_content": "hm"}}]}), 0.25] * 7
    server.script = [head(), *thinking, *says("hello")[1:]]
    reply = await client.stream(HI)
    assert reply.text == "hello" and reply.thought


@pytest.mark.parametrize("name", ["temperature", "stream_options", "max_tokens"])
async def test_a_parameter_that_is_refused_is_left_out_and_remembered(server, tmp_path, name):
    def picky(request):
        if name in request["body"]:
            return error(
                400, f"Unsupported parameter: '{name}' is not supported with this model.", "", param=name
            )
        return says("hello")

    server.script = picky
    for requests in (2, 1):
        client = Client(server.profile(), Memory(tmp_path / "servers.json"))
        server.requests.clear()
        assert (await client.stream(HI, temperature=0.0)).text == "hello"
        assert len(server.requests) == requests
        await client.close()
    last = server.requests[-1]["body"]
    assert name not in last and ("max_completion_tokens" in last) == (name == "max_tokens")


async def test_without_a_model_the_first_on_offer_is_taken_and_named(server):
    listing = [
        head(200, "application/json"),
        json.dumps({"data": [{"id": "only"}, {"id": "other"}]}).encode(),
    ]
    server.script = lambda r: listing if r["path"].endswith("/models") else says("hello")
    client = Client(server.profile(model=""))
    await client.stream(HI)
    assert server.requests[-1]["body"]["model"] == "only"
    await client.close()


async def test_cancelling_is_at_once_and_frees_the_server(server, client):
    server.script = [head(), ROLE, HANG]
    client.profile = server.profile(first_s=30.0, total_s=60.0)
    task = asyncio.create_task(client.stream(HI))
    while not server.open:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    at = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    while server.open:
        await asyncio.sleep(0.005)
    assert time.monotonic() - at < 0.5 and server.left == 1


async def test_more_requests_than_there_is_room_for_wait_their_turn(server):
    server.script = [0.1, *says("hello")]
    client = Client(server.profile(parallel=2))
    replies = asyncio.gather(*(client.stream(HI) for _ in range(5)))
    most = 0
    while not replies.done():
        most = max(most, server.open)
        await asyncio.sleep(0.005)
    assert [r.text for r in await replies] == ["hello"] * 5 and most == 2
    await client.close()


async def test_who_is_waited_for_goes_first_and_the_other_begins_again(server):
    """On a server with one place, the interviewer speaks while an answer is still to be read."""
    server.script = [*says("hello")[:2], HANG]
    client = Client(server.profile(parallel=1))
    reading = asyncio.create_task(client.stream([{"role": "user", "content": "read"}]))
    next_one = asyncio.create_task(client.stream([{"role": "user", "content": "read another"}]))
    while not server.open:
        await asyncio.sleep(0.01)
    server.script = lambda r: [0.1, *says(r["body"]["messages"][0]["content"])]
    spoken = await client.stream([{"role": "user", "content": "speak"}], urgent=True)
    assert spoken.text == "speak" and not reading.done() and not next_one.done()
    assert [(await task).text for task in (reading, next_one)] == ["read", "read another"]
    assert len(server.requests) == 4 and server.left == 1
    await client.close()


async def test_a_reading_that_is_given_up_does_not_begin_again(server):
    server.script = [HANG]
    client = Client(server.profile(parallel=1))
    reading = asyncio.create_task(client.stream(HI))
    while not server.open:
        await asyncio.sleep(0.01)
    server.script = says("hello")
    speaking = asyncio.create_task(client.stream(HI, urgent=True))
    await asyncio.sleep(0)
    reading.cancel()
    assert (await speaking).text == "hello"
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert (await client.stream(HI)).text == "hello" and len(server.requests) == 3, "no place is lost"
    await client.close()


async def test_a_place_that_never_comes_is_a_sentence(server):
    server.script = [HANG]
    client = Client(server.profile(parallel=1))
    speaking = asyncio.create_task(client.stream(HI, urgent=True))
    while not server.open:
        await asyncio.sleep(0.01)
    client.profile = server.profile(parallel=1, first_s=0.1)
    with pytest.raises(Fault) as caught:
        await client.stream(HI, urgent=True)
    speaking.cancel()
    await asyncio.gather(speaking, return_exceptions=True)
    assert caught.value.kind == "busy" and not caught.value.rest_s
    await client.close()


async def test_a_short_rate_limit_is_sat_out_and_a_long_one_counts_down(server):
    tries = iter([error(429, "slow down", "", "retry-after-ms: 100")])
    server.script = lambda r: next(tries, None) or says("hello")
    client, said = Client(server.profile()), []
    assert (await client.stream(HI, say=said.append)).text == "hello"
    assert len(said) == 1 and "0.1 s" in said[0]
    server.script = error(429, "slow down", "", "retry-after: 30")
    waits = []
    for _ in range(2):
        with pytest.raises(Fault) as caught:
            await client.stream(HI)
        waits.append(caught.value.seconds)
        await asyncio.sleep(0.05)
    assert waits[0] == 30 and 20 < waits[1] < 30 and len(server.requests) == 3
    await client.close()


async def test_a_server_that_breaks_on_a_schema_is_asked_without(server):
    def brittle(request):
        if "response_format" in request["body"]:
            return error(500, "failed to parse grammar")
        return says('{"a": 1}')

    server.script = brittle
    client = Client(server.profile())
    found = await ladder.ask(client, HI, json.loads(SCHEMA), name="a")
    assert (found.data, found.rung) == ({"a": 1}, "prompt")
    await client.close()


async def test_a_server_that_failed_is_left_alone_for_a_while(server, client):
    server.script = error(401, "no")
    for _ in range(3):
        with pytest.raises(Fault):
            await client.stream(HI)
    assert len(server.requests) == 1
    client.wake()
    server.script = says("hello")
    assert (await client.stream(HI)).text == "hello"


SCHEMA = json.dumps({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]})


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '```json\n{"a": 1}\n```',
        'Sure!\n{"a": 1}\nHope that helps.',
        '<think>{"a": 2}</think>\n{"a": 1}',
        ' \ufeff{"a": 1}',
    ],
)
def test_data_is_found_in_what_a_model_wraps_it_in(text):
    assert read(text, SCHEMA) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "not JSON"),
        ('{"a": NaN}', "NaN"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": "1"}', "a: '1' is not of type 'integer'"),
        ("[]", "the whole"),
        ("{" * 200_000, "not JSON"),
        ('{"a": ' + "[" * 200_000, "nested"),
        ('{"a": ' + "1" * 5_000 + "}", "thousands of digits"),
    ],
)
def test_what_is_not_the_data_asked_for_is_said(text, wrong):
    with pytest.raises(Invalid) as caught:
        read(text, SCHEMA)
    assert wrong in str(caught.value)


def test_every_prompt_is_as_it_declares():
    assert {"ask", "grade", "reread", "repair"} <= {n.rpartition(".v")[0] for n in prompts.names()}
    for name in prompts.names():
        prompt = prompts.read(name)
        filled = prompt.render(**{v: f"«{v} {{{{schema}}}}»" for v in prompt.variables})
        text = "".join(m["content"] for m in filled)
        assert all(f"«{v} {{{{schema}}}}»" in text for v in prompt.variables), (
            "values are not filled in again"
        )
        with pytest.raises(ValueError):
            prompt.render(nonsense="x")


def test_the_newest_version_of_a_prompt_is_used():
    assert prompts.load("ask").version == max(
        int(n.rpartition(".v")[2]) for n in prompts.names() if n.startswith("ask.")
    )
