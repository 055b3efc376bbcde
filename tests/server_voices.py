"""Interviews whose interviewer speaks in this server's own voice, and what was said in them."""

from typing import Any

from django.core.files.storage import default_storage
from django.test import Client

from interviewpanel.models import (
    InterviewPanel,
    InterviewSession,
    SessionEvent,
    SpokenAudio,
)
from interviewpanel.services.invitations import make_token
from interviewpanel.services.session_manager import open_session
from tests.live_interviews import T0, agree, invite, make_panel, reload
from tests.work import do_due


def make_spoken(name: str = "Fernbrook", **changes: Any) -> InterviewPanel:
    return make_panel(name, interviewer_voice="server", **changes)


def hold(panel: InterviewPanel, name: str = "Priya Raghunathan") -> InterviewSession:
    """Greeted and asked, with all that was due to be said ahead said ahead."""
    session = open_session(invitation=invite(panel, name), now=T0)
    do_due(SpokenAudio)
    agree(session, now=T0)
    do_due()
    return reload(session)


def told(session: InterviewSession) -> list[tuple[str, Any]]:
    events = SessionEvent.objects.filter(session=session).order_by("sequence")
    return [(event.type, event.payload.get("audio")) for event in events]


def find_sound(session: InterviewSession, kind: str = "next_question") -> SpokenAudio:
    event = SessionEvent.objects.filter(session=session, type=kind).latest("sequence")
    return SpokenAudio.objects.get(uuid=event.payload["audio"]["address"].removeprefix("spoken/"))


def fetch(session: InterviewSession, audio: SpokenAudio, **headers: str) -> Any:
    return Client().get(f"/i/{make_token(session.invitation)}/spoken/{audio.uuid}", headers=headers)


def list_sounds(session: InterviewSession) -> list[str]:
    folder = f"spoken/{session.invitation.uuid}"
    return [
        name for one in default_storage.listdir(folder)[0] for name in default_storage.listdir(f"{folder}/{one}")[1]
    ]
