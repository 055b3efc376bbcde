"""What the services of the calibration desk are tried on: an organization, who calibrates, and no model."""

from collections.abc import Iterator
from typing import Any

import pytest

from authentication.models import User
from questionbank.engines.llm import load_language_model
from tests.interview_rows import World, make_world


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def user() -> User:
    return User.objects.create_user("calibrator@example.com", "x")


@pytest.fixture
def no_model(settings: Any) -> Iterator[None]:
    settings.OLLAMA_MODEL = ""
    load_language_model.cache_clear()
    yield
    load_language_model.cache_clear()
