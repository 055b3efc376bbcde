"""Players on an interview's page in the admin: sound and video with captions, and the views that they play from.

Whoever may see the interview may play it; for everyone else there is no such recording.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from config.ranges import StoredFileMissing, StoredPart, measure_part, send_stored
from interviewpanel.models import Answer, InterviewSession, JoinedVideo, Recording, RoomRecording, VideoRecording
from interviewpanel.selectors.captions import (
    write_answer_captions,
    write_mix_captions,
    write_session_captions,
    write_video_captions,
)
from interviewpanel.selectors.recordings import (
    WHOLE_KINDS,
    VideoProgress,
    describe_voices,
    find_answer,
    find_kind,
    find_recording,
    find_room_recording,
    find_video,
    list_room_recordings,
    list_video_parts,
    list_videos,
)
from interviewpanel.services.recordings import join_again
from organizations.admin.act_pages import Words, ask_first
from organizations.admin.scope import RecordedAdmin

JOIN_AGAIN = Words(
    "Join the recordings again",
    "Join the recordings of {count} interviews again",
    ["Only recordings and videos that could not be joined are tried again; what can be played stays as it is."],
)
PLAYER = (
    '<video controls preload="none" playsinline class="recording recording-{}" src="{}" aria-label="{}">'
    '<track kind="captions" src="{}" srclang="{}" label="Captions" default></video>'
)
ROOM_PLAYER = '<video controls preload="none" playsinline class="recording" src="{}" aria-label="{}"></video>'
Send = Callable[..., HttpResponseBase]


def for_viewers(send: Send) -> Send:
    """Hands over the interview to whoever may see it, and keeps what is sent out of caches."""

    @wraps(send)
    def find_session(self: "PlayableAdmin", request: HttpRequest, pk: int, **names: object) -> HttpResponseBase:
        session = self.get_object(request, str(pk))
        if session is None or not self.has_view_permission(request, session):
            raise Http404("There is no such recording.")
        with translation.override(session.invitation.panel.language):
            try:
                response = send(self, request, session, **names)
            except StoredFileMissing:
                raise Http404("The recording is not in storage any more.") from None
        response["Cache-Control"] = "private, no-store"
        return response

    return find_session


class PlayableAdmin(RecordedAdmin):
    """What `InterviewSessionAdmin` has to play from, and the players of the whole interview."""

    actions: ClassVar[Any] = ("join_again",)

    class Media:
        css = {"all": ["interviewpanel/admin/players.css"]}

    def get_urls(self) -> list[Any]:
        def at(route: str, send: Send, name: str) -> Any:
            view = self.admin_site.admin_view(send, cacheable=True)
            return path(f"<int:pk>/{route}", view, name=f"interviewpanel_interviewsession_{name}")

        own = [
            at("recording.flac", self.send_recording, "recording"),
            at("recording.vtt", self.send_captions, "captions"),
            at("whole/<slug:kind>.flac", self.send_whole, "whole"),
            at("whole.vtt", self.send_whole_captions, "whole_captions"),
            at("answers/<int:number>.flac", self.send_recording, "answer_recording"),
            at("answers/<int:number>.vtt", self.send_captions, "answer_captions"),
            at("videos/<uuid:video>", self.send_video, "video"),
            at("videos/<uuid:video>.vtt", self.send_video_captions, "video_captions"),
            at("rooms/<uuid:recording>", self.send_room, "room"),
        ]
        return [*own, *super().get_urls()]

    @for_viewers
    def send_recording(
        self, request: HttpRequest, session: InterviewSession, number: int | None = None
    ) -> HttpResponseBase:
        recording = find_recording(session, number)
        if recording is None:
            raise Http404("There is no such recording, or it is not made yet.")
        part = measure_part(str(recording.file.name))
        return send_stored(request, [part], content_type="audio/flac", filename=f"answer-{number or 'all'}.flac")

    @for_viewers
    def send_whole(self, request: HttpRequest, session: InterviewSession, kind: str) -> HttpResponseBase:
        """The interview as it went, on its own time line: the mix, or a track."""
        recording = find_kind(session, WHOLE_KINDS[kind]) if kind in WHOLE_KINDS else None
        if recording is None:
            raise Http404("There is no such recording, or it is not made yet.")
        part = measure_part(str(recording.file.name))
        is_file = "download" in request.GET
        name = recording.download_name
        return send_stored(request, [part], content_type="audio/flac", filename=name, as_attachment=is_file)

    @for_viewers
    def send_whole_captions(self, request: HttpRequest, session: InterviewSession) -> HttpResponseBase:
        return _send_text(write_mix_captions(session))

    @for_viewers
    def send_captions(
        self, request: HttpRequest, session: InterviewSession, number: int | None = None
    ) -> HttpResponseBase:
        if number is None:
            return _send_text(write_session_captions(session))
        answer = find_answer(session, number)
        if answer is None:
            raise Http404("There is no such answer.")
        return _send_text(write_answer_captions(answer))

    @for_viewers
    def send_video(self, request: HttpRequest, session: InterviewSession, video: uuid.UUID) -> HttpResponseBase:
        found = find_video(session, video)
        parts: list[StoredPart] = list_video_parts(found) if found else []
        if found is None or not parts:
            raise Http404("There is no such video.")
        return send_stored(request, parts, content_type=found.content_type, filename=f"video.{found.suffix}")

    @for_viewers
    def send_video_captions(
        self, request: HttpRequest, session: InterviewSession, video: uuid.UUID
    ) -> HttpResponseBase:
        found = find_video(session, video)
        if found is None:
            raise Http404("There is no such video.")
        return _send_text(write_video_captions(found))

    @for_viewers
    def send_room(self, request: HttpRequest, session: InterviewSession, recording: uuid.UUID) -> HttpResponseBase:
        found = find_room_recording(session, recording)
        if found is None:
            raise Http404("There is no such recording, or it is not here yet.")
        part = measure_part(str(found.file.name))
        return send_stored(request, [part], content_type=found.content_type, filename=f"room{found.suffix}")

    @admin.action(description="Join recordings that failed again …", permissions=["view"])
    def join_again(self, request: HttpRequest, queryset: QuerySet[InterviewSession]) -> HttpResponse | None:
        asked = ask_first(self, request, JOIN_AGAIN, queryset)
        if asked is not None:
            return asked
        now = timezone.now()
        again = {one: count for one in queryset if (count := join_again(session_id=one.pk, now=now))}
        for session, count in again.items():
            self.log_change(request, session, f"{count} recording{'' if count == 1 else 's'} to be joined again.")
        if again:
            total = sum(again.values())
            messages.success(request, f"{total} of the chosen interviews' recordings will be joined again.")
        else:
            messages.warning(request, "Nothing to do: no recording of the chosen interviews has failed.")
        return None

    @admin.display(description="all answers")
    def whole_recording(self, session: InterviewSession) -> str:
        recording = session.recordings.filter(kind=Recording.Kind.INTERVIEW).first()
        has_sound = recording is not None or session.answers.filter(segments__isnull=False).exists()
        return show_sound(session, recording, "All answers", "recording", "captions", has_sound=has_sound)

    @admin.display(description="whole interview")
    def mix(self, session: InterviewSession) -> str:
        recording = session.recordings.filter(kind=Recording.Kind.MIX).first()
        has_sound = recording is not None or session.answers.filter(segments__isnull=False).exists()
        player = show_sound(session, recording, "Whole interview", "whole", "whole_captions", has_sound=has_sound)
        if recording is None or recording.work_status != recording.WorkStatus.DONE:
            return player
        return format_html("{}<br>{}", player, describe_voices(recording))

    @admin.display(description="video")
    def videos(self, session: InterviewSession) -> str:
        if session.recordings_erased_at is not None:
            return tell_erased(session.recordings_erased_at)
        found = list_videos(session)
        return format_html_join("", "<p>{}</p>", ((_show_video(session, one),) for one in found)) or "none"

    @admin.display(description="room")
    def rooms(self, session: InterviewSession) -> str:
        """What LiveKit recorded of an interview in a room, both voices in one file."""
        if session.recordings_erased_at is not None:
            return tell_erased(session.recordings_erased_at)
        found = list_room_recordings(session)
        return format_html_join("", "<p>{}</p>", ((_show_room(session, one),) for one in found)) or "none"


def show_answer_sound(answer: Answer) -> str:
    recording = getattr(answer, "recording", None)
    names = (f"Answer {answer.number}", "answer_recording", "answer_captions")
    return show_sound(answer.session, recording, *names, has_sound=bool(answer.segments.all()))


def show_sound(
    session: InterviewSession, recording: Recording | None, label: str, sound: str, captions: str, *, has_sound: bool
) -> str:
    """A player, or why there is none. `has_sound`: whether there is a part that a recording could be joined from."""
    if session.recordings_erased_at is not None:
        return tell_erased(session.recordings_erased_at)
    if recording is None:
        if not session.is_over:
            return "joined when the interview is over"
        return "not joined yet: run manage.py open_recordings" if has_sound else "no sound"
    if recording.work_status != recording.WorkStatus.DONE:
        return _tell_failure(recording) if recording.is_over else "being joined"
    names = [session.pk] if recording.answer is None else [session.pk, recording.answer.number]
    address = _find_url(sound, [*names, "mix"] if recording.is_on_time_line else names)
    language = session.invitation.panel.language
    return format_html(PLAYER, "sound", address, label, _find_url(captions, names), language)


def tell_erased(at: datetime) -> str:
    return f"erased on {date_format(timezone.localtime(at))}, when the time for which it was kept was over"


def _show_video(session: InterviewSession, video: VideoProgress) -> str:
    names = [session.pk, video.recording.uuid]
    language = session.invitation.panel.language
    label = f"Video from {timezone.localtime(video.recording.started_at):%H:%M:%S}"
    player = format_html(
        PLAYER, "video", _find_url("video", names), label, _find_url("video_captions", names), language
    )
    size = f"{video.size_bytes / 1e6:.1f} MB"
    return format_html("{}<br>{}, {}, {}", player, label, size, _describe_joining(session, video.recording))


def _show_room(session: InterviewSession, recording: RoomRecording) -> str:
    if not recording.file:
        return f"could not be kept: {recording.last_error}" if recording.is_over else "being recorded"
    address = _find_url("room", [session.pk, recording.uuid])
    label = f"The room from {timezone.localtime(recording.started_at):%H:%M:%S}, both voices"
    length = f"{recording.seconds // 60:.0f} min {recording.seconds % 60:.0f} s"
    return format_html("{}<br>{}, {}", format_html(ROOM_PLAYER, address, label), label, length)


def _describe_joining(session: InterviewSession, video: VideoRecording) -> str:
    """How far the video is on the way to a file that can be sought in; it plays all the same."""
    joined = getattr(video, "joined", None)
    if joined is None or not joined.is_over:
        return "being joined" if session.is_over else "joined when the interview is over"
    if joined.work_status != joined.WorkStatus.DONE:
        return _tell_failure(joined)
    return f"{joined.seconds // 60:.0f} min {joined.seconds % 60:.0f} s"


def _tell_failure(work: Recording | JoinedVideo) -> str:
    hint = "To try again, choose “Join recordings that failed again …” in the list of interviews."
    return f"could not be joined: {work.last_error} ({hint})"


def _find_url(name: str, names: list[Any]) -> str:
    return reverse(f"admin:interviewpanel_interviewsession_{name}", args=names)


def _send_text(captions: str) -> HttpResponse:
    return HttpResponse(captions, content_type="text/vtt; charset=utf-8")
