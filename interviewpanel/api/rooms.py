"""The room of an interview: a pass for the candidate's client, asked for when it is used."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.privacy import keep_private
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.api.sessions import InterviewRows
from interviewpanel.domain.states import MoveRefused
from interviewpanel.engines.rooms import RoomsNotSetUp
from interviewpanel.models import InterviewPanel, InterviewSession
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.services.room_passes import RoomPass, give_pass

EXAMPLE = {
    "name": "interview-7f2c3f1e-3b0e-4a52-9d24-5f0c2c8e6d5b",
    "url": "wss://rooms.example.com",
    "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ2aWRlbyI6eyJyb29tSm9pbiI6dHJ1ZX19.c2lnbmF0dXJl",
    "expires_at": "2026-05-04T09:15:00Z",
    "client_url": "",
}


class RoomPassSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="The room's, at the LiveKit server.")
    url = serializers.CharField(help_text="The LiveKit server's, for its client libraries.")
    token = serializers.CharField(help_text="Lets the candidate in: a secret of theirs. Nobody else may have it.")
    expires_at = serializers.DateTimeField(help_text="Until when one can come in. Ask again for whoever comes later.")
    client_url = serializers.CharField(
        allow_blank=True, help_text="A page with a LiveKit client, where this site names one; it holds the token."
    )


def describe_room(session: InterviewSession) -> RoomPass | None:
    """A pass, where the panel's door is a room and there are rooms on this site. None else."""
    if session.invitation.panel.door != InterviewPanel.Door.ROOM:
        return None
    try:
        return give_pass(session_id=session.pk, now=timezone.now())
    except (RoomsNotSetUp, LinkRefused):
        return None


@extend_schema(tags=["interviews"])
class RoomViewSet(InterviewRows):
    permissions: ClassVar = {"room": "interviewpanel.add_interviewpanelcandidate"}

    @extend_schema(
        summary="A pass into an interview's room",
        description="For panels whose candidates come into a room of the LiveKit server. A pass opens one room for a "
        "few minutes, for one candidate to speak and listen in: ask for it when they press the button, as often as "
        "they do. The interviewer joins by itself; nothing is recorded before the candidate has agreed.",
        request=None,
        responses={200: RoomPassSerializer, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["post"])
    def room(self, request: Request, uuid: str) -> Response:
        session: Any = self.get_object()
        try:
            given = give_pass(session_id=session.pk, now=timezone.now())
        except (RoomsNotSetUp, MoveRefused, LinkRefused) as refusal:
            raise Refused(str(refusal)) from refusal
        return keep_private(Response(RoomPassSerializer(given).data))
