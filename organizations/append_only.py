"""The history is added to and never rewritten: triggers of the database that hold it, on both stacks.

Let through is forgetting (services/history.py: the words of a line go, who and when stay), and that the line of an
organization that is deleted becomes nobody's. Installed after every migration, idempotently, as the tenant guards are
(tenancy.py). SQLite's has no guard against deleting: it would refuse an emptied test database as well, and whoever can
write to the file can drop a trigger. PostgreSQL empties by TRUNCATE, which no row trigger sees.
"""

from collections.abc import Iterator

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "organizations_change"
KEPT = ("id", "at", "actor_id", "action", "subject_type", "subject_id", "subject_uuid")
SAID = "the history is not rewritten"
SQLITE_TRIGGER = "history_kept_update"


def install_history_guards(sender: AppConfig, using: str, **_: object) -> None:
    """post_migrate receiver of this app."""
    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        with connection.cursor() as cursor:
            for statement in _list_statements(connection):
                cursor.execute(statement)


def drop_history_guards(sender: AppConfig, using: str, **_: object) -> None:
    """pre_migrate receiver: SQLite changes a table by building another, and a migration may have to fill a column."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {SQLITE_TRIGGER}")
        elif TABLE in connection.introspection.table_names():
            cursor.execute(f"DROP TRIGGER IF EXISTS history_kept ON {TABLE}")


def is_history_guarded(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s", [SQLITE_TRIGGER])
        else:
            cursor.execute("SELECT 1 FROM pg_trigger WHERE tgname = 'history_kept'")
        return cursor.fetchone() is not None


def _list_statements(connection: BaseDatabaseWrapper) -> Iterator[str]:
    # The names are this file's own; nothing comes from outside.
    if connection.vendor == "postgresql":
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT)
        yield f"""
            CREATE OR REPLACE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF TG_OP = 'DELETE' OR {changed} OR NOT ({_forgets("jsonb")}) THEN
                    RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$"""
        yield f"""
            CREATE OR REPLACE TRIGGER history_kept BEFORE UPDATE OR DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION keep_history()"""
        return
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT)
    yield f"""
        CREATE TRIGGER IF NOT EXISTS {SQLITE_TRIGGER} BEFORE UPDATE ON {TABLE}
        WHEN {changed} OR NOT ({_forgets("text")})
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END"""


def _forgets(json_type: str) -> str:
    """The words stay as they are, or all of them go; the organization stays, or there is none any more."""
    same, empty = ("=", "'[]'::jsonb") if json_type == "jsonb" else ("IS", "'[]'")
    words = ("subject_name", "message", "reason", "differences")
    stays = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in words)
    goes = f"NEW.message = '' AND NEW.reason = '' AND NEW.differences = {empty} AND NEW.subject_name = 'Erased'"
    owner = "NEW.organization_id IS NULL OR NEW.organization_id = OLD.organization_id"
    return f"({stays} OR ({goes})) AND ({owner})"
