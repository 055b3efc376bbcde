"""What is recorded goes to a folder of the test's own, and nothing is published: tests.work does what is due."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WORK_TRANSPORT = "sweeper"
    return Path(settings.MEDIA_ROOT)
