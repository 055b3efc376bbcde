"""What every test stands on: files in a folder of its own, and work that waits until the test does it."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import Settings

from tests.emptied_databases import empty_quickly, read_kept
from tests.saved_sites import copy_migrated_database

BROWSERS = Path(__file__).parent / "e2e"
HASHER = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure(config: pytest.Config) -> None:
    # Two runs side by side share a Redis; what one clears there must not be what the other counts.
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    if worker.startswith("gw") and django_settings.STACK == "full":
        url = urlsplit(django_settings.REDIS_URL)
        number = str(2 + int(worker.removeprefix("gw")))
        place = f"{url.path}?db={number}" if url.scheme == "unix" else f"{url.netloc}/{number}"
        django_settings.REDIS_URL = f"{url.scheme}://{place}"
        django_settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"] = [django_settings.REDIS_URL]
    # Tests reach the database from threads that outlive them; a connection kept there would outlive the database.
    django_settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    django_settings.PASSWORD_HASHERS = HASHER  # the real one takes half a second for each person of a test
    # A client makes the middleware anew, and this then walks all static files: an eighth of the whole run. They are
    # found when they are asked for instead, as a developer's server does.
    django_settings.WHITENOISE_AUTOREFRESH = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a browser are looked for in one folder only (bin/test)."""
    lost = [item.nodeid for item in items if item.get_closest_marker("browser") and BROWSERS not in item.path.parents]
    if lost:
        raise pytest.UsageError(f"Tests with a browser stand in tests/e2e, or `make test` does not find them: {lost}")


def pytest_collection_finish() -> None:
    """What is loaded by now stays; walking it again at every collection of garbage is a sixth of the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(autouse=True)
def own_folder_and_no_transport(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WORK_TRANSPORT = "sweeper"


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite, the fixture below makes the database and removes it."""
    return django_settings.STACK == "embedded"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> Iterator[None]:
    """On SQLite, a copy of a migrated database; `migrate` then finds that nothing is left to do."""
    if django_settings.STACK != "embedded":
        yield
        return
    file = Path(connection.settings_dict["TEST"]["NAME"])
    copy_migrated_database(file)
    yield
    with django_db_blocker.unblock():
        connection.close()
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(name).unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What tests with transactions of their own leave is deleted in our own way."""
    with pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            patch.setattr(TransactionTestCase, "_fixture_teardown", empty_quickly(read_kept()))
        yield
