"""The command line. Thin: options in, a command module called, exit codes out.

stdout is data, stderr is narration. Exit 0 when it did what was asked, 1 for a negative verdict of
``run`` or ``check``, 2 for a usage, input or machine error, with one line and never a traceback.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from interviewer import __version__


class Group(click.Group):
    """Turns what can go wrong into one line on stderr and exit 2."""

    def invoke(self, ctx: click.Context) -> Any:
        from interviewer.commands import CommandError
        from interviewer.core.ports import StoreError

        try:
            return super().invoke(ctx)
        except (CommandError, StoreError) as error:
            click.echo(f"interviewer: {error}", err=True)
            ctx.exit(2)
        except BrokenPipeError:  # the reader of our output has gone
            sys.stderr.close()
            ctx.exit(0)
        except KeyboardInterrupt:
            ctx.exit(130)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as error:  # a fault of ours: one line for the person, the rest in a file
            click.echo(f"interviewer: {_our_fault(error)}", err=True)
            ctx.exit(2)


def _our_fault(error: Exception) -> str:
    """Keep the traceback in the home's ``faults.log``; the sentence that says so."""
    import traceback

    from interviewer.compose import home

    kind = type(error).__name__
    try:
        path = home() / "faults.log"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"interviewer {__version__}\n{traceback.format_exc()}\n")
    except OSError:
        return f"something went wrong that should not have ({kind}: {error})"
    return f"something went wrong that should not have ({kind}); please report it with the end of {path}"


CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=Group, context_settings=CONTEXT, invoke_without_command=True)
@click.version_option(__version__, prog_name="interviewer")
@click.option("--python", envvar="INTERVIEWER_PYTHON", help="Interpreter with torch, for the exercises.")
@click.pass_context
def main(ctx: click.Context, python: str | None) -> None:
    """A mock interviewer for deep-learning roles. Without a command: the app's home screen.

    For screen readers, pipes and scripts: `interviewer start --plain`.
    """
    ctx.ensure_object(dict)["python"] = python
    if ctx.invoked_subcommand is None:
        from interviewer.commands.start import open_app

        open_app(python=python)


python_option = click.option(
    "--python", envvar="INTERVIEWER_PYTHON", help="Interpreter with torch, for the exercises."
)
profile_option = click.option(
    "--profile",
    metavar="NAME[:MODEL]",
    help="The model: a profile of yours, or openai:MODEL, ollama:MODEL, …",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Data for scripts, on stdout.")


@main.command()
@click.option("--plan", default=None, help="full, quick, theory, coding, scenarios, final-week, or your own.")
@click.option("--stage", help="Only this stage of the plan.")
@click.option("--topic", help="Only questions on this topic.")
@click.option("--role", metavar="FILE|WORDS", help="A job description: what it mentions is asked first.")
@click.option("--question", "questions", multiple=True, help="Exactly this question or exercise; repeatable.")
@click.option("--practice", is_flag=True, help="Grades and model answers after each answer, not at the end.")
@click.option("--offline", is_flag=True, help="Use no model, only the rubrics.")
@profile_option
@click.option("--persona", type=click.Choice(["warm", "neutral", "exacting"]), help="How the model speaks.")
@click.option("--plain", is_flag=True, help="Line by line on stdin and stdout; good for screen readers.")
@click.option("--seed", type=int, help="Fixes the choice of questions, and ignores history.")
@click.option(
    "--resume",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[SESSION]",
    help="Go on: the last unfinished interview, or the one named.",
)
@click.option("--yes", is_flag=True, help="Ask nothing.")
@python_option
def start(**options: Any) -> None:
    """Sit an interview."""
    from interviewer.commands.start import start as run

    sys.exit(run(**options))


@main.command()
@click.argument("question", required=False)
@click.argument("file", required=False, default="-")
@click.option("--batch", type=click.Path(), help="JSON Lines of {question_id, answer, …}, or - for stdin.")
@click.option("--pack", type=click.Path(), help="A question file of your own.")
@click.option("--explain", is_flag=True, help="The whole reasoning: what was read, found, added up.")
@json_option
def grade(**options: Any) -> None:
    """Grade an answer to QUESTION, from FILE or standard input."""
    from interviewer.commands.grade import grade as run

    sys.exit(run(**options))


@main.command()
@click.argument("exercise")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option("--no-perf", is_flag=True, help="Check only; measure no speed.")
@click.option("--compile", "compiled", is_flag=True, help="Compare the speed with torch.compile too.")
@click.option("--unsandboxed", is_flag=True, help="Run even where nothing contains the code.")
@click.option("--yes", is_flag=True, help="Ask nothing: trust a foreign pack's own checking code.")
@python_option
@json_option
def run(**options: Any) -> None:
    """Run FILE… against the hidden checks of EXERCISE (an id, or a pack's folder)."""
    from interviewer.commands.run import run as go

    sys.exit(go(**options))


@main.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…")
@click.option("--static", is_flag=True, help="Read the packs only; run no exercise.")
@click.option(
    "--quick", is_flag=True, help="Run each solution once, also where 20 times are needed for proof."
)
@click.option("--yes", is_flag=True, help="Ask nothing: trust a foreign pack's own checking code.")
@python_option
@json_option
def check(**options: Any) -> None:
    """Validate packs, and prove exercises: every problem as path:line:column."""
    from interviewer.commands.check import check as go

    sys.exit(go(**options))


@main.command()
@profile_option
@python_option
@json_option
def doctor(**options: Any) -> None:
    """What works on this machine, and what to do about the rest; with --profile, of a model too."""
    from interviewer.commands.doctor import doctor as go

    sys.exit(go(**options))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address of this machine.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="By default 8000, or a free one where that is taken."
)
@python_option
def serve(**options: Any) -> None:
    """The app in a browser on this machine; from another one, through an ssh tunnel."""
    from interviewer.commands.serve import serve as go

    sys.exit(go(**options))


