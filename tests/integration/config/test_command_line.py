"""`manage.py` as a newcomer meets it: no database, no tables, a folder that cannot be, Ctrl-C. Real processes."""

import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.live_site import ROOT, make_environment
from tests.processes import Processes, find_free_port, wait_until

MANAGE = [sys.executable, "manage.py"]
NO_INTERVIEW = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"


def run(command: list[str], environment: Mapping[str, str]) -> tuple[int, str, str]:
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", ["seed_demo", "create_roles", f"scorecard {NO_INTERVIEW}"])
def test_a_database_without_tables_is_one_sentence(tmp_path: Path, command: str) -> None:
    environment = make_environment("embedded", tmp_path, {})

    assert run([*MANAGE, *command.split()], environment) == (
        1,
        "",
        f"The database {tmp_path}/interviewbot.sqlite3 has no tables yet. Run: python manage.py migrate\n",
    )


@pytest.mark.parametrize("command", ["migrate", "create_roles"])
def test_a_server_that_is_away_is_three_lines(tmp_path: Path, command: str) -> None:
    port = str(find_free_port())
    away = {"DB_NAME": "ours", "DB_HOST": "127.0.0.1", "DB_PORT": port, "DB_PASSWORD": "a-secret"}
    status, _, said = run([*MANAGE, command], make_environment("full", tmp_path, away))

    assert (status, said.splitlines()[:2]) == (
        1,
        [
            f'Cannot use the database "ours" (host 127.0.0.1, port {port}, user "interviewbot").',
            "PostgreSQL: Connection refused.",
        ],
    )
    assert len(said.splitlines()) == 3


def test_the_trace_can_be_had(tmp_path: Path) -> None:
    status, _, said = run([*MANAGE, "create_roles", "--traceback"], make_environment("embedded", tmp_path, {}))

    assert (status, said.startswith("Traceback"), "no such table" in said) == (1, True, True)


@pytest.mark.parametrize(
    "command", [[*MANAGE, "migrate"], [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", "0"]]
)
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("VAR_DIR", "/proc/nosuch", "VAR_DIR is '/proc/nosuch', which cannot be made: No such file or directory."),
        ("STACK", "foo", "STACK is 'foo'. It must be one of: embedded, full."),
    ],
)
def test_a_setting_that_makes_no_sense_is_one_line(
    tmp_path: Path, command: list[str], name: str, value: str, sentence: str
) -> None:
    status, _, said = run(command, {**make_environment("embedded", tmp_path, {}), name: value})

    assert (status, len(said.splitlines())) == (1, 1)
    assert said.startswith(sentence)


def test_ctrl_c_ends_a_command_without_a_word(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    command = [*MANAGE, "interview_robot", f"http://127.0.0.1:{find_free_port()}/i/secret/"]
    # Who runs the tests in the background has it ignored, and children inherit that: a handler is not inherited.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        robot = processes.start("robot", command, make_environment("embedded", tmp_path, {}), cwd=ROOT)
        wait_until("it has tried", lambda: "Cannot connect" in robot.log.read_text(), seconds=60)
        robot.process.send_signal(signal.SIGINT)

        assert robot.process.wait(timeout=30) == 130
        assert {line.split()[0] for line in robot.log.read_text().splitlines()} == {"link"}
    finally:
        signal.signal(signal.SIGINT, before)
        processes.end_all()
