"""Recordings of an interview: which there are, and the signed addresses by which each is played for ten minutes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.privacy import keep_private
from config.api.schema import PROBLEM, give_example
from config.ranges import StoredFileMissing, measure_part, send_stored
from interviewpanel.api.renderers import AsItIs
from interviewpanel.api.sessions import InterviewRows
from interviewpanel.domain.turn_rules import SAMPLE_RATE
from interviewpanel.models import InterviewSession, JoinedVideo, Recording, RoomRecording, TranscriptEntry
from interviewpanel.selectors.captions import write_recording_captions, write_video_captions
from interviewpanel.selectors.recordings import (
    VideoProgress,
    find_linked_recording,
    find_linked_room_recording,
    find_linked_video,
    list_recordings,
    list_room_recordings,
    list_video_parts,
    list_videos,
)
from interviewpanel.services.recording_links import (
    ROOM,
    SOUND,
    SOUND_CAPTIONS,
    VIDEO,
    VIDEO_CAPTIONS,
    SignedLinkRefused,
    find_expiry,
    read_link,
    sign_link,
)

TRACKS = (Recording.Kind.CANDIDATE, Recording.Kind.INTERVIEWER)
STATES = ("ready", "in_progress", "failed")
EXAMPLE = {
    "interview": "5f0c2c8e-6d5b-4f0e-9d0b-0a4f6f2b7c11",
    "expires_at": "2026-03-12T10:10:00Z",
    "kept_until": "2026-04-11T09:30:00Z",
    "erased_at": None,
    "recordings": [
        {
            "id": "1c9ac015-9b3c-4e63-8d8c-2f0b2d7c9a55",
            "kind": "answer",
            "voices": ["candidate"],
            "answer": 1,
            "lines_said": None,
            "lines_heard": None,
            "state": "ready",
            "content_type": "audio/flac",
            "seconds": 1.632,
            "started_at": None,
            "url": "https://interviews.example.org/api/v1/recordings/WyJzb3VuZCIs…/",
            "captions_url": "https://interviews.example.org/api/v1/recordings/WyJzb3VuZC1j…/",
        }
    ],
}


class RecordingSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(
        choices=["interview", "mix", "track", "answer", "video", "room"],
        help_text="`interview`: all answers, end to end. `mix`: the interview as it went, with its silences. `track`: "
        "one voice of it, as long as the mix; where the candidate's is the only voice here, there is no track. `room`: "
        "both voices as LiveKit recorded them, sound, or video where the panel asks for it.",
    )
    voices = serializers.ListField(
        child=serializers.ChoiceField(choices=TranscriptEntry.Speaker.values),
        help_text="Whose voices are in it. The interviewer's is where this server spoke, as by phone.",
    )
    answer = serializers.IntegerField(allow_null=True, help_text="The number of the answer whose sound it is.")
    lines_said = serializers.IntegerField(
        allow_null=True, help_text="Of a mix: how many lines the interviewer said, by whatever voice."
    )
    lines_heard = serializers.IntegerField(
        allow_null=True, help_text="Of a mix: how many of them are in it; the candidate's browser spoke the others."
    )
    state = serializers.ChoiceField(choices=STATES, help_text="They are joined when the interview is over.")
    content_type = serializers.CharField()
    seconds = serializers.FloatField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True, help_text="Of a video, or of a room.")
    url = serializers.URLField(allow_null=True, help_text="Needs no token, until expires_at. null while not ready.")
    captions_url = serializers.URLField(allow_null=True, help_text="WebVTT on the recording's clock. null of a room.")


class RecordingsSerializer(serializers.Serializer):
    interview = serializers.UUIDField()
    expires_at = serializers.DateTimeField(help_text="Ask again then: every answer has new addresses.")
    kept_until = serializers.DateTimeField(
        allow_null=True, help_text="Then sound and video are erased. null while that is not known."
    )
    erased_at = serializers.DateTimeField(allow_null=True, help_text="When they were; then there are none.")
    recordings = RecordingSerializer(many=True)


@extend_schema(tags=["interviews"])
class RecordingViewSet(InterviewRows):
    permissions: ClassVar = {"recordings": "interviewpanel.view_audiosegment"}

    @extend_schema(
        summary="Recordings, with addresses to play them",
        description="Sound of each answer, of all, and of the interview as it went, and video where the panel asks for "
        "it. Whoever has an address can play it until it expires: hand it to players, keep it nowhere.",
        responses={200: RecordingsSerializer, 404: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["get"])
    def recordings(self, request: Request, uuid: str) -> Response:
        session, now = self.get_object(), timezone.now()
        sounds = [tell_sound(one, now) for one in list_recordings(session)]
        videos = [tell_video(one, now) for one in list_videos(session)]
        rooms = [tell_room(one, now) for one in list_room_recordings(session)]
        told = {
            "interview": session.uuid,
            "expires_at": find_expiry(now),
            "kept_until": session.recordings_kept_until or session.kept_until,
            "erased_at": session.recordings_erased_at,
            "recordings": [*sounds, *videos, *rooms],
        }
        return keep_private(Response(RecordingsSerializer(told).data))


def tell_sound(recording: Recording, now: datetime) -> dict[str, Any]:
    is_ready = recording.work_status == recording.WorkStatus.DONE
    is_mixed = is_ready and recording.kind == recording.Kind.MIX
    return {
        "id": recording.uuid,
        "kind": "track" if recording.kind in TRACKS else recording.kind,
        "voices": recording.voices,
        "answer": recording.answer.number if recording.answer else None,
        "lines_said": recording.lines_said if is_mixed else None,
        "lines_heard": recording.lines_heard if is_mixed else None,
        "state": name_state(recording),
        "content_type": "audio/flac",
        "seconds": recording.samples / SAMPLE_RATE if is_ready else None,
        "started_at": None,
        "url": sign_link(kind=SOUND, recording=recording, now=now) if is_ready else None,
        "captions_url": sign_link(kind=SOUND_CAPTIONS, recording=recording, now=now) if is_ready else None,
    }


def tell_video(video: VideoProgress, now: datetime) -> dict[str, Any]:
    """It plays before it is joined as well, but tells no length then."""
    recording, joined = video.recording, getattr(video.recording, "joined", None)
    has_length = joined is not None and joined.work_status == joined.WorkStatus.DONE
    return {
        "id": recording.uuid,
        "kind": "video",
        "voices": ["candidate"],
        "answer": None,
        "lines_said": None,
        "lines_heard": None,
        "state": "in_progress" if joined is None else name_state(joined),
        "content_type": recording.content_type,
        "seconds": joined.seconds if joined is not None and has_length else None,
        "started_at": recording.started_at,
        "url": sign_link(kind=VIDEO, recording=recording, now=now) if video.size_bytes else None,
        "captions_url": sign_link(kind=VIDEO_CAPTIONS, recording=recording, now=now) if video.size_bytes else None,
    }


def tell_room(recording: RoomRecording, now: datetime) -> dict[str, Any]:
    is_ready = bool(recording.file)
    return {
        "id": recording.uuid,
        "kind": "room",
        "voices": ["candidate", "interviewer"],
        "answer": None,
        "lines_said": None,
        "lines_heard": None,
        "state": name_state(recording),
        "content_type": recording.content_type,
        "seconds": recording.seconds if is_ready else None,
        "started_at": recording.started_at,
        "url": sign_link(kind=ROOM, recording=recording, now=now) if is_ready else None,
        "captions_url": None,
    }


def name_state(work: Recording | JoinedVideo | RoomRecording) -> str:
    if work.work_status == work.WorkStatus.DONE:
        return "ready"
    return "failed" if work.is_over else "in_progress"


# --- Playing ---------------------------------------------------------------------------------------------------------


class SignedRecordingView(APIView):
    """No account is asked for and no rate counted: a player asks for many ranges, and an address cannot be guessed."""

    authentication_classes: ClassVar[list[Any]] = []
    permission_classes: ClassVar[list[Any]] = [AllowAny]
    throttle_classes: ClassVar[list[Any]] = []
    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="recordings_play",
        summary="Play a recording",
        description="By an address that the list of an interview's recordings gave. Ranges are answered.",
        tags=["interviews"],
        responses={
            (200, "audio/flac"): OpenApiTypes.BINARY,
            (200, "audio/ogg"): OpenApiTypes.BINARY,
            (200, "video/webm"): OpenApiTypes.BINARY,
            (200, "video/mp4"): OpenApiTypes.BINARY,
            (200, "text/vtt"): OpenApiTypes.STR,
            (206, "audio/flac"): OpenApiTypes.BINARY,
            (206, "audio/ogg"): OpenApiTypes.BINARY,
            (206, "video/webm"): OpenApiTypes.BINARY,
            (206, "video/mp4"): OpenApiTypes.BINARY,
            404: PROBLEM,
        },
    )
    def get(self, request: Request, signed: str) -> HttpResponseBase:
        try:
            link = read_link(signed=signed, now=timezone.now())
            return SENDERS[link.kind](request, link.uuid)
        except SignedLinkRefused:
            raise Http404 from None
        except StoredFileMissing:
            raise Http404 from None


def send_sound(request: Request, uuid: Any) -> HttpResponseBase:
    recording = find_or_404(find_linked_recording(uuid))
    part = measure_part(str(recording.file.name))
    return send_stored(request._request, [part], content_type="audio/flac", filename=recording.download_name)


def send_sound_captions(request: Request, uuid: Any) -> HttpResponseBase:
    recording = find_or_404(find_linked_recording(uuid))
    return send_captions(recording.session, lambda: write_recording_captions(recording))


def send_video(request: Request, uuid: Any) -> HttpResponseBase:
    video = find_or_404(find_linked_video(uuid))
    parts = list_video_parts(video)
    if not parts:
        raise Http404
    name = f"video.{video.suffix}"
    return send_stored(request._request, parts, content_type=video.content_type, filename=name)


def send_video_captions(request: Request, uuid: Any) -> HttpResponseBase:
    video = find_or_404(find_linked_video(uuid))
    return send_captions(video.session, lambda: write_video_captions(video))


def send_room(request: Request, uuid: Any) -> HttpResponseBase:
    recording = find_or_404(find_linked_room_recording(uuid))
    part = measure_part(str(recording.file.name))
    name = f"room{recording.suffix}"
    return send_stored(request._request, [part], content_type=recording.content_type, filename=name)


def send_captions(session: InterviewSession, write: Callable[[], str]) -> HttpResponse:
    with translation.override(session.invitation.panel.language):
        return HttpResponse(write(), content_type="text/vtt; charset=utf-8")


def find_or_404(row: Any) -> Any:
    if row is None:
        raise Http404
    return row


Sender = Callable[[Request, Any], HttpResponseBase]
SENDERS: dict[str, Sender] = {
    SOUND: send_sound,
    SOUND_CAPTIONS: send_sound_captions,
    VIDEO: send_video,
    VIDEO_CAPTIONS: send_video_captions,
    ROOM: send_room,
}
