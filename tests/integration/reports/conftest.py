"""Reports are written to a folder of the test's own, and their task is known as it is in a worker."""

from pathlib import Path

import pytest
from pytest_django import Settings

import reports.tasks  # noqa: F401 - registers the work
from tests.interview_rows import World, make_world


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def world(db: None) -> World:
    """Fernbrook with a colour and a time zone of its own."""
    return make_world(primary_colour="#0f766e", time_zone="Europe/Berlin")
