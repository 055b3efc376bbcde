"""What is said of a database that is away, is not there, refuses the account, or has no tables."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler

from config.database import explain_database, explain_missing_migrations, explain_unreachable
from config.private_services import run_services
from tests.processes import find_free_port


def make_connection(engine: str, **where: str) -> BaseDatabaseWrapper:
    options = {"ENGINE": f"django.db.backends.{engine}", "PASSWORD": "a-secret", **where}
    handler = ConnectionHandler({"default": options})
    found: BaseDatabaseWrapper = handler["default"]
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    """Where a real PostgreSQL answers."""
    with run_services({"REDIS_URL": "not needed"}, is_durable=False) as variables:
        yield {"HOST": variables["DB_HOST"], "PORT": variables["DB_PORT"], "USER": variables["DB_USER"]}


def test_a_database_that_is_not_there_is_named_with_what_to_do(server: dict[str, str]) -> None:
    assert explain_unreachable(make_connection("postgresql", NAME="nosuch", **server)).splitlines() == [
        f'Cannot use the database "nosuch" (host {server["HOST"]}, port 5432, user "interviewbot").',
        'PostgreSQL: FATAL:  database "nosuch" does not exist.',
        "Create it (createdb nosuch), or set DB_NAME, DB_HOST, DB_PORT, DB_USER and DB_PASSWORD to one that exists.",
    ]


def test_an_account_that_is_not_there_is_another_matter(server: dict[str, str]) -> None:
    text = explain_unreachable(make_connection("postgresql", NAME="interviewbot", **{**server, "USER": "who"}))

    assert text.splitlines()[1:] == [
        'PostgreSQL: FATAL:  role "who" does not exist.',
        "Set DB_USER and DB_PASSWORD to an account that may use it.",
    ]


def test_a_database_that_answers_is_nothing_to_speak_of(server: dict[str, str]) -> None:
    assert explain_unreachable(make_connection("postgresql", NAME="interviewbot", **server)) == ""


def test_a_server_that_is_away_is_named_without_the_password() -> None:
    port = str(find_free_port())
    text = explain_unreachable(make_connection("postgresql", NAME="ours", HOST="127.0.0.1", PORT=port, USER="me"))

    assert text.splitlines() == [
        f'Cannot use the database "ours" (host 127.0.0.1, port {port}, user "me").',
        "PostgreSQL: Connection refused.",
        (
            "Start PostgreSQL there and see that the database exists, "
            "or set DB_NAME, DB_HOST, DB_PORT, DB_USER and DB_PASSWORD to another one."
        ),
    ]


@pytest.mark.django_db
def test_a_file_that_cannot_be_opened_is_named() -> None:
    assert explain_unreachable(make_connection("sqlite3", NAME="/proc/nosuch/a.sqlite3")) == (
        "The database /proc/nosuch/a.sqlite3 cannot be opened: unable to open database file.\n"
        "It lies in VAR_DIR: see that this folder may be written to, or set VAR_DIR to another."
    )


@pytest.mark.django_db
def test_a_database_without_tables_is_told_from_one_that_lacks_some() -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty = make_connection("sqlite3", NAME=str(Path(folder) / "new.sqlite3"))
        text = explain_missing_migrations(empty)
        empty.close()

        assert text == f"The database {folder}/new.sqlite3 has no tables yet. Run: python manage.py migrate"


@pytest.mark.django_db
def test_a_migration_that_is_missing_is_counted() -> None:
    name = connection.settings_dict["NAME"]
    assert explain_database() == ""
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")

    assert explain_database() == f"The database {name} lacks 1 migration. Run: python manage.py migrate"
