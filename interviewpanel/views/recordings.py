"""Below a candidate's link: their answers' sound, its captions, their video up and down. Routed by candidate_urls.py.

What is no link of ours gets the page that every stranger gets. The rows are looked for within the link's own interview
only, so that no number and no name leads to somebody else's.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from config.ranges import StoredFileMissing, StoredPart, measure_part, send_stored
from interviewpanel.models import InterviewSession, VideoRecording
from interviewpanel.selectors.captions import (
    write_answer_captions,
    write_mix_captions,
    write_session_captions,
    write_video_captions,
)
from interviewpanel.selectors.recordings import (
    WHOLE_KINDS,
    VideoProgress,
    find_answer,
    find_held_session,
    find_kind,
    find_recording,
    find_room_recording,
    find_video,
    list_chunk_parts,
    list_video_parts,
    list_videos,
    measure_video,
)
from interviewpanel.services.video_uploads import (
    MAX_CHUNK_BYTES,
    ChunkOutOfOrder,
    IncomingChunk,
    UploadRefused,
    VideoUnknown,
    store_chunk,
)
from interviewpanel.views.links import choose_language, find_link, show_unknown_link

STATUS_OF_REFUSAL = {
    "not_recorded": HTTPStatus.FORBIDDEN,
    "over": HTTPStatus.GONE,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "full": HTTPStatus.INSUFFICIENT_STORAGE,
    "type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "differs": HTTPStatus.UNPROCESSABLE_ENTITY,
}


class NotThere(Exception):
    """What was asked for is not part of this link's interview, or not yet; the message is for the candidate."""

    def __init__(self, message: str, status: HTTPStatus = HTTPStatus.NOT_FOUND) -> None:
        super().__init__(message)
        self.status = status


