"""What only a real terminal shows: signals, another editor, no colour."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from candidate import INTERVIEWER, Stored
from support import gone, wait_until
from terminal import Terminal

from interviewer.core import events as ev

pytestmark = pytest.mark.tmux
QUESTION = ("start", "--question", "gradient-descent", "--seed", "1")


@pytest.fixture
def terminals(home):
    """Open the program in terminals that are closed afterwards."""
    opened = []

    def open_terminal(*arguments, deaf=False, **environment):
        env = {"INTERVIEWER_HOME": str(home), "PYTHONPATH": os.environ.get("PYTHONPATH", ""), **environment}
        opened.append(Terminal([*INTERVIEWER, *arguments], env=env, deaf=deaf))
        return opened[-1]

    yield open_terminal
    for terminal in opened:
        terminal.close()


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM"])
def test_a_closed_terminal_loses_nothing_and_leaves_no_process(terminals, home, name):
    terminal = terminals(*QUESTION)
    terminal.wait_for("What is gradient descent?")
    terminal.type("half an answer")
    terminal.wait_for("half an answer")
    os.kill(terminal.pid, getattr(signal, name))
    wait_until(lambda: gone(terminal.pid) or "exit" in terminal.screen())
    assert Stored(home).draft("answer:gradient-descent") == "half an answer"
    if name == "SIGTERM":
        terminal.wait_for(f"exit {128 + signal.SIGTERM}")


@pytest.mark.parametrize("deaf", [False, True], ids=["and says so", "below a parent that stays"])
def test_a_terminal_that_is_gone_altogether(terminals, home, deaf):
    terminal = terminals(*QUESTION, deaf=deaf)
    terminal.wait_for("What is gradient descent?")
    terminal.type("half an answer")
    terminal.wait_for("half an answer")
    terminal.close()  # the pseudo-terminal itself is gone: every write fails from here on
    wait_until(lambda: gone(terminal.pid))
    assert Stored(home).draft("answer:gradient-descent") == "half an answer"


def unwrapped(screen: str) -> str:
    """What a message says, wherever its lines end."""
    return " ".join(screen.replace("▌", " ").split())


def test_another_editor_and_one_that_fails(terminals, tmp_path):
    script = tmp_path / "editor"
    script.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "text = open(sys.argv[1]).read()\n"
        "if 'fail' in text: sys.exit(3)\n"
        "open(sys.argv[1], 'w').write(text + ' and more')\n"
    )
    script.chmod(0o755)
    terminal = terminals(*QUESTION, VISUAL=str(script))
    terminal.wait_for("What is gradient descent?")
    terminal.type("an answer")
    terminal.keys("C-o")
    terminal.wait_for("an answer and more")
    terminal.type(" fail")
    terminal.wait_for("and more fail")
    terminal.keys("C-o")
    wait_until(lambda: "ended with status 3; nothing was changed" in unwrapped(terminal.screen()))
    terminal.type(" on")
    terminal.wait_for("and more fail on")


def test_an_editor_that_cannot_be_started_gives_the_screen_back(terminals):
    terminal = terminals(*QUESTION, VISUAL="/no/such/editor")
    terminal.wait_for("What is gradient descent?")
    terminal.type("kept")
    terminal.keys("C-o")
    terminal.wait_for("EDITOR to your editor")
    terminal.type(" on")
    terminal.wait_for("kept on")


def test_a_key_with_alt_does_what_it_is_for_and_types_nothing(terminals):
    terminal = terminals(*QUESTION)
    terminal.wait_for("What is gradient descent?")
    terminal.type("kept")
    terminal.wait_for("kept")
    terminal.keys("M-r")
    wait_until(lambda: terminal.screen().count("What is gradient descent?") == 2)  # there is no model to ask
    terminal.type(" on")
    terminal.wait_for("kept on")


def test_stopped_and_continued(terminals):
    terminal = terminals(*QUESTION)
    terminal.wait_for("What is gradient descent?")
    terminal.type("before")
    terminal.wait_for("before")
    os.kill(terminal.pid, signal.SIGTSTP)
    wait_until(lambda: Path(f"/proc/{terminal.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.type(" after")
    terminal.wait_for("before after")


def test_without_colour_everything_is_said_by_words_and_shapes(terminals):
    terminal = terminals(*QUESTION, NO_COLOR="1")
    terminal.wait_for("What is gradient descent?")
    codes = re.findall(r"[34]8;5;(\d+)", terminal.screen(colours=True))
    colours = [n for n in map(int, codes) if n not in (0, 7, 8, 15, 16, 231) and not 232 <= n <= 255]
    assert codes and not colours, "greys only"


def test_the_whole_of_a_session_is_left_by_keyboard(terminals, home):
    terminal = terminals(*QUESTION)
    terminal.wait_for("What is gradient descent?")
    terminal.keys("C-l")
    terminal.wait_for("Leave the interview?")
    terminal.keys("e")
    terminal.wait_for("not answered")
    terminal.keys("Escape")
    terminal.wait_for("Full interview")
    terminal.keys("C-q")
    terminal.wait_for("exit 0")
    assert Stored(home).events()[-1].body == ev.Ended("ended_early")


def test_a_terminal_without_colour_mouse_or_unicode(terminals, home):
    terminal = terminals(
        *QUESTION, TERM="vt100", LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    terminal.wait_for("What is gradient descent?")
    terminal.type("It steps down")
    terminal.keys("Enter")
    terminal.wait_for("It steps down")
    terminal.keys("C-q")
    terminal.wait_for("exit 0")
    assert "It steps down" in str(Stored(home).events())


def test_a_second_copy_in_another_terminal_says_so_and_reads(terminals):
    first = terminals(*QUESTION)
    first.wait_for("What is gradient descent?")
    second = terminals()
    second.wait_for("Read only")
    second.keys("h")
    second.wait_for("3 interviews")  # the list is there, and has the focus
    second.keys("Enter")
    second.wait_for("Report:")
    first.type("undisturbed")
    first.wait_for("undisturbed")
