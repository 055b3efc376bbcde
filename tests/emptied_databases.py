"""What a test with transactions of its own has written is deleted after it. Set in place by tests/conftest.py.

Django's `flush` truncates a hundred tables and then makes all permissions and guards anew: most of what such a test
takes. Here those stay where they are as they were, and on PostgreSQL, where a table that is truncated gets new files
and one without rows is deleted from in no time, rows are deleted.
"""

from collections.abc import Callable
from typing import TypeAlias

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import TransactionTestCase

from organizations.append_only import is_history_guarded
from organizations.tenancy import list_missing_guards

Kept: TypeAlias = tuple[list[tuple[object, ...]], ...]
KEPT_MODELS = (ContentType, Permission)
KEPT_TABLES = {model._meta.db_table for model in KEPT_MODELS}


def read_kept() -> Kept:
    """What `migrate` has left, and each test is to find, row by row."""
    return tuple(sorted(model.objects.order_by().values_list()) for model in KEPT_MODELS)


def empty_quickly(kept: Kept) -> Callable[[TransactionTestCase], None]:
    """What is to run after such a test, in place of Django's own, which still does it where `kept` was changed."""
    flush = TransactionTestCase._fixture_teardown

    def empty(case: TransactionTestCase) -> None:
        is_whole = not list_missing_guards(connection) and is_history_guarded(connection)
        if is_whole and case.available_apps is None and read_kept() == kept:
            delete_rows()
        else:
            flush(case)

    return empty


def delete_rows() -> None:
    """All rows but the kept ones."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT_TABLES
    if connection.vendor == "postgresql" and is_superuser():
        names = sorted(connection.ops.quote_name(table) for table in tables)
        with transaction.atomic(), connection.cursor() as cursor:
            # Neither foreign keys nor the guard of the history, which refuses to be deleted from, are asked.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(";".join(f"DELETE FROM {name}" for name in names))
    else:
        # TRUNCATE wants all tables that point to one another at once, and nothing points out of the kept ones.
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), sorted(tables)))


def is_superuser() -> bool:
    """As on a cluster of the tests' own."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return bool(cursor.fetchone() == ("on",))
