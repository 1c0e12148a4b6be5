"""Driving the real app in tests: on a real store, with a clock that moves only when told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from support import PLAN, small_desk
from textual import events
from textual.pilot import Pilot

from interviewer.core import interview as iv
from interviewer.core.model import Plan, PlanStage
from interviewer.core.settings import Settings
from interviewer.tui.app import InterviewerApp
from interviewer.tui.screens.interview import InterviewScreen
from interviewer.tui.widgets.conversation import Conversation

SMALL, LARGE = (80, 24), (160, 45)
TALK = Plan("talk", "Two questions", 8, PLAN.stages[:2])
CODE = Plan("code", "One exercise", 6, (PlanStage("coding", only=("double",)),))


@asynccontextmanager
async def sitting(
    home: Path,
    clock: Any,
    *,
    plan: Plan | None = None,
    mode: str = "mock",
    resume: str | None = None,
    size: tuple[int, int] = SMALL,
    settings: Settings | None = None,
    open_desk: Callable[[], Any] | None = None,
) -> AsyncIterator[tuple[Pilot, InterviewerApp]]:
    """The app on ``home``: at the home screen, or in an interview that waits for the candidate."""
    how = {"resume": resume} if resume else {"plan": plan, "mode": mode, "seed": 1} if plan else None
    app = InterviewerApp(
        open_desk or (lambda: small_desk(home, clock)),
        begin=(lambda desk: dict(how)) if how else None,
        settings=settings,
    )
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.desk is not None)
        if how:
            await until(pilot, lambda: waits(app))
        else:
            await until(pilot, lambda: app.screen.query_one("#actions").option_count > 2, 60)
        yield pilot, app
        if app.desk is not None and app.is_running:
            for screen in app.screen_stack:
                if hasattr(screen, "put_away"):
                    await screen.put_away()
            await app.desk.close()


async def until(pilot: Pilot, true: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Let the app work until ``true()``; its value."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, f"still {value!r} after {seconds} s on {pilot.app.screen}"
        await pilot.pause()
        await asyncio.sleep(0.01)
    await pilot.pause()
    return value


def waits(app: InterviewerApp, what: type = iv.AwaitAnswer | iv.AwaitCode) -> bool:  # type: ignore[assignment]
    """Whether the interview on screen waits for the candidate."""
    screen = app.screen
    if not isinstance(screen, InterviewScreen) or screen._message_queue.qsize():
        return False
    return isinstance(screen.conductor.move(), what)


async def at_rest(pilot: Pilot, title: str = "", seconds: float = 30.0) -> str:
    """The screen as an SVG of that title, once nothing that could change it is under way.

    Not "once the processor is idle", as ``pilot.pause`` has it: on a busy machine that is also true of an app
    that is waiting for its turn.
    """
    app, end, before = pilot.app, time.monotonic() + seconds, ""
    still = 0
    while still < 3:
        assert time.monotonic() < end, f"{app.screen} has not come to rest: {under_way(app)}"
        await pilot.pause(0.01)
        draw_scrollbars_anew(app)
        picture = app.export_screenshot(title=title)
        still = still + 1 if picture == before and not under_way(app) else 0
        before = picture
    return before


def draw_scrollbars_anew(app: InterviewerApp) -> None:
    """Textual's compositor moves the scrollbar of an anchored view, and leaves it drawn where it was: whether
    another layout draws it again was a matter of luck."""
    for node in app.screen.walk_children():
        if bar := node._vertical_scrollbar:
            bar._set_dirty()


def under_way(app: InterviewerApp) -> list[str]:
    """What has not been carried out yet: messages, workers, layout, Markdown that is still being read."""
    from textual.widgets import Markdown

    screen = app.screen
    nodes = [app, *screen.walk_children(with_self=True)]
    found = [f"messages of {node}" for node in nodes if node._message_queue.qsize()]
    found += [f"worker {worker.name}" for worker in app.workers if not worker.is_finished]
    found += [f"Markdown {node}" for node in screen.query(Markdown) if node.lock.is_locked]
    found += [f"Markdown {n}" for n in screen.query(Markdown) if n.source.strip() and not n.children]
    if screen._layout_required or screen._repaint_required or screen._callbacks or screen._dirty_widgets:
        found.append("a repaint")
    if any(node._layout_required or node._repaint_required for node in nodes[1:]):
        found.append("a repaint of a widget")
    return found


async def do(pilot: Pilot, *keys: str) -> None:
    """Press keys, and wait until the interview has taken in what they asked for."""
    screen = pilot.app.screen
    assert isinstance(screen, InterviewScreen)
    before = screen.conductor.state.last_seq
    await pilot.press(*keys)
    await until(
        pilot,
        lambda: (
            screen.conductor.state.last_seq > before and (waits(pilot.app) or pilot.app.screen is not screen)
        ),
    )


async def say(pilot: Pilot, text: str) -> None:
    """Paste an answer, and send it."""
    paste(pilot.app, text)
    await do(pilot, "enter")


def paste(app: InterviewerApp, text: str) -> None:
    """What a terminal sends when a person pastes."""
    app.post_message(events.Paste(text))


def conversation(app: InterviewerApp) -> str:
    """What stands in the conversation."""
    return text_of(app.screen.query_one(Conversation))


def text_of(widget: Any) -> str:
    """The text that a widget and those in it show."""
    from textual.widgets import Markdown, Static

    parts = []
    for node in [widget, *widget.query("*")]:
        if isinstance(node, Markdown):
            parts.append(node.source)
        elif isinstance(node, Static):
            parts.append(str(node.visual if hasattr(node, "visual") else node.renderable))
    return "\n".join(parts)


def shown(app: InterviewerApp) -> str:
    """Every character on the screen, a line a row."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)
