"""``interviewer serve``: the app in a browser, for whoever started it and nobody else.

Each page that is opened has an app process of its own, joined to the page by a WebSocket; Textual's web
driver paints on one end, textual-serve's terminal on the other. We listen on loopback only. That alone keeps
out neither the other people on this machine nor the other pages in the same browser, so an address also
needs a secret in its path, a ``Host`` that is this machine's (against DNS rebinding), and an ``Origin`` that
is our own (against WebSockets of foreign pages).
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import logging
import os
import secrets
import signal
import socket
import sys
from collections import deque
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from interviewer.commands import CommandError

if TYPE_CHECKING:
    from aiohttp import web

log = logging.getLogger(__name__)

PORT = 8000  # where no port is asked for and this one is free
LEAVE_S = 5.0  # for an app to save and leave; it gives itself three
PASTE_BYTES = 16 * 2**20  # the largest message taken from a page
CHUNK = 4096  # bytes of stderr read at a time; the last few of an app are kept, to say why it ended

#: What a page may load, by the name it asks for: files of textual-serve. Nothing comes from elsewhere.
STATIC = {
    "textual.js": "js/textual.js",
    "xterm.css": "css/xterm.css",
    "roman.ttf": "fonts/RobotoMono-VariableFont_wght.ttf",
    "italic.ttf": "fonts/RobotoMono-Italic-VariableFont_wght.ttf",
}


def serve(*, host: str, port: int | None, python: str | None) -> int:
    """Serve until Ctrl+C; the exit status. Raises CommandError."""
    try:
        import aiohttp  # noqa: F401

        resources.files("textual_serve")
    except ImportError:
        raise CommandError("serving needs two packages more: pip install aiohttp textual-serve") from None
    logging.basicConfig(level=logging.ERROR, handlers=[faults()])
    with listen(loopback(host), port) as listening:
        asyncio.run(_serve(listening, python))
    return 0


def faults() -> logging.Handler:
    """Where what should not have happened is kept, with its traceback; made when there is something."""
    from interviewer.compose import home

    with contextlib.suppress(OSError):
        home().mkdir(parents=True, exist_ok=True, mode=0o700)
        return logging.FileHandler(home() / "faults.log", delay=True)
    return logging.NullHandler()


def loopback(host: str) -> str:
    """The address to listen on. Raises CommandError where it is not this machine's own."""
    try:
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return "127.0.0.1" if host == "localhost" else host
    except ValueError:
        pass
    raise CommandError(
        f"{host} can be reached from outside, and who reaches the app can do what you can; "
        "serve on 127.0.0.1, and use an ssh tunnel from elsewhere"
    )


def listen(host: str, port: int | None) -> socket.socket:
    """A listening socket: on ``port``, or else on the usual one if it is free. Raises CommandError."""
    try:
        return _listening(host, PORT if port is None else port)
    except OSError as error:
        if port is not None:
            why = os.strerror(error.errno or 0).lower()
            raise CommandError(f"port {port}: {why}; without --port a free one is taken") from None
    try:
        return _listening(host, 0)
    except OSError as error:
        raise CommandError(f"cannot listen on {host}: {os.strerror(error.errno or 0).lower()}") from None


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


async def _serve(listening: socket.socket, python: str | None) -> None:
    from aiohttp import web

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # -P: the folder we were started in is not searched for modules
    command = [sys.executable, "-P", "-m", "interviewer", *(["--python", python] if python else [])]
    server = Server(command)
    runner = web.AppRunner(server.web_app(), access_log=None, handle_signals=False, shutdown_timeout=LEAVE_S)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        host, port = listening.getsockname()[:2]
        print(f"http://{f'[{host}]' if ':' in host else host}:{port}/{server.secret}/", flush=True)
        print(
            "Open this address in a browser; who has it can do what you can. From another machine, first:\n"
            f"  ssh -N -L {port}:{host}:{port} {socket.gethostname()}\nCtrl+C ends it.",
            file=sys.stderr,
            flush=True,
        )
        await stop.wait()
    finally:
        await server.close()
        await runner.cleanup()


