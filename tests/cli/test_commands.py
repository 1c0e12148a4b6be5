"""The command line as scripts meet it: data on stdout, one clear line on stderr, exit codes."""

import json
import os
import subprocess
import sys

import pytest

RIGHT = (
    "It is an iterative method that minimises a loss function by changing the weights a little at a time. "
    "Each step goes against the gradient, because the gradient points where the loss rises fastest. "
    "The learning rate sets the size of the step: too large and it diverges, too small and it crawls."
)


def interviewer(*arguments, home, input=None, **env):
    return subprocess.run(
        [sys.executable, "-m", "interviewer", *map(str, arguments)],
        capture_output=True,
        input=input.encode() if isinstance(input, str) else input,
        env={**os.environ, "INTERVIEWER_HOME": str(home), **env},
        timeout=120,
    )


def test_version_and_help_import_nothing_heavy(home):
    code = (
        "import sys\n"
        "from interviewer.cli import main\n"
        "for args in (['--version'], ['--help'], ['start', '--help']):\n"
        "    try: main(args)\n"
        "    except SystemExit: pass\n"
        "heavy = {'textual', 'torch', 'openai', 'numpy', 'yaml', 'jsonschema', 'sqlite3', 'asyncio'} & set(sys.modules)\n"
        "print('heavy:', heavy or 'none')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "heavy: none" in done.stdout


def test_grading_imports_no_torch_no_screen_and_no_model_client(home):
    code = (
        "import sys, io\n"
        "from interviewer.cli import main\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b'it lowers the loss'))\n"
        "try: main(['grade', 'gradient-descent', '--json'])\n"
        "except SystemExit: pass\n"
        "print('heavy:', {'textual', 'torch', 'openai', 'numpy', 'sqlite3'} & set(sys.modules) or 'none')"
    )
    env = {**os.environ, "INTERVIEWER_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert "heavy: none" in done.stdout


def test_grade_prints_its_contract_with_verbatim_quotes(home):
    done = interviewer("grade", "gradient-descent", "--json", home=home, input=RIGHT)
    assert done.returncode == 0
    grade = json.loads(done.stdout)
    assert set(grade) == {"question_id", "score", "grader", "points", "misconceptions", "flags", "ms"}
    assert grade["score"] > 0.3 and grade["grader"].startswith("rubric@")
    for point in grade["points"]:
        assert set(point) == {"id", "status", "quote", "span", "weight"}
        if point["quote"] is not None:
            start, end = point["span"]
            assert RIGHT[start:end] == point["quote"]
        else:
            assert point["status"] in ("missed", "unverified")


def test_a_file_a_pipe_and_words_for_people(home, tmp_path):
    (tmp_path / "a.txt").write_text(RIGHT)
    done = interviewer("grade", "gradient-descent", tmp_path / "a.txt", home=home)
    assert done.returncode == 0 and "% by rubric@" in done.stdout.decode() and "✓ met" in done.stdout.decode()


def test_batch_keeps_order_foreign_keys_and_bad_lines_in_place(home):
    lines = [
        {"question_id": "gradient-descent", "answer": RIGHT, "student": 7, "score": "theirs"},
        "not json",
        {"question_id": "gradient-decent", "answer": "x", "student": 8},
        {"question_id": "gradient-descent", "answer": 3},
        [1, 2],
        {"question_id": "gradient-descent", "answer": ""},
    ]
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    done = interviewer("grade", "--batch", "-", "--json", home=home, input=text)
    assert done.returncode == 0
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(lines)
    assert rows[0]["student"] == 7 and rows[0]["score"] > 0.3
    for bad in rows[1:5]:
        assert bad["score"] is None and bad["error"]
    assert rows[2]["student"] == 8 and "gradient-descent" in rows[2]["error"]
    assert rows[5]["score"] == 0 and rows[5]["flags"] == ["empty"]


def test_a_pack_with_only_what_is_required(home, tmp_path):
    pack = tmp_path / "mine.yaml"
    pack.write_text(
        "questions:\n"
        "  - id: why-relu\n    stage: basics\n    kind: conceptual\n    prompt: Why ReLU?\n"
        "    points:\n"
        "      - {id: gradient, text: Its gradient does not saturate for positive inputs., weight: 2}\n"
        "      - {id: cheap, text: It is cheap to compute., weight: 1}\n"
    )
    done = interviewer(
        "grade",
        "why-relu",
        "--pack",
        pack,
        "--json",
        home=home,
        input="The gradient does not saturate for positive inputs.",
    )
    assert json.loads(done.stdout)["score"] == pytest.approx(2 / 3, abs=0.2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["grade", "gradient-decent"], "gradient-descent"),
        (["grade"], "name a QUESTION"),
        (["grade", "gradient-descent", "/no/such/file"], "cannot read"),
        (["start", "--plain", "--plan", "fulll"], "full"),
        (["start", "--plain", "--question", "atention"], "attention"),
        (["start", "--plain", "--stage", "middle"], "basics"),
        (["start", "--plain", "--topic", "zzz"], "topic"),
        (["start", "--plain", "--resume"], "no unfinished interview"),
        (["start", "--plain", "--resume", "nope"], "no session"),
        (["start"], "needs a terminal"),
        (["sessions", "show", "nope"], "no session"),
        (["sessions", "delete", "nope"], "no session"),
        (["sessions", "import", "/no/such/file"], "cannot read"),
        (["run", "early-stoping", "x.py"], "early-stopping"),
        (["run", "early-stopping", "/no/such.py"], "cannot read"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_2(home, arguments, says):
    done = interviewer(*arguments, home=home, input="")
    assert done.returncode == 2, done
    lines = done.stderr.decode().strip().splitlines()
    assert len(lines) == 1 and says in lines[0] and done.stdout == b""


def test_a_home_that_cannot_be_written_is_said_before_the_interview(tmp_path):
    (tmp_path / "home").write_text("a file")
    done = interviewer("start", "--plain", "--plan", "quick", home=tmp_path / "home", input="")
    assert done.returncode == 2 and b"INTERVIEWER_HOME" in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "answer",
    [b"", b"\xff\xfe\x00\x01" * 50, b"a" * 1_000_000, b"word " * 200_000, "你好世界。".encode() * 30],
    ids=["empty", "binary", "one-megabyte-word", "a-million-words", "chinese"],
)
def test_odd_answers_are_graded_or_refused_politely(home, answer):
    done = interviewer("grade", "gradient-descent", "--json", home=home, input=answer)
    assert done.returncode == 0 and b"Traceback" not in done.stderr
    grade = json.loads(done.stdout)
    assert not grade["score"] and grade["flags"]


def test_sessions_are_listed_shown_searched_exported_taken_in_and_deleted(home, tmp_path):
    sat = interviewer(
        "start",
        "--plain",
        "--question",
        "gradient-descent",
        "--seed",
        "1",
        home=home,
        input=RIGHT + "\n\n/end\n",
    )
    assert sat.returncode == 0 and b"# Interview report" in sat.stdout
    rows = [
        r for r in json.loads(interviewer("sessions", "list", "--json", home=home).stdout) if not r["example"]
    ]
    assert len(rows) == 1 and rows[0]["ended"]
    session = rows[0]["id"]
    assert session.encode() in interviewer("sessions", "list", home=home).stdout
    assert b"iterative method" in interviewer("sessions", "show", session, home=home).stdout
    assert session.encode() in interviewer("sessions", "search", "diverges", "crawls", home=home).stdout
    out = tmp_path / "s.json"
    assert interviewer("sessions", "export", session, out, home=home).returncode == 0
    other = tmp_path / "other"
    assert interviewer("sessions", "import", out, home=other).stdout.decode().strip() == session
    assert interviewer("sessions", "delete", session, home=home, input="").returncode == 2, (
        "asks, and nobody can answer"
    )
    assert interviewer("sessions", "delete", session, "--yes", home=home).returncode == 0
    assert session.encode() not in interviewer("sessions", "list", home=home).stdout


def test_two_worked_examples_ship(home):
    rows = [
        r for r in json.loads(interviewer("sessions", "list", "--json", home=home).stdout) if r["example"]
    ]
    assert len(rows) >= 2
    for row in rows:
        shown = interviewer("sessions", "show", row["id"], home=home).stdout.decode()
        assert "# Interview report" in shown and "“" in shown


def test_a_second_interview_on_the_same_home_says_so(home):
    first = subprocess.Popen(
        [sys.executable, "-m", "interviewer", "start", "--plain", "--question", "gradient-descent"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "INTERVIEWER_HOME": str(home)},
    )  # fmt: skip
    try:
        while b"answer>" not in first.stderr.readline():
            pass
        second = interviewer("start", "--plain", "--question", "attention", home=home, input="")
        assert second.returncode == 2 and f"process {first.pid}".encode() in second.stderr
    finally:
        first.kill()
        first.wait()
        for stream in (first.stdin, first.stdout, first.stderr):
            stream.close()
