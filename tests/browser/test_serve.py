"""`interviewer serve`: an interview in a real Chromium, and who is kept out."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest
from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError, web
from candidate import INTERVIEWER, Stored, decide
from chromium import Chromium
from support import gone
from yarl import URL

from interviewer.commands.serve import listen, names_this_machine, plain
from interviewer.core import events as ev

TEXT = "It is a mean over what came before, which damps the noise."


def as_from_a_terminal() -> None:
    """Undo what *nohup* or a shell's ``&`` around the tests ignores, and a child would go on ignoring."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Serving:
    """The program, serving one home."""

    def __init__(self, home: Path) -> None:
        self.stored = Stored(home)
        self.process = subprocess.Popen(
            [*INTERVIEWER, "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "INTERVIEWER_HOME": str(home)},
            start_new_session=True,
            preexec_fn=as_from_a_terminal,
        )
        self.address = self.process.stdout.readline().strip()
        self.port = int(self.address.split(":")[2].split("/")[0])

    def apps(self) -> list[int]:
        """The processes it has started."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    async def end(self, number: int) -> None:
        """Send a signal, and see every process end."""
        apps = self.apps()
        self.process.send_signal(number)
        await asyncio.to_thread(self.process.wait, 15)
        await until(lambda: all(map(gone, apps)))


async def until(what, seconds: float = 30.0):
    """Wait until ``what()`` is true; its value. Fails with the last value after ``seconds``."""
    end = asyncio.get_running_loop().time() + seconds
    while not (value := what()):
        assert asyncio.get_running_loop().time() < end, f"still {value!r} after {seconds} s"
        await asyncio.sleep(0.05)
    return value


@pytest.fixture
def serving(home):
    it = Serving(home)
    yield it
    apps = it.apps() if it.process.poll() is None else []
    it.process.terminate()
    it.process.wait(15)
    assert all(map(gone, apps))


@pytest.fixture(scope="module")
def idle(tmp_path_factory):
    """One that only turns people away."""
    it = Serving(tmp_path_factory.mktemp("idle"))
    yield it
    it.process.terminate()
    it.process.wait(15)


@contextlib.asynccontextmanager
async def bare_page(serving: Serving, **headers: str):
    """A page without a browser: the socket alone."""
    origin = serving.address.rpartition("/")[0].rpartition("/")[0]
    async with (
        ClientSession() as web_client,
        web_client.ws_connect(f"{serving.address}ws", headers={"Origin": origin, **headers}) as socket,
    ):
        yield socket


async def painted(socket, text: str) -> None:
    """Read until the app has painted ``text``."""
    seen = b""
    while text.encode() not in seen:
        message = await asyncio.wait_for(socket.receive(), 30)
        assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), (message, seen[-500:])
        seen += message.data if message.type is WSMsgType.BINARY else message.data.encode()


# ---------------------------------------------------------------------- in a browser


class BrowserCandidate:
    """Sits an interview in a page; decides from the stored state, as those in a terminal do."""

    KEYS: ClassVar = {"hint": ("F8", {}), "skip": ("n", {"alt": True}), "done": ("F9", {})}

    def __init__(self, page, stored: Stored) -> None:
        self.page, self.stored = page, stored

    async def sit(self) -> None:
        """To the end."""
        while not (state := await until(self.stored.waiting, 60)).ended:
            act = decide(state)
            await self.act(act)
            try:
                await until(lambda seq=state.last_seq: (s := self.stored.waiting()) and s.last_seq > seq, 60)
            except AssertionError:
                raise AssertionError(
                    f"{act} came to nothing; the screen:\n{await self.page.screen()}"
                ) from None

    async def act(self, act) -> None:
        if act.what == "answer":
            await self.page.type(act.text)
            await self.page.press("Enter")
        elif act.what == "code":
            await self.replace_code(act.text)
            await self.page.press("F5")
        else:
            key, how = self.KEYS[act.what]
            await self.page.press(key, **how)

    async def replace_code(self, code: str) -> None:
        """Select all, paste over it, and see the draft that was kept; again where the paste came first."""
        await self.page.press("F4")
        await self.page.wait_for("def ")
        item = self.stored.waiting().current
        for _ in range(4):
            await self.page.press("F7")
            await self.page.paste(code)
            with contextlib.suppress(AssertionError):
                await until(lambda: self.stored.draft(f"code:{item}") == code, 5)
                return
        raise AssertionError(f"the editor does not hold what was pasted:\n{await self.page.screen()}")


async def told(page, text: str) -> None:
    """Wait until the page tells, over the terminal, that it is closed, with ``text``."""
    closed = "document.body.matches('.-closed') ? document.getElementById('closed').innerText : ''"
    end = asyncio.get_running_loop().time() + 30
    while text not in (shown := await page.evaluate(closed)):
        assert asyncio.get_running_loop().time() < end, f"the page tells {shown!r}"
        await asyncio.sleep(0.05)


@pytest.mark.browser
@pytest.mark.torch
async def test_a_quick_interview_in_a_browser(serving, tmp_path):
    async with Chromium(tmp_path / "chromium") as browser:
        page = await browser.open(serving.address)
        await page.wait_for("Quick interview")
        await page.press("Down")
        await page.press("Enter")
        await page.wait_for("Your answer")
        await BrowserCandidate(page, serving.stored).sit()
        shown = await page.wait_for("Practise these")
        assert "Report: Quick interview" in shown and await page.evaluate("document.title") == "interviewer"
        await page.picture(tmp_path / "report.png")

        ours = serving.address.removeprefix("http://")
        assert len(page.requested) >= 6
        assert all(asked.partition("://")[2].startswith(ours) for asked in page.requested), page.requested
        assert not page.errors

        await page.press("q", alt=True)
        await told(page, "The app has ended.")
        await until(lambda: not serving.apps())

    events = serving.stored.events()
    assert {ev.Answered, ev.Hinted, ev.Skipped} <= {type(e.body) for e in events}
    verdicts = [e.body.result.verdict for e in events if isinstance(e.body, ev.RunJudged)]
    assert len(verdicts) == 2 and verdicts[0] != "PASS" and verdicts[1] == "PASS"
    assert events[-1].body == ev.Ended("completed")
    await serving.end(signal.SIGINT)
    assert serving.process.returncode == 0 and "Traceback" not in serving.process.stderr.read()


@pytest.mark.long
@pytest.mark.browser
async def test_a_second_page_reads_and_a_page_loaded_again_goes_on(serving, tmp_path):
    async with Chromium(tmp_path / "chromium") as browser:
        page = await browser.open(serving.address)
        await page.wait_for("Quick interview")
        await page.press("Down")
        await page.press("Enter")
        await page.wait_for("Your answer")
        await page.type("half an answer")
        await page.press("o", ctrl=True)
        await page.wait_for("type here instead")  # there is no $EDITOR here

        second = await browser.open(serving.address)
        await second.wait_for("Read only")

        await page.call("Page.reload")
        await page.wait_for("Continue Quick")
        assert "Read only" not in await page.screen()
        await page.press("c")
        await page.wait_for("half an answer")
        await serving.end(signal.SIGTERM)
        await told(page, "start interviewer serve anew")


async def foreign_page(_: web.Request) -> web.Response:
    return web.Response(text="<p>Another program's page", content_type="text/html")


@pytest.mark.browser
async def test_pages_from_elsewhere_reach_nothing(serving, tmp_path):
    """A foreign page that even knows the secret, and a foreign name that resolves to this machine."""
    rebound = serving.address.replace("127.0.0.1", "rebound.example")
    foreign = web.Application()
    foreign.router.add_get("/", foreign_page)
    runner = web.AppRunner(foreign)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    elsewhere = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/"
    try:
        async with Chromium(
            tmp_path / "chromium", "--host-resolver-rules=MAP rebound.example 127.0.0.1"
        ) as browser:
            page = await browser.open(elsewhere)
            address = f"{serving.address}ws".replace("http", "ws")
            opened = f"""new Promise((done) => {{
                const socket = new WebSocket("{address}");
                socket.onopen = () => done("open");
                socket.onerror = () => done("refused");
            }})"""
            assert await page.evaluate(opened) == "refused"
            framed = f"""new Promise((done) => {{
                const frame = document.createElement("iframe");
                frame.onload = () => setTimeout(() => done("loaded"), 500);
                frame.src = "{serving.address}";
                document.body.append(frame);
            }})"""
            assert await page.evaluate(framed) == "loaded"  # a page that says it may not be framed
            page = await browser.open(rebound)
            await until(lambda: rebound in page.requested)
            await asyncio.sleep(0.5)
            assert "no other" in await page.evaluate("document.body.innerText")
            assert serving.apps() == []
    finally:
        await runner.cleanup()


# ---------------------------------------------------------------------- without one


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("", {}, 200),
        ("..", {}, 200),  # without its last slash
        ("", {"Host": "localhost:9000"}, 200),  # the other end of a tunnel
        ("", {"Host": "interviewer.example"}, 403),
        ("", {"Host": "127.0.0.1.example:80"}, 403),
        ("", {"Host": "192.0.2.7"}, 403),
        ("", {"Origin": "http://interviewer.example"}, 403),
        ("static/xterm.css", {}, 200),
        ("static/xterm.css", {"Host": "interviewer.example"}, 403),
        ("static/..%2Ftemplates%2Fapp_index.html", {}, 404),
        ("../", {}, 404),
        ("../wrong-secret/", {}, 404),
        ("../wrong-secret/static/xterm.css", {}, 404),
    ],
)
async def test_only_the_whole_address_is_answered(idle, path, headers, status):
    address = URL(idle.address)
    if path == "..":
        address = URL(idle.address.rstrip("/"))
    elif path.startswith(".."):
        address = address.with_path(path[2:])
    else:
        address = URL(f"{address}{path}", encoded=True)
    async with ClientSession() as client, client.get(address, headers=headers) as answer:
        assert answer.status == status, await answer.text()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://interviewer.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},  # another program's page on this machine
        {"Origin": "http://interviewer.example", "Host": "interviewer.example"},
        {"Origin": ""},
    ],
)
async def test_no_foreign_socket_starts_an_app(idle, headers):
    with pytest.raises(WSServerHandshakeError) as refused:
        async with bare_page(idle, **headers):
            pass
    assert refused.value.status == 403 and idle.apps() == []


def test_it_listens_on_loopback_and_nowhere_else(idle):
    listening = [
        row.split()[1]
        for table in ("tcp", "tcp6")
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if row.split()[3] == "0A" and row.split()[1].endswith(f":{idle.port:04X}")
    ]
    assert listening == [f"0100007F:{idle.port:04X}"]
    assert not names_this_machine("0.0.0.0") and names_this_machine("[::1]:8000")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
async def test_however_it_ends_what_was_typed_is_kept_and_no_process_is_left(serving, number):
    async with bare_page(serving) as page:
        await painted(page, "Quick interview")
        await page.send_json(["stdin", "\x1b[B\r"])
        await painted(page, "Your answer")
        await page.send_json(["stdin", TEXT])
        await painted(page, TEXT[-12:])  # nothing is promised of keys that no screen has shown
        await serving.end(number)
    (question,) = [e.body.question.id for e in serving.stored.events() if isinstance(e.body, ev.Asked)]
    assert serving.stored.draft(f"answer:{question}") == TEXT
    assert serving.process.returncode == (-9 if number == signal.SIGKILL else 0)


@pytest.mark.parametrize(
    "message", ["no json", "[]", "{}", '["stdin"]', '["resize", {"width": "x"}]', '["stdin", 7]', "7"]
)
async def test_a_page_that_talks_nonsense_is_closed(serving, message):
    async with bare_page(serving) as page:
        await page.send_str(message)
        async with asyncio.timeout(20):
            async for _ in page:
                pass
        assert page.close_code == 1002
    await until(lambda: not serving.apps())


async def test_an_app_that_cannot_open_says_why_in_the_page(tmp_path):
    (tmp_path / "home").write_text("a file")
    serving = Serving(tmp_path / "home")
    async with bare_page(serving) as page:
        await painted(page, "INTERVIEWER_HOME")
    await serving.end(signal.SIGINT)
    said = serving.process.stderr.read()
    assert "INTERVIEWER_HOME" in said and "Traceback" not in said


async def test_an_app_that_dies_is_told_of_in_the_page(serving):
    async with bare_page(serving) as page:
        await painted(page, "Quick interview")
        os.kill(serving.apps()[0], signal.SIGSEGV)
        await painted(page, "The app has ended.")


def test_keys_that_would_have_to_be_waited_for_are_said_plainly():
    said = {"\x1b": "\x1b[27u", "\x1bn": "\x1b[110;3u"}
    said |= {
        keys: keys for keys in ("n", "\x1b[B", "\x1bOR", "\x1b[", "\x1b\x7f", "\x1b[200~\x1bn\x1b[201~", "")
    }
    assert {keys: plain(keys) for keys in said} == said


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "interviewer.example", "::"])
def test_no_other_host(home, host):
    done = subprocess.run([*INTERVIEWER, "serve", "--host", host], capture_output=True, text=True, timeout=30)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "ssh tunnel" in done.stderr


def test_a_port_that_is_taken(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*INTERVIEWER, "serve", "--port", port], capture_output=True, text=True, timeout=30
        )
        assert done.returncode == 2 and done.stderr.count("\n") == 1
        assert port in done.stderr and "already in use" in done.stderr
    with listen("127.0.0.1", None) as first, listen("127.0.0.1", None) as second:
        assert first.getsockname() != second.getsockname()


def test_without_its_packages_one_sentence_says_how_to_get_them(home):
    code = "import sys; sys.modules['aiohttp'] = None; from interviewer.cli import main; main(['serve'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "pip install" in done.stderr