def behind_link(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Hands over the link's own interview instead of the token."""

    @wraps(view)
    def find_session(request: HttpRequest, token: str, **names: object) -> HttpResponseBase:
        if (invitation := find_link(token)) is None:
            return show_unknown_link(request)
        with translation.override(choose_language(request, invitation)):
            try:
                if (session := find_held_session(invitation)) is None:
                    # To who sends something: not refused, come again.
                    status = HTTPStatus.TOO_EARLY if request.method == "PUT" else HTTPStatus.NOT_FOUND
                    raise NotThere(gettext("The interview has not begun."), status)
                return view(request, session, **names)
            except NotThere as reason:
                return _say(str(reason), reason.status)
            except StoredFileMissing:
                return _say(gettext("The recording is not in storage any more."), HTTPStatus.NOT_FOUND)

    return find_session


@require_safe
@behind_link
def play_answer(request: HttpRequest, session: InterviewSession, number: int) -> HttpResponseBase:
    """The answer's sound as it was stored, with ranges; `?download` as a file."""
    recording = find_recording(session, number)
    if recording is None:
        raise NotThere(gettext("There is no recording of this answer, or it is not ready yet."))
    return _send(request, [measure_part(str(recording.file.name))], "audio/flac", f"answer-{number}.flac")


@require_safe
@behind_link
def play_interview(request: HttpRequest, session: InterviewSession) -> HttpResponseBase:
    """All answers, one after the other."""
    recording = find_recording(session, None)
    if recording is None:
        raise NotThere(gettext("There is no recording of this interview, or it is not ready yet."))
    return _send(request, [measure_part(str(recording.file.name))], "audio/flac", "interview.flac")


@require_safe
@behind_link
def play_whole(request: HttpRequest, session: InterviewSession, kind: str) -> HttpResponseBase:
    """The interview as it went, on its own time line: both voices as far as they are here, or one of them."""
    recording = find_kind(session, WHOLE_KINDS[kind]) if kind in WHOLE_KINDS else None
    if recording is None:
        raise NotThere(gettext("There is no recording of this interview, or it is not ready yet."))
    return _send(request, [measure_part(str(recording.file.name))], "audio/flac", recording.download_name)


@require_safe
@behind_link
def show_whole_captions(request: HttpRequest, session: InterviewSession) -> HttpResponseBase:
    """WebVTT with both speakers, on the interview's time line."""
    return _send_captions(request, write_mix_captions(session), "whole-interview.vtt")


@require_safe
@behind_link
def play_room_recording(request: HttpRequest, session: InterviewSession, recording: uuid.UUID) -> HttpResponseBase:
    """The room with both voices, as the LiveKit server recorded it."""
    found = find_room_recording(session, recording)
    if found is None:
        raise NotThere(gettext("There is no recording of this interview, or it is not ready yet."))
    return _send(request, [measure_part(str(found.file.name))], found.content_type, f"room{found.suffix}")


@require_safe
@behind_link
def show_answer_captions(request: HttpRequest, session: InterviewSession, number: int) -> HttpResponseBase:
    """WebVTT, on the clock of the answer's recording."""
    answer = find_answer(session, number)
    if answer is None:
        raise NotThere(gettext("There is no such answer."))
    return _send_captions(request, write_answer_captions(answer), f"answer-{number}.vtt")


@require_safe
@behind_link
def show_interview_captions(request: HttpRequest, session: InterviewSession) -> HttpResponseBase:
    return _send_captions(request, write_session_captions(session), "interview.vtt")


@require_safe
@behind_link
def list_own_videos(request: HttpRequest, session: InterviewSession) -> HttpResponseBase:
    """`{now, videos: [{uuid, next, bytes}]}`: what is stored, the chunk that each waits for, and the server's clock in
    milliseconds since 1970: by it a browser tells when a recording began, however slow its line is."""
    now_ms = round(timezone.now().timestamp() * 1000)
    return JsonResponse({"now": now_ms, "videos": [_describe(one) for one in list_videos(session)]})


@require_safe
@behind_link
def show_video_progress(request: HttpRequest, session: InterviewSession, video: uuid.UUID) -> HttpResponseBase:
    """`{uuid, next, bytes}`. A video of which nothing is stored waits for chunk 0, whoever else may have its name."""
    found = find_video(session, video)
    if found is None:
        return JsonResponse({"uuid": str(video), "next": 0, "bytes": 0})
    return JsonResponse(_describe(measure_video(found)))


@csrf_exempt  # the secret is the address itself: no cookie is read, so that no other site can borrow one
@require_http_methods(["GET", "HEAD", "PUT"])
@behind_link
def handle_video_chunk(
    request: HttpRequest, session: InterviewSession, video: uuid.UUID, chunk: int
) -> HttpResponseBase:
    """PUT stores a chunk and tells the next; GET sends one that is stored."""
    if request.method == "PUT":
        return _take_chunk(request, session, video, chunk)
    found = _get_video(session, video)
    parts = list_chunk_parts(found)[chunk : chunk + 1]
    if not parts:
        raise NotThere(gettext("There is no such video."))
    return _send(request, parts, found.content_type, f"chunk-{chunk}")


@require_safe
@behind_link
def play_video(request: HttpRequest, session: InterviewSession, video: uuid.UUID) -> HttpResponseBase:
    """The video as one file, with ranges; `?download` as a file."""
    found = _get_video(session, video)
    return _send(request, list_video_parts(found), found.content_type, f"video.{found.suffix}")


@require_safe
@behind_link
def show_video_captions(request: HttpRequest, session: InterviewSession, video: uuid.UUID) -> HttpResponseBase:
    return _send_captions(request, write_video_captions(_get_video(session, video)), "video.vtt")


def _get_video(session: InterviewSession, video: uuid.UUID) -> VideoRecording:
    found = find_video(session, video)
    if found is None:
        raise NotThere(gettext("There is no such video."))
    return found


def _take_chunk(request: HttpRequest, session: InterviewSession, video: uuid.UUID, number: int) -> HttpResponse:
    try:
        if int(request.headers.get("Content-Length") or 0) > MAX_CHUNK_BYTES:
            raise UploadRefused(f"A chunk has at most {MAX_CHUNK_BYTES} bytes.", "too_large")
        chunk = IncomingChunk(
            video=video,
            number=number,
            body=request.body,
            content_type=request.headers.get("Content-Type", ""),
            began_at=_read_beginning(request),
        )
        return JsonResponse(_describe(store_chunk(session=session, chunk=chunk, now=timezone.now())))
    except ChunkOutOfOrder as due:
        return JsonResponse({"uuid": str(video), "next": due.next_number}, status=HTTPStatus.CONFLICT)
    except VideoUnknown:
        return JsonResponse({"code": "unknown"}, status=HTTPStatus.NOT_FOUND)
    except UploadRefused as refusal:
        return JsonResponse({"code": refusal.code, "message": str(refusal)}, status=STATUS_OF_REFUSAL[refusal.code])


def _read_beginning(request: HttpRequest) -> datetime | None:
    """`?began=`: milliseconds since 1970 on the server's clock; None for none and for nonsense."""
    text = request.GET.get("began", "")
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        return None
    return datetime.fromtimestamp(int(text) / 1000, tz=UTC)


def _describe(progress: VideoProgress) -> dict[str, object]:
    return {"uuid": str(progress.recording.uuid), "next": progress.next_number, "bytes": progress.size_bytes}


def _send(request: HttpRequest, parts: Sequence[StoredPart], content_type: str, filename: str) -> HttpResponseBase:
    is_file = "download" in request.GET
    return send_stored(request, parts, content_type=content_type, filename=filename, as_attachment=is_file)


def _send_captions(request: HttpRequest, captions: str, filename: str) -> HttpResponse:
    response = HttpResponse(captions, content_type="text/vtt; charset=utf-8")
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _say(text: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