@main.group()
def sessions() -> None:
    """Past interviews: list, show, search, export, import, regrade, delete."""


@sessions.command("list")
@json_option
def sessions_list(as_json: bool) -> None:
    """All interviews, the newest first."""
    from interviewer.commands import sessions as go

    go.list_(as_json)


@sessions.command("show")
@click.argument("session")
@json_option
def sessions_show(session: str, as_json: bool) -> None:
    """The report and the transcript of one interview."""
    from interviewer.commands import sessions as go

    go.show(session, as_json)


@sessions.command("search")
@click.argument("words", nargs=-1, required=True)
@json_option
def sessions_search(words: tuple[str, ...], as_json: bool) -> None:
    """Where WORDS were said."""
    from interviewer.commands import sessions as go

    go.search(" ".join(words), as_json)


@sessions.command("export")
@click.argument("session")
@click.argument("file", default="-")
@click.option(
    "--markdown", "form", flag_value="markdown", help="Report and transcript, to read (the default)."
)
@click.option("--json", "form", flag_value="json", help="The whole event list, to import elsewhere.")
def sessions_export(session: str, file: str, form: str | None) -> None:
    """Write one interview to FILE, or to stdout."""
    from interviewer.commands import sessions as go

    go.export(session, file, form)


@sessions.command("import")
@click.argument("file")
def sessions_import(file: str) -> None:
    """Take in an interview that was exported as JSON."""
    from interviewer.commands import sessions as go

    go.import_(file)


@sessions.command("regrade")
@click.argument("session")
@profile_option
@click.option("--offline", is_flag=True, help="With the offline rubric, even where a profile is set.")
@click.option("--question", "questions", multiple=True, help="Only the answer to this one; repeatable.")
@click.option("--new-rubrics", is_flag=True, help="By the rubrics as they are now, not as they were asked.")
@click.option(
    "--contest", metavar="WHY", help="Dispute the grade: a second reading, told where to look twice."
)
@json_option
def sessions_regrade(**options: Any) -> None:
    """Grade an interview again, and show what changes. Earlier grades are kept."""
    from interviewer.commands import regrade as go

    go.regrade(**options)


@sessions.command("delete")
@click.argument("session")
@click.option("--yes", is_flag=True, help="Do not ask.")
def sessions_delete(session: str, yes: bool) -> None:
    """Delete one interview for good, after asking."""
    from interviewer.commands import sessions as go

    go.delete(session, yes)


if __name__ == "__main__":
    main()
