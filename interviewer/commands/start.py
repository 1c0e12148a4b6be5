"""``interviewer`` and ``interviewer start``."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from interviewer.commands import CommandError, suggest
from interviewer.compose import Preferences, find_profile, open_desk, read_settings, role_words

if TYPE_CHECKING:
    from interviewer.conductor import Desk
    from interviewer.core.model import Plan
    from interviewer.llm.profiles import Profile


def model_profile(
    name: str | None = None, *, offline: bool = False, persona: str | None = None
) -> Profile | None:
    """The profile to sit with; None: offline. Raises CommandError."""
    from interviewer.llm.profiles import ProfileError

    if offline and name:
        raise CommandError("--offline uses no model, and --profile names one; give one of the two")
    try:
        profile = None if offline else find_profile(name)
    except ProfileError as error:
        raise CommandError(str(error)) from None
    if persona is not None and profile is None:
        raise CommandError("--persona is how a model speaks; name one with --profile")
    if profile is not None and (persona := persona or read_settings()[0].persona):
        profile = replace(profile, persona=persona)  # type: ignore[arg-type]
    return profile


def open_app(
    *, python: str | None = None, begin: Any = None, model: Callable[[], Profile | None] = model_profile
) -> int:
    """The TUI; ``begin`` is what to open with, the home screen without.

    ``model`` is asked again when a setting has changed.
    """
    served = "TEXTUAL_DRIVER" in os.environ  # what paints is not a terminal, as under `interviewer serve`
    if not served and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError("the app needs a terminal; for pipes and scripts use `interviewer start --plain`")
    from interviewer.tui.app import InterviewerApp

    settings, problems = read_settings()
    model()  # what is wrong with it is said before the screen is taken
    app = InterviewerApp(
        lambda: open_desk(python, profile=model()),
        begin=begin,
        settings=settings,
        problems=problems,
        preferences=Preferences(),
    )
    app.run()
    return app.return_code or 0


def start(
    *,
    plan: str | None,
    stage: str | None,
    topic: str | None,
    questions: tuple[str, ...],
    practice: bool,
    offline: bool,
    plain: bool,
    seed: int | None,
    resume: str | None,
    yes: bool,
    python: str | None,
    profile: str | None = None,
    persona: str | None = None,
    role: str | None = None,
) -> int:
    """Exit status 0 when the interview was sat or can be taken up again."""

    def model() -> Profile | None:
        return model_profile(profile, offline=offline, persona=persona)

    def begin(desk: Desk) -> dict[str, Any]:
        """What to open with: {"resume": session}, or the arguments of ``Conductor.start``."""
        if resume is not None:
            return {"resume": unfinished(desk, resume)}
        chosen = choice(
            desk, plan=plan, stage=stage, topic=topic, questions=questions, practice=practice, seed=seed
        )
        chosen["choose"]["role"] = role_text(read_settings()[0].role if role is None else role)
        return chosen

    if not plain:
        return open_app(python=python, begin=begin, model=model)
    return asyncio.run(_plain(python, begin, model()))


async def _plain(python: str | None, begin: Any, profile: Profile | None) -> int:
    from interviewer.plain.lines import LineReader
    from interviewer.plain.session import Plain

    desk = await asyncio.to_thread(open_desk, python, profile=profile)
    try:
        if notice := getattr(desk.store, "notice", None):
            print(notice, file=sys.stderr)
        sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
        client = Plain(desk, LineReader(sys.stdin), sys.stdout, sys.stderr)
        what = begin(desk)
        try:
            if "resume" in what:
                await client.take_up(what["resume"])
            else:
                await client.start(what.pop("plan"), **what)
        except ValueError as error:
            raise CommandError(str(error)) from None
    finally:
        await desk.close()
    return 0


def choice(
    desk: Desk,
    *,
    plan: str | None,
    stage: str | None,
    topic: str | None,
    questions: tuple[str, ...],
    practice: bool,
    seed: int | None,
) -> dict[str, Any]:
    """Check what was asked for; the arguments of ``Conductor.start``. Raises CommandError."""
    from interviewer.core.model import STAGES
    from interviewer.core.planning import ad_hoc_plan

    entries, plans = desk.catalog.index(), desk.catalog.plans()
    for question in questions:
        if question not in entries:
            raise CommandError(f"there is no question {question!r}; {suggest(question, entries)}")
    if plan is not None and plan not in plans:
        raise CommandError(f"there is no plan {plan!r}; {suggest(plan, plans)}")
    if stage is not None and stage not in STAGES:
        raise CommandError(f"there is no stage {stage!r}; the stages are {', '.join(STAGES)}")
    if topic is not None and not any(topic in e.topics for e in entries.values()):
        topics = sorted({t for e in entries.values() for t in e.topics})
        raise CommandError(f"there is no topic {topic!r}; {suggest(topic, topics)}")
    chosen: Plan = ad_hoc_plan(questions, entries) if questions else plans[plan or "full"]
    history = desk.store.past(desk.clock.now()) if seed is None else None
    return {
        "plan": chosen,
        "mode": "practice" if practice else "mock",
        "seed": secrets.randbelow(2**31) if seed is None else seed,
        "choose": {"stage": stage, "topic": topic, "history": history},
    }


def role_text(role: str) -> str:
    """A job description: of a file, if there is one of that name, else as given. Raises CommandError."""
    try:
        return role_words(role)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            f"cannot read {role} ({error}); name a file of UTF-8 text, or give its words"
        ) from None


def unfinished(desk: Desk, session: str) -> str:
    """The session to go on with: the one named, or the last unfinished one."""
    known = desk.store.sessions()
    if session:
        found = next((s for s in known if s.id == session), None)
        if found is None:
            raise CommandError(f"there is no session {session!r}; {suggest(session, [s.id for s in known])}")
        if found.ended:
            raise CommandError(
                f"session {session} has ended; read it with `interviewer sessions show {session}`"
            )
        return session
    open_ones = [s for s in known if not s.ended and not s.example]
    if not open_ones:
        raise CommandError("there is no unfinished interview; `interviewer start` begins one")
    return open_ones[0].id
