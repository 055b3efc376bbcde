"""What is in the way of the database, in words: it cannot be reached, or its tables are not there.

Called by config/command_line.py after a command failed, by config/lifespan.py as a server starts, by the embedded
sweeper and by `manage.py doctor`. And `limit_statements`, for whoever must not wait for it.
"""

import contextlib
from collections.abc import Iterator

import psycopg
from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

CONNECT_SECONDS = 5
NAMES = "DB_NAME, DB_HOST, DB_PORT, DB_USER and DB_PASSWORD"


@contextlib.contextmanager
def limit_statements(seconds: float, alias: str = "default") -> Iterator[None]:
    """For reading: PostgreSQL ends each statement of the body that takes longer, with a DatabaseError. SQLite, where
    nothing is waited for but the disk, knows no such limit.
    """
    connection = connections[alias]
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(using=alias):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [round(seconds * 1000)])
        yield


def explain_database(alias: str = "default") -> str:
    """Why nothing can be done with the database, and what to do; empty where it answers and has every table.

    One to three lines, never with the password. Opens a connection of its own to PostgreSQL, and leaves Django's open.
    """
    connection = connections[alias]
    return explain_unreachable(connection) or explain_missing_migrations(connection)


def explain_unreachable(connection: BaseDatabaseWrapper) -> str:
    """Which database, what it said, what to do; empty where it answers."""
    if connection.vendor == "postgresql":
        return _explain_postgresql(connection)
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return (
            f"The database {connection.settings_dict['NAME']} cannot be opened: {error}.\n"
            "It lies in VAR_DIR: see that this folder may be written to, or set VAR_DIR to another."
        )
    return ""


def explain_missing_migrations(connection: BaseDatabaseWrapper) -> str:
    """One sentence with what to run; empty where every migration was made. Raises DatabaseError if it cannot look."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return ""
    name = connection.settings_dict["NAME"]
    what = f"The database {name} lacks {len(missing)} migration{'s' if len(missing) > 1 else ''}."
    if not executor.loader.applied_migrations:
        what = f"The database {name} has no tables yet."
    return f"{what} Run: python manage.py migrate"


def _explain_postgresql(connection: BaseDatabaseWrapper) -> str:
    """Asked directly: the pool's own error comes after ten seconds, and does not say what PostgreSQL said."""
    where = connection.settings_dict
    try:
        psycopg.connect(
            dbname=where["NAME"],
            user=where["USER"],
            password=where["PASSWORD"],
            host=where["HOST"],
            port=where["PORT"],
            connect_timeout=CONNECT_SECONDS,
        ).close()
    except psycopg.Error as error:
        said = summarise_refusal(str(error))
        return (
            f'Cannot use the database "{where["NAME"]}" (host {where["HOST"]}, port {where["PORT"]}, '
            f'user "{where["USER"]}").\n'
            f"PostgreSQL: {said.rstrip('.?')}.\n"
            f"{_suggest_remedy(said, where['NAME'])}"
        )
    return ""


def summarise_refusal(text: str) -> str:
    """The server's own sentence out of libpq's, which says it once for each address of the host."""
    lines = dict.fromkeys(line.rsplit("failed: ", 1)[-1].strip(" -\t") for line in text.strip().splitlines())
    told = [line for line in lines if line and not line.startswith(("Multiple connection", "Is the server running"))]
    return "; ".join(told)


def _suggest_remedy(said: str, name: str) -> str:
    """By PostgreSQL's English words; for a server that speaks another language, everything that it may be."""
    if "database" in said and "does not exist" in said:
        return f"Create it (createdb {name}), or set {NAMES} to one that exists."
    if "role" in said or "authentication" in said or "password" in said:
        return "Set DB_USER and DB_PASSWORD to an account that may use it."
    return f"Start PostgreSQL there and see that the database exists, or set {NAMES} to another one."
