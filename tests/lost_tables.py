"""A table that cannot be had for a while: whatever asks for it fails as it does when a database fails over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.db import connection
from django.db.models import Model

from tests.sockets import in_database


def _rename(name: str, other: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} RENAME TO {other}")


@asynccontextmanager
async def without_table(model: type[Model]) -> AsyncIterator[None]:
    name = model._meta.db_table
    await in_database(_rename, name, f"{name}_away")
    try:
        yield
    finally:
        await in_database(_rename, f"{name}_away", name)
