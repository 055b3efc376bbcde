"""Tenant consistency, kept by the database: a row and what it points to belong to the same organization.

A model names its foreign keys in `tenant_links`; it and what they point to have an `organization`. PostgreSQL gets
composite foreign keys (column, organization) → (id, organization); SQLite, which cannot add those to a table, gets
triggers. Installed after every migration, idempotently. On SQLite they are taken away before: it changes a table by
building a new one, and a trigger that names the old one makes that fail when the old one is gone already.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from django.apps import AppConfig, apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

ForeignKey: TypeAlias = "models.ForeignKey[models.Model, models.Model]"
Link: TypeAlias = tuple[type[models.Model], ForeignKey]


def install_tenant_guards(sender: AppConfig, using: str, **_: object) -> None:
    """post_migrate receiver, once per app: guards that app's tables."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    for model, field in _list_links(apps.get_app_config(sender.label).get_models()):
        if {model._meta.db_table, field.related_model._meta.db_table} <= existing:
            with connection.cursor() as cursor:
                for statement in _statements(connection, model, field):
                    cursor.execute(statement)


def drop_tenant_triggers(sender: AppConfig, using: str, **_: object) -> None:
    """pre_migrate receiver: SQLite's migrations run without triggers; PostgreSQL keeps its foreign keys."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'tenant\_%' ESCAPE '\'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")


def list_missing_guards(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of guards that should be there: a migration on SQLite that fails leaves none behind."""
    on_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if on_sqlite:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f'")
        existing = {name for (name,) in cursor.fetchall()}
    parts = ("_insert", "_update", "_parent") if on_sqlite else ("",)
    names = [_name_guard(model, field) + part for model, field in _list_links(apps.get_models()) for part in parts]
    return sorted(set(names) - existing)


def _list_links(some: Iterable[type[models.Model]]) -> Iterator[Link]:
    for model in some:
        for link in getattr(model, "tenant_links", ()):
            field = model._meta.get_field(link)
            assert isinstance(field, models.ForeignKey)
            yield model, field


def _name_guard(model: type[models.Model], field: ForeignKey) -> str:
    return f"tenant_{model._meta.db_table}_{field.column}"[:55]


def _statements(connection: BaseDatabaseWrapper, model: type[models.Model], field: ForeignKey) -> Iterator[str]:
    table, column, parent = model._meta.db_table, field.column, field.related_model._meta.db_table
    name = _name_guard(model, field)
    if connection.vendor == "postgresql":
        # The names come from the models, not from anybody's input.
        yield f"""
            DO $$ BEGIN
                IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{name}') THEN
                    ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, organization_id)
                    REFERENCES {parent} (id, organization_id) DEFERRABLE INITIALLY IMMEDIATE;
                END IF;
            END $$"""  # noqa: S608
        return
    for event in ("INSERT", f"UPDATE OF {column}, organization_id"):
        yield f"""
            CREATE TRIGGER IF NOT EXISTS {name}_{event[:6].lower()} BEFORE {event} ON {table}
            WHEN NEW.organization_id <> (SELECT organization_id FROM {parent} WHERE id = NEW.{column})
            BEGIN SELECT RAISE(ABORT, 'tenant mismatch in {table}.{column}'); END"""  # noqa: S608
    # The other side: what is pointed at does not move away from under the row.
    yield f"""
        CREATE TRIGGER IF NOT EXISTS {name}_parent BEFORE UPDATE OF organization_id ON {parent}
        WHEN NEW.organization_id <> OLD.organization_id AND EXISTS (SELECT 1 FROM {table} WHERE {column} = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'tenant mismatch in {table}.{column}'); END"""  # noqa: S608
