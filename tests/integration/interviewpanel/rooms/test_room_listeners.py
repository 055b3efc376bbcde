"""Who may hear what the LiveKit server recorded: recruiters of the organization, on its pages and by the API.

Rosa recruits for Fernbrook, whose interview it is; Mallory administers Elsewhere.
"""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import InterviewSession, RoomRecording
from organizations.models import Organization
from tests.live_interviews import T0, after, begin
from tests.rooms import end, make_room
from tests.staff import make_member, sign_in
from tests.told_interviews import call_for, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server")]
SOUND = b"OggS of both voices"


@pytest.fixture
def recorded() -> RoomRecording:
    """Two recordings: one is kept, the other was lost."""
    room = make_room()
    begin(room.session.invitation)
    end(room.session, after(60))
    values = {"room": room, "due_at": T0, "finished_at": after(90)}
    kept = RoomRecording(**values, started_at=after(10), ended_at=after(60), seconds=50.25, work_status="done")
    kept.file.save("room.ogg", ContentFile(SOUND))
    RoomRecording.objects.create(**values, work_status="failed", last_error="no space left")
    return kept


def find_session() -> InterviewSession:
    return InterviewSession.objects.select_related("organization").get()


def open_pages(email: str, session: InterviewSession) -> tuple[Client, str, str]:
    """The review page and the interview's record."""
    client = sign_in(make_member(email, {session.organization: "hr"}))
    names = ("reports_interviewreport_review", "interviewpanel_interviewsession_change")
    review, record = (client.get(reverse(f"admin:{name}", args=[session.pk])).text for name in names)
    return client, review, record


def test_recruiters_play_it_from_both_pages(recorded: RoomRecording) -> None:
    session = find_session()
    rosa, review, record = open_pages("rosa@fernbrook.example", session)
    address = reverse("admin:interviewpanel_interviewsession_room", args=[session.pk, recorded.uuid])
    assert [re.findall(r'src="([^"]*/rooms/[^"]*)"', page) for page in (review, record)] == [[address]] * 2
    assert "Room 2: could not be kept" in review
    assert "could not be kept: no space left" in record
    sent = rosa.get(address)
    assert (sent.status_code, sent["Content-Type"], sent["Cache-Control"]) == (200, "audio/ogg", "private, no-store")
    assert sent.getvalue() == SOUND
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    mallory = sign_in(make_member("mallory@elsewhere.example", {elsewhere: "admin"}))
    assert mallory.get(address).status_code == 404


def test_the_api_lists_both_and_signs_the_address_of_what_is_kept(recorded: RoomRecording) -> None:
    session = find_session()
    callers = call_for(session.organization)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        told = callers.use_key("results:read").get(page_of(session, "recordings")).json()["recordings"]
        kept, lost = (one for one in told if one["kind"] == "room")
        url = kept.pop("url")
        assert kept == {
            "id": str(recorded.uuid),
            "kind": "room",
            "voices": ["candidate", "interviewer"],
            "answer": None,
            "lines_said": None,
            "lines_heard": None,
            "state": "ready",
            "content_type": "audio/ogg",
            "seconds": 50.25,
            "started_at": after(10).isoformat().replace("+00:00", "Z"),
            "captions_url": None,
        }
        assert (lost["state"], lost["url"], lost["seconds"]) == ("failed", None, None)
        path = url.removeprefix("http://localhost:4545")
        played = Client().get(path)
        assert (played.status_code, played["Content-Type"], played.getvalue()) == (200, "audio/ogg", SOUND)
        clock.shift(timedelta(minutes=11))
        assert Client().get(path).status_code == 404
    stranger = callers.sign_in("stranger").get(page_of(session, "recordings"))
    assert stranger.status_code == 404
