"""What every test stands on: files in a folder of its own, and work that waits until the test does it."""

import gc
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

HASHER = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure() -> None:
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
