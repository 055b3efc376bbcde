"""What `manage.py doctor` says of rooms, beside a server that answers."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.models import Room
from reports.services.diagnosis.doors import look_at_rooms
from reports.services.diagnosis.findings import Finding, Health
from tests.live_interviews import T0
from tests.room_servers import run_room_server
from tests.rooms import make_room


@pytest.mark.django_db
def test_it_says_that_the_server_answers_and_whether_candidates_are_left_alone(settings: Settings) -> None:
    with run_room_server() as server:
        settings.LIVEKIT = server.settings(recording="s3")
        good = Finding("Rooms", Health.GOOD, f"LiveKit answers at {server.url}; recorded into a bucket")
        assert list(look_at_rooms()) == [good]
        room = make_room(now=T0)
        Room.objects.filter(pk=room.pk).update(needs_agent=True, candidate_joined_at=timezone.now())
        assert list(look_at_rooms()) == [good]  # one that runs is on its way
        Room.objects.filter(pk=room.pk).update(candidate_joined_at="2026-01-01T00:00:00Z")
        words = "1 candidate(s) wait in a room without an interviewer. Start one: python manage.py room_agent"
        assert list(look_at_rooms()) == [Finding("Rooms", Health.BROKEN, words)]
        Room.objects.filter(pk=room.pk).update(agent_until=T0)
        assert list(look_at_rooms()) == [good]
        settings.LIVEKIT = server.settings(api_secret="another-secret-of-more-than-thirty-two-bytes")
        (finding,) = look_at_rooms()
        assert (finding.health, "does not take LIVEKIT_API_KEY" in finding.detail) == (Health.BROKEN, True)
