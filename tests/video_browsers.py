"""A browser that puts a candidate's video, piece by piece, without a browser. Used by the tests of uploads."""

import uuid

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import InterviewPanel, InterviewSession
from interviewpanel.services import session_manager
from interviewpanel.services.invitations import make_token
from tests.live_interviews import begin_now, invite

WEBM = "video/webm;codecs=vp8,opus"
VIDEO = uuid.UUID("5f0c2a58-3a51-4b57-9f05-d0c1c9b0a001")
FIRST, SECOND = b"\x1aE\xdf\xa3 first", b"second, longer"


class Browser:
    """Priya's: it puts chunks."""

    def __init__(self, session: InterviewSession, token: str) -> None:
        self.session = session
        self.token = token
        self.client = Client()

    def put(
        self, number: int, body: bytes, *, video: uuid.UUID = VIDEO, type_: str = WEBM, began: object = ""
    ) -> HttpResponse:
        url = reverse("candidate-video", args=[self.token, video, number])
        return self.client.put(f"{url}?began={began}", body, content_type=type_)

    def ask_progress(self, video: uuid.UUID = VIDEO) -> dict[str, object]:
        return dict(self.client.get(reverse("candidate-video-progress", args=[self.token, video])).json())

    def end(self) -> None:
        session_manager.end_session(session_id=self.session.pk, now=timezone.now(), reason="all questions asked")
        self.session.refresh_from_db()


def open_browser(panel: InterviewPanel, name: str = "Priya Raghunathan") -> Browser:
    invitation = invite(panel, name, now=timezone.now())
    return Browser(begin_now(invitation), make_token(invitation))


def outcome(response: HttpResponse) -> tuple[int, object]:
    content = response.json()
    return response.status_code, content.get("next", content.get("code"))
