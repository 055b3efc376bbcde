"""What of a candidate's video is refused: by the panel, the link, the time, its type and size; and leaves nothing."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from interviewpanel.models import InterviewSession, VideoChunk, VideoRecording
from interviewpanel.services import session_manager, video_uploads
from interviewpanel.services.invitations import make_token, revoke_invitation
from interviewpanel.services.video_uploads import MAX_CHUNK_BYTES, IncomingChunk, UploadRefused, store_chunk
from tests.live_interviews import agree, invite, make_panel
from tests.video_browsers import FIRST, SECOND, VIDEO, WEBM, Browser, open_browser, outcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya() -> Browser:
    return open_browser(make_panel(records_video=True))


def test_an_interview_without_video_takes_none() -> None:
    priya = open_browser(make_panel())
    assert outcome(priya.put(0, FIRST)) == (403, "not_recorded")
    assert VideoRecording.objects.count() == 0


def test_nothing_is_taken_before_the_consent_and_the_browser_may_come_again() -> None:
    invitation = invite(make_panel(records_video=True), now=timezone.now())
    session = session_manager.open_session(invitation=invitation, now=timezone.now())
    priya = Browser(session, make_token(invitation))
    answer = priya.put(0, FIRST)
    assert (answer.status_code, answer.text) == (425, "The interview has not begun.")
    agree(session, now=timezone.now())
    assert outcome(priya.put(0, FIRST)) == (200, 1)


def test_what_the_browser_still_holds_is_taken_after_the_end_for_a_day(priya: Browser) -> None:
    priya.put(0, FIRST)
    priya.end()
    assert outcome(priya.put(1, SECOND)) == (200, 2)
    InterviewSession.objects.update(ended_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert outcome(priya.put(2, SECOND)) == (410, "over")


def test_a_link_that_was_withdrawn_takes_no_more(priya: Browser) -> None:
    revoke_invitation(invitation=priya.session.invitation, now=timezone.now())
    assert outcome(priya.put(0, FIRST)) == (410, "over")


@pytest.mark.parametrize(
    "type_", ["text/html", "image/svg+xml", "video/quicktime", "", "video/webm;" + "x" * 60, "video/webm;x=y"]
)
def test_only_video_is_taken(priya: Browser, type_: str) -> None:
    assert outcome(priya.put(0, FIRST, type_=type_)) == (415, "type")


def test_a_video_has_so_many_chunks(priya: Browser) -> None:
    assert outcome(priya.put(video_uploads.MAX_CHUNKS, FIRST)) == (507, "full")
    assert outcome(priya.put(video_uploads.MAX_CHUNKS - 1, FIRST)) == (409, 0)


def test_a_chunk_has_a_size(priya: Browser) -> None:
    assert outcome(priya.put(0, bytes(MAX_CHUNK_BYTES + 1))) == (413, "too_large")
    assert outcome(priya.put(0, bytes(MAX_CHUNK_BYTES))) == (200, 1)


def test_an_interview_has_room_for_so_much_video_and_so_many_recordings(priya: Browser) -> None:
    priya.put(0, FIRST)
    half, video, now = video_uploads.MAX_SESSION_BYTES // 2 - 1, VideoRecording.objects.get(), timezone.now()
    fill = [VideoChunk(recording=video, number=number, size_bytes=half, stored_at=now) for number in (1, 2)]
    VideoChunk.objects.bulk_create(fill)
    assert outcome(priya.put(3, SECOND)) == (507, "full")
    VideoChunk.objects.filter(number__gt=0).delete()
    rows = [
        VideoRecording(session=priya.session, content_type=WEBM, started_at=timezone.now())
        for _ in range(video_uploads.MAX_RECORDINGS - 1)
    ]
    VideoRecording.objects.bulk_create(rows)
    assert outcome(priya.put(0, FIRST, video=uuid.UUID(int=9))) == (507, "full")


def test_where_there_is_no_room_any_more_a_stored_chunk_may_still_be_sent_again(priya: Browser) -> None:
    priya.put(0, FIRST)
    video = VideoRecording.objects.get()
    for number in range(1, 5):
        size_bytes = video_uploads.MAX_SESSION_BYTES // 4
        VideoChunk.objects.create(recording=video, number=number, size_bytes=size_bytes, stored_at=timezone.now())
    assert outcome(priya.put(5, SECOND)) == (507, "full")
    assert outcome(priya.put(0, FIRST)) == (200, 5)


def test_a_disk_that_is_full_leaves_no_row(priya: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, content: object, max_length: int | None = None) -> str:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(default_storage, "save", fail)
        with pytest.raises(OSError, match="No space left"):
            priya.put(0, FIRST)
    assert (VideoRecording.objects.count(), VideoChunk.objects.count()) == (0, 0)
    assert outcome(priya.put(0, FIRST)) == (200, 1)


def test_a_piece_takes_as_many_queries_at_the_end_of_a_long_video(priya: Browser) -> None:
    counts = []
    for number in (0, 1, 2, 30):
        if number == 30:
            rows = [
                VideoChunk(recording=VideoRecording.objects.get(), number=one, size_bytes=1, stored_at=timezone.now())
                for one in range(3, 30)
            ]
            VideoChunk.objects.bulk_create(rows)
        with CaptureQueriesContext(connection) as queries:
            assert outcome(priya.put(number, SECOND)) == (200, number + 1)
        counts.append(len(queries))
    assert counts[1] == counts[2] == counts[3]


@pytest.mark.parametrize(("body", "type_", "code"), [(FIRST, "text/html", "type"), (b"", WEBM, "too_large")])
def test_a_refused_chunk_leaves_nothing(priya: Browser, body: bytes, type_: str, code: str) -> None:
    chunk = IncomingChunk(VIDEO, 0, body, type_)
    with pytest.raises(UploadRefused) as refusal:
        store_chunk(session=priya.session, chunk=chunk, now=timezone.now())
    assert (refusal.value.code, VideoRecording.objects.count()) == (code, 0)
    assert not default_storage.exists("video")
