"""What every test stands on: files in a folder of its own, and work that waits until the test does it."""

import gc
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

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


def pytest_collection_finish() -> None:
    """What is loaded by now stays; walking it again at every collection of garbage is a sixth of the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(autouse=True)
def own_folder_and_no_transport(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WORK_TRANSPORT = "sweeper"
