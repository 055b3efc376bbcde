"""Fernbrook has held an interview, of which a report is made; its people and keys ask for it."""

import pytest

from interviewpanel.models import InterviewSession
from tests.integration.api.conftest import Callers
from tests.interview_rows import World, make_world
from tests.told_interviews import call_for, hold_reported


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def callers(world: World) -> Callers:
    return call_for(world.organization)


@pytest.fixture
def priya(world: World) -> InterviewSession:
    return hold_reported(world)
