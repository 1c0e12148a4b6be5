"""A real Chromium for tests, driven by its DevTools protocol over aiohttp, which `serve` brings along."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
    "--window-size=1280,800",
]

#: Catches textual-serve's terminal as it is made: the page itself gives it no name.
CATCH = """
Object.defineProperty(Object.prototype, "websocket_url", {
  configurable: true,
  set(address) {
    Object.defineProperty(this, "websocket_url", { value: address, writable: true });
    window.caught = this;
  },
});
"""

SCREEN = """
(() => {
  const buffer = window.caught?.terminal.buffer.active;
  return buffer ? Array.from({ length: window.caught.terminal.rows },
    (_, row) => buffer.getLine(row)?.translateToString(true) ?? "").join("\\n") : "";
})()
"""

#: Keys by tmux's names, so that one candidate can sit in a terminal and in a browser.
KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Escape": ("Escape", 27, ""),
    "Down": ("ArrowDown", 40, ""),
    **{f"F{n}": (f"F{n}", 111 + n, "") for n in range(1, 13)},
}


class Chromium:
    """``async with Chromium(folder, *flags) as browser``; ``await browser.open(address)`` gives a page."""

    def __init__(self, folder: Path, *flags: str) -> None:
        self._folder, self._flags = folder, flags

    async def __aenter__(self) -> Chromium:
        program = shutil.which("chromium")
        assert program, "no chromium"
        self._process = subprocess.Popen(
            [program, *FLAGS, *self._flags, f"--user-data-dir={self._folder}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._web = ClientSession()
        said = self._folder / "DevToolsActivePort"
        end = time.monotonic() + 30
        while not (said.exists() and said.read_text().strip()):
            assert time.monotonic() < end and self._process.poll() is None, "chromium did not start"
            await asyncio.sleep(0.05)
        self._at = f"http://127.0.0.1:{said.read_text().split()[0]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._web.close()
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, 20)

    async def open(self, address: str) -> Page:
        """A page in a tab of its own, at ``address``."""
        async with self._web.put(f"{self._at}/json/new?about:blank") as answer:
            tab = await answer.json()
        page = Page(await self._web.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0))
        for domain in ("Page", "Network", "Runtime"):
            await page.call(f"{domain}.enable")
        await page.call("Page.addScriptToEvaluateOnNewDocument", source=CATCH)
        await page.call("Page.navigate", url=address)
        return page


class Page:
    """One tab. ``requested`` is every address it has asked for, ``errors`` what its scripts complained of."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket, self._numbers = socket, itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.requested: list[str] = []
        self.errors: list[str] = []
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for message in self._socket:
            said = message.json()
            if "id" in said:
                self._waiting.pop(said["id"]).set_result(said)
                continue
            match said["method"]:
                case "Network.requestWillBeSent":
                    self.requested.append(said["params"]["request"]["url"])
                case "Network.webSocketCreated":
                    self.requested.append(said["params"]["url"])
                case "Runtime.exceptionThrown":
                    self.errors.append(str(said["params"]["exceptionDetails"]))

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the DevTools protocol, and its result."""
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        said = await asyncio.wait_for(self._waiting[number], 30)
        assert "error" not in said, (method, said["error"])
        return said["result"]

    async def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression; of a promise, what it comes to."""
        done = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    async def screen(self) -> str:
        """What the terminal in the page shows, line by line."""
        return await self.evaluate(SCREEN)

    async def wait_for(self, text: str, seconds: float = 30.0) -> str:
        """The screen once it shows ``text``; fails with what it showed instead."""
        end = time.monotonic() + seconds
        while text not in (shown := await self.screen()):
            assert time.monotonic() < end, f"{text!r} did not appear within {seconds} s; the screen:\n{shown}"
            await asyncio.sleep(0.05)
        return shown

    async def type(self, text: str) -> None:
        """Type characters, one key each."""
        for char in text:
            await self.call("Input.dispatchKeyEvent", type="char", text=char)

    async def press(self, key: str, *, ctrl: bool = False, alt: bool = False, command: str = "") -> None:
        """Press a key: of KEYS, or a letter; ``command`` is what the browser does if the page lets it."""
        name, code, text = KEYS.get(key) or (key, ord(key.upper()), "" if ctrl or alt else key)
        how = {
            "key": name,
            "code": name if key in KEYS else f"Key{key.upper()}",
            "windowsVirtualKeyCode": code,
            "modifiers": alt * 1 + ctrl * 2,
        }
        more = {**({"text": text} if text else {}), **({"commands": [command]} if command else {})}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **more, **how)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **how)

    async def paste(self, text: str) -> None:
        """Have ``text`` on the clipboard, and press ctrl+v."""
        await self.call(
            "Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
        )
        await self.evaluate(f"navigator.clipboard.writeText({json.dumps(text)})")
        await self.press("v", ctrl=True, command="paste")

    async def picture(self, path: Path) -> None:
        """Keep what the page looks like, as PNG."""
        shot = await self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))

    async def reload(self) -> None:
        await self.call("Page.reload")