class Server:
    """The pages that are open, and an app for each."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self.secret = secrets.token_urlsafe(16)
        self._pages: set[web.WebSocketResponse] = set()
        self._leaving: set[asyncio.Task[None]] = set()

    def web_app(self) -> web.Application:
        from aiohttp import web

        @web.middleware
        async def only_for_us(request: web.Request, handler: Any) -> web.StreamResponse:
            self._refuse_others(request)
            return await handler(request)

        app = web.Application(middlewares=[only_for_us])
        app.add_routes(
            [
                web.get("/{secret}", self._whole),
                web.get("/{secret}/", self._page),
                web.get("/{secret}/ws", self._socket),
                web.get("/{secret}/static/{name}", self._static),
            ]
        )
        return app

    async def close(self) -> None:
        """Close every page, and return when the apps have left."""
        while self._leaving or self._pages:
            await asyncio.gather(*(page.close(code=1001) for page in self._pages))
            await asyncio.sleep(0.02)

    # ------------------------------------------------------------------ who may come in

    def _refuse_others(self, request: web.Request) -> None:
        """Raise an HTTP error for a request that is not from a page of ours."""
        from aiohttp import web

        origin = request.headers.get("Origin")
        foreign = origin not in (None, f"http://{request.host}")
        unsaid = origin is None and request.path.endswith("/ws")  # a browser says it for every WebSocket
        if not names_this_machine(request.host):
            raise web.HTTPForbidden(
                text="interviewer answers to the address that it printed, and no other.\n"
            )
        if foreign or unsaid:
            raise web.HTTPForbidden(text="interviewer answers to its own pages, and no other's.\n")
        if not secrets.compare_digest(request.path.split("/")[1].encode(), self.secret.encode()):
            raise web.HTTPNotFound(text="Open the whole address that `interviewer serve` printed.\n")

    # ------------------------------------------------------------------ what a page gets

    async def _whole(self, request: web.Request) -> web.Response:
        from aiohttp import web

        raise web.HTTPFound(f"{request.path}/")

    async def _page(self, request: web.Request) -> web.Response:
        from aiohttp import web

        asked = request.query.get("fontsize", "")[:3]
        nonce, (background, foreground) = secrets.token_urlsafe(16), await asyncio.to_thread(colours)
        text = (resources.files(__package__) / "serve.html").read_text(encoding="utf-8")
        page = Template(text).substitute(
            nonce=nonce,
            background=background,
            foreground=foreground,
            font_size=min(max(int(asked), 8), 40) if asked.isdecimal() else 16,
        )
        policy = (
            f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
            f"font-src 'self'; img-src data:; connect-src 'self' ws://{request.host}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        headers = {
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",  # a link out of the app must not carry the secret
            "Cache-Control": "no-store",
        }
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def _static(self, request: web.Request) -> web.StreamResponse:
        from aiohttp import web

        name = STATIC.get(request.match_info["name"])
        if name is None:
            raise web.HTTPNotFound
        return web.FileResponse(str(resources.files("textual_serve") / "static" / name))

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        """Join a page to an app of its own, until one of the two leaves."""
        from aiohttp import WSMsgType, web

        page = web.WebSocketResponse(timeout=2, heartbeat=15, compress=False, max_msg_size=PASTE_BYTES)
        await page.prepare(request)
        self._pages.add(page)
        try:
            if self._leaving:  # a page that was loaded again: its first app still holds the history
                await asyncio.wait(self._leaving)
            app = await Served.start(
                self._command, size(request.query.get("width"), request.query.get("height"))
            )
            painting = asyncio.create_task(app.paint(page))
            try:
                async for message in page:
                    if message.type is WSMsgType.TEXT:
                        await app.tell(json.loads(message.data), page)
            except (ValueError, TypeError, LookupError, AttributeError):  # no page of ours says such things
                await page.close(code=1002)
            except TimeoutError:  # the app takes nothing in any more
                await page.close(code=1011)
            finally:
                leaving = asyncio.create_task(app.leave(painting))
                self._leaving.add(leaving)
                leaving.add_done_callback(self._leaving.discard)
                await asyncio.shield(leaving)
        finally:
            self._pages.discard(page)
        return page


class Served:
    """One app process, and the packets of Textual's web driver: D data, M a JSON object, to and fro."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._said: deque[bytes] = deque(maxlen=16)

    @classmethod
    async def start(cls, command: list[str], size: tuple[int, int]) -> Served:
        environment = {
            **os.environ,
            "TEXTUAL_DRIVER": "interviewer.tui.served:ServedDriver",
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "COLUMNS": str(size[0]),
            "ROWS": str(size[1]),
        }
        # a session of its own: Ctrl+C is for us, and the app is then asked to leave
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        return cls(process)

    async def paint(self, page: web.WebSocketResponse) -> None:
        """Carry to the page what the app paints, to the app's end; read on where the page is gone."""
        stdout, stderr = self._process.stdout, self._process.stderr
        assert stdout is not None and stderr is not None
        listening = asyncio.create_task(self._listen(stderr))
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await stdout.readuntil(b"__GANGLION__\n")
            while True:
                head = await stdout.readexactly(5)
                payload = await stdout.readexactly(int.from_bytes(head[1:], "big"))
                with contextlib.suppress(ConnectionError):
                    if head[:1] == b"D":
                        await page.send_bytes(payload)
                    elif head[:1] == b"M":
                        await self._meta(json.loads(payload), page)
        await asyncio.wait({listening}, timeout=0.5)  # a process that the app has left may hold it open
        listening.cancel()
        with contextlib.suppress(ConnectionError):
            await page.send_json(["ended", self._why()])
        await page.close()

    async def _listen(self, stderr: asyncio.StreamReader) -> None:
        while data := await stderr.read(CHUNK):
            self._said.append(data)

    def _why(self) -> str:
        """Why it has ended, in a sentence, for the page and for whoever serves; more of it is logged."""
        said = b"".join(self._said).decode(errors="replace").strip()
        if not said:
            return "The app has ended."
        _, ours, sentence = said.rpartition("interviewer: ")
        if not ours:
            log.error("An app that was served ended with:\n%s", said)
            sentence = said.splitlines()[-1]
        why = f"The app has ended: {' '.join(sentence.split())}"
        print(why, file=sys.stderr, flush=True)
        return why

    async def _meta(self, meta: dict[str, Any], page: web.WebSocketResponse) -> None:
        if meta.get("type") == "open_url":
            await page.send_json(["open_url", {"url": meta["url"], "new_tab": meta["new_tab"]}])

    async def tell(self, message: list[Any], page: web.WebSocketResponse) -> None:
        """Carry to the app what the page says: ``[what]`` or ``[what, data]``."""
        what = message[0]
        if what == "stdin":
            await self._send(b"D", plain(message[1]).encode("utf-8", errors="replace"))
        elif what == "resize":
            width, height = size(message[1]["width"], message[1]["height"])
            await self._send_meta({"type": "resize", "width": width, "height": height})
        elif what in ("focus", "blur"):
            await self._send_meta({"type": what})
        elif what == "ping":
            await page.send_json(["pong", message[1]])

    async def _send_meta(self, meta: dict[str, Any]) -> None:
        await self._send(b"M", json.dumps(meta).encode())

    async def _send(self, kind: bytes, payload: bytes) -> None:
        """Raises TimeoutError where the app does not take it."""
        stdin = self._process.stdin
        assert stdin is not None
        with contextlib.suppress(ConnectionError):  # it has ended, and the page will hear of it
            stdin.write(kind + len(payload).to_bytes(4, "big") + payload)
            await asyncio.wait_for(stdin.drain(), LEAVE_S)

    async def leave(self, painting: asyncio.Task[None]) -> None:
        """Let the app save and leave, and see to it that it does."""
        ended = {painting, asyncio.create_task(self._process.wait())}
        for ask in (self._process.terminate, self._kill):
            with contextlib.suppress(ProcessLookupError):
                ask()
            if not (await asyncio.wait(ended, timeout=LEAVE_S))[1]:
                return
        for task in ended:
            task.cancel()

    def _kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)


def names_this_machine(host: str) -> bool:
    """Whether a ``Host`` header names loopback. Its port may be a tunnel's."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def plain(keys: str) -> str:
    """Escape, and alt with a letter, in the form that needs no waiting for what may follow."""
    if keys == "\x1b":
        return "\x1b[27u"
    if len(keys) == 2 and keys[0] == "\x1b" and keys[1].isprintable() and keys[1] not in "[O":
        return f"\x1b[{ord(keys[1])};3u"
    return keys


def size(width: Any, height: Any) -> tuple[int, int]:
    """Columns and rows that a page asks for, kept to what a screen can have."""
    return min(max(int(width or 80), 1), 1000), min(max(int(height or 24), 1), 500)


def colours() -> tuple[str, str]:
    """Background and foreground of the person's theme, for what the terminal does not cover."""
    from interviewer.compose import read_settings
    from interviewer.tui.theme import DARK, THEMES

    ours = {theme.name: (theme.background, theme.foreground) for theme in THEMES}
    return ours.get(read_settings()[0].theme) or ours[DARK]
