"""The history is added to and never rewritten: triggers of the database that hold it, on both stacks.

Let through is forgetting (services/history.py), in two ways: all the words of a line go, or `[erased]` comes in place
of some, with everything around it as it was, value by value; who and when stay. And that the line of an organization
that is deleted becomes nobody's. Installed after every migration, idempotently, as the tenant guards are (tenancy.py).
SQLite's has no guard against deleting: it would refuse an emptied test database as well, and whoever can
write to the file can drop a trigger. PostgreSQL empties by TRUNCATE, which no row trigger sees.
"""

from collections.abc import Iterator

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from organizations.domain.names import ERASED

TABLE = "organizations_change"
KEPT = ("id", "at", "actor_id", "action", "subject_type", "subject_id", "subject_uuid")
SAID = "the history is not rewritten"
SQLITE_TRIGGER = "history_kept_update"
SHOWN_VALUES = ("label", "before", "after")  # of a difference


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
        yield POSTGRESQL_ERASES
        yield POSTGRESQL_ERASES_VALUES
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT)
        words = " AND ".join(f"history_erases(OLD.{name}, NEW.{name})" for name in WORDS)
        yield f"""
            CREATE OR REPLACE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF TG_OP = 'DELETE' THEN
                    RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation';
                ELSIF {changed} OR NOT ({OWNER}) THEN
                    RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation';
                ELSIF {_list_equal("=")} OR ({GOES} AND NEW.differences = '[]'::jsonb) THEN
                    RETURN NEW;
                ELSIF {words} AND history_erases_values(OLD.differences, NEW.differences) THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation';
            END $$"""
        yield f"""
            CREATE OR REPLACE TRIGGER history_kept BEFORE UPDATE OR DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION keep_history()"""
        return
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT)
    words = " AND ".join(_erases_in_sqlite(f"OLD.{name}", f"NEW.{name}") for name in WORDS)
    yield f"""
        CREATE TRIGGER IF NOT EXISTS {SQLITE_TRIGGER} BEFORE UPDATE ON {TABLE}
        WHEN {changed} OR NOT ({OWNER}) OR CASE
            WHEN {_list_equal("IS")} OR ({GOES} AND NEW.differences = '[]') THEN 0
            WHEN {words} THEN {SQLITE_VALUES_DIFFER}
            ELSE 1 END
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END"""


def _list_equal(same: str) -> str:
    return "(" + " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in (*WORDS, "differences")) + ")"


def _erases_in_sqlite(old: str, new: str) -> str:
    """Whether the new text is the old one with `[erased]` in place of some of it, letter by letter."""
    pattern = f"replace({new}, '{ERASED}', char(1))"
    for letter in "[*?":
        pattern = f"replace({pattern}, '{letter}', '[{letter}]')"
    return f"({new} IS {old} OR {old} GLOB replace({pattern}, char(1), '*'))"


WORDS = ("subject_name", "message", "reason")
OWNER = "NEW.organization_id IS NULL OR NEW.organization_id = OLD.organization_id"
GOES = "NEW.message = '' AND NEW.reason = '' AND NEW.subject_name = 'Erased'"
POSTGRESQL_ERASES = f"""
    CREATE OR REPLACE FUNCTION history_erases(old_text text, new_text text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
        SELECT new_text = old_text OR old_text LIKE replace(
            regexp_replace(new_text, '([\\\\%_])', '\\\\\\1', 'g'), '{ERASED}', '%') ESCAPE '\\'
    $$"""
# The same values under the same names, in the same order; in those that are shown, what names somebody may be erased.
POSTGRESQL_ERASES_VALUES = f"""
    CREATE OR REPLACE FUNCTION history_erases_values(old_values jsonb, new_values jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE AS $$
        SELECT new_values = old_values OR NOT EXISTS (
            SELECT 1 FROM (
                SELECT place, field.key, field.value
                FROM jsonb_array_elements(old_values) WITH ORDINALITY AS one(part, place), jsonb_each(part) AS field
            ) AS before FULL JOIN (
                SELECT place, field.key, field.value
                FROM jsonb_array_elements(new_values) WITH ORDINALITY AS one(part, place), jsonb_each(part) AS field
            ) AS after ON after.place = before.place AND after.key = before.key
            WHERE before.value IS NULL OR after.value IS NULL OR NOT (
                after.value = before.value OR (
                    after.key IN {SHOWN_VALUES} AND jsonb_typeof(before.value) = 'string'
                    AND jsonb_typeof(after.value) = 'string'
                    AND history_erases(before.value #>> '{{}}', after.value #>> '{{}}')
                )
            )
        )
    $$"""  # noqa: S608 - the names are this file's own
SQLITE_VALUES_DIFFER = f"""(
    NEW.differences IS NOT OLD.differences AND (
        (SELECT count(*) FROM json_tree(OLD.differences)) <> (SELECT count(*) FROM json_tree(NEW.differences))
        OR EXISTS (
            SELECT 1 FROM json_tree(NEW.differences) AS after
            LEFT JOIN json_tree(OLD.differences) AS before ON before.fullkey = after.fullkey
            WHERE before.type IS NOT after.type OR (
                after.atom IS NOT before.atom AND NOT (
                    after.key IN {SHOWN_VALUES} AND after.type = 'text'
                    AND {_erases_in_sqlite("before.atom", "after.atom")}
                )
            )
        )
    )
)"""  # noqa: S608 - the names are this file's own
