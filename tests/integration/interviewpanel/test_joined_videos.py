"""Videos are joined once their interview is over: durable, once, anew where a piece comes late, or given up.

Named people: Priya, interviewed by Fernbrook with video.
"""

import uuid
from datetime import datetime

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from config.work.tasks import ClaimLost, perform
from interviewpanel.models import InterviewSession, JoinedVideo, VideoRecording
from interviewpanel.services import session_manager
from interviewpanel.services.invitations import make_token
from interviewpanel.services.joined_videos import join_chunks
from interviewpanel.services.recordings import join_again
from interviewpanel.services.video_uploads import IncomingChunk, store_chunk
from tests.camera_videos import SECONDS, WEBM, load_webm_pieces, make_mp4_pieces, read_seconds
from tests.held_interviews import load
from tests.live_interviews import after, begin, invite, make_panel
from tests.staff import make_member, sign_in
from tests.work import do_due
from tests.work_rows import run_at_once

pytestmark = pytest.mark.django_db

PIECES = load_webm_pieces()


def begin_interview() -> InterviewSession:
    return begin(invite(make_panel(records_video=True)))


@pytest.fixture
def priya() -> InterviewSession:
    return begin_interview()


def upload(
    session: InterviewSession, pieces: list[bytes], now: datetime, *, first: int = 0, type_: str = WEBM, name: int = 1
) -> VideoRecording:
    session.refresh_from_db()
    for number, body in enumerate(pieces, start=first):
        chunk = IncomingChunk(uuid.UUID(int=name), number, body, type_, now)
        store_chunk(session=session, chunk=chunk, now=now)
    return VideoRecording.objects.get(uuid=uuid.UUID(int=name))


def end(session: InterviewSession, seconds: float) -> None:
    session_manager.end_session(session_id=session.pk, now=after(seconds), reason="all questions asked")


def do_join(seconds: float, *, times: int = 1) -> int:
    return do_due(JoinedVideo, now=after(seconds), times=times)


def list_files(video: VideoRecording) -> list[str]:
    return sorted(default_storage.listdir(f"video/{video.session.uuid}/{video.uuid}")[1])


def test_a_video_is_joined_when_its_interview_is_over_and_no_piece_has_come_for_a_while(
    priya: InterviewSession,
) -> None:
    video = upload(priya, PIECES, after(10))
    assert do_join(620) == 0  # the interview runs
    end(priya, 700)
    assert do_join(719) == 0
    assert do_join(721) == 1
    joined = JoinedVideo.objects.get()
    assert (joined.work_status, joined.chunk_count) == ("done", 5)
    assert joined.size_bytes == len(load(joined.file.name))
    assert joined.seconds == pytest.approx(SECONDS, abs=0.1)
    assert list_files(video) == ["000000", "000001", "000002", "000003", "000004", "joined.webm"]


def test_both_sides_then_play_the_joined_file_and_can_seek_in_it(client: Client, priya: InterviewSession) -> None:
    video = upload(priya, PIECES, after(10))
    url = reverse("candidate-video-file", args=[make_token(priya.invitation), video.uuid])
    assert b"".join(client.get(url).streaming_content) == b"".join(PIECES)
    end(priya, 60)
    do_join(90)
    joined = load(JoinedVideo.objects.get().file.name)
    whole = client.get(url)
    assert (b"".join(whole.streaming_content), whole["Content-Type"]) == (joined, WEBM)
    part = client.get(url, headers={"Range": "bytes=50000-50009"})
    assert (b"".join(part.streaming_content), part["Content-Range"]) == (
        joined[50_000:50_010],
        f"bytes 50000-50009/{len(joined)}",
    )
    chunk = client.get(reverse("candidate-video", args=[make_token(priya.invitation), video.uuid, 3]))
    assert b"".join(chunk.streaming_content) == PIECES[3]


def test_each_camera_session_has_a_file_of_its_own(priya: InterviewSession) -> None:
    upload(priya, PIECES, after(10), name=1)
    upload(priya, PIECES[:3], after(30), name=2)
    upload(priya, make_mp4_pieces(), after(50), type_="video/mp4", name=3)
    end(priya, 60)
    assert do_join(90) == 3
    rows = JoinedVideo.objects.order_by("recording__uuid")
    assert [round(one.seconds) for one in rows] == [5, 3, 3]
    assert [read_seconds(load(one.file.name)) for one in rows] == pytest.approx([one.seconds for one in rows], abs=0.1)
    assert [one.file.name.rpartition("/")[2] for one in rows] == ["joined.webm", "joined.webm", "joined.mp4"]


def test_a_piece_that_comes_late_has_it_made_anew(transactional_db: None) -> None:
    priya = begin_interview()
    video = upload(priya, PIECES[:3], after(10))
    end(priya, 60)
    do_join(90)
    upload(priya, PIECES[3:], after(3600), first=3)
    joined = JoinedVideo.objects.get()
    assert (joined.work_status, joined.attempts, joined.due_at) == ("queued", 0, after(3620))
    assert do_join(3621) == 1
    joined.refresh_from_db()
    assert (joined.chunk_count, round(joined.seconds)) == (5, 5)
    assert len(list_files(video)) == 6  # what it was before is gone


def test_one_that_comes_while_it_is_joined_is_not_left_out(priya: InterviewSession) -> None:
    """The piece is stored between the reading of the pieces and the end of the work."""
    upload(priya, PIECES[:3], after(10))
    end(priya, 60)
    joined = JoinedVideo.objects.select_related("recording").get()
    store = join_chunks(joined, after(90))
    upload(priya, PIECES[3:], after(91), first=3)
    store()
    joined.refresh_from_db()
    assert (joined.work_status, joined.chunk_count) == ("queued", 3)
    assert do_join(120) == 1
    joined.refresh_from_db()
    assert (joined.work_status, joined.chunk_count) == ("done", 5)


def test_joined_twice_there_is_one_file(priya: InterviewSession) -> None:
    video = upload(priya, PIECES, after(10))
    end(priya, 60)
    assert do_join(90, times=2) == 1
    assert len(list_files(video)) == 6


def test_two_workers_at_once_store_one_result(transactional_db: None) -> None:
    session = begin_interview()
    video = upload(session, PIECES, after(10))
    end(session, 60)
    row = JoinedVideo.objects.get()
    with time_machine.travel(after(90)):
        ended = run_at_once([lambda: perform(row.task_name, row.pk)] * 4)
    row.refresh_from_db()
    assert (sorted(ended), row.work_status, row.attempts) == ([False, False, False, True], "done", 1)
    assert len(list_files(video)) == 6


def test_a_damaged_one_stays_as_it_is_and_says_so(client: Client, priya: InterviewSession) -> None:
    video = upload(priya, [b"\x1aE\xdf\xa3 first", b"second"], after(10))
    end(priya, 60)
    do_join(90)
    joined = JoinedVideo.objects.get()
    assert (joined.work_status, joined.attempts, str(joined.file)) == ("failed", 1, "")
    assert joined.last_error.startswith("The pieces could not be joined, and are played as they are: ")
    url = reverse("candidate-video-file", args=[make_token(priya.invitation), video.uuid])
    assert b"".join(client.get(url).streaming_content) == b"\x1aE\xdf\xa3 firstsecond"
    assert list_files(video) == ["000000", "000001"]


def test_a_piece_that_is_gone_is_said(priya: InterviewSession) -> None:
    video = upload(priya, PIECES, after(10))
    default_storage.delete(video.chunks.get(number=2).file.name)
    end(priya, 60)
    do_join(90)
    assert JoinedVideo.objects.get().last_error == "A piece is not in storage any more."


def test_one_that_was_given_up_can_be_put_back_to_work_and_no_other(priya: InterviewSession) -> None:
    upload(priya, PIECES, after(10))
    end(priya, 60)
    joined = JoinedVideo.objects.get()
    assert join_again(session_id=priya.pk, now=after(70)) == 0
    JoinedVideo.objects.update(work_status="dead", attempts=3, last_error="OSError: the disk is full")
    assert join_again(session_id=priya.pk, now=after(90)) == 1
    assert do_join(91) == 1
    joined.refresh_from_db()
    assert (joined.work_status, joined.attempts, joined.last_error) == ("done", 1, "")
    assert join_again(session_id=priya.pk, now=after(92)) == 0


def test_what_was_erased_meanwhile_leaves_no_file(priya: InterviewSession) -> None:
    video = upload(priya, PIECES, after(10))
    end(priya, 60)
    joined = JoinedVideo.objects.select_related("recording").get()
    JoinedVideo.objects.update(claim_number=joined.claim_number + 1)
    with pytest.raises(ClaimLost):
        join_chunks(joined, after(90))
    assert "joined.webm" not in list_files(video)


def test_an_abandoned_interview_is_joined_with_what_there_is(priya: InterviewSession) -> None:
    upload(priya, PIECES[:2], after(10))
    session_manager.end_session(session_id=priya.pk, now=after(60), reason="grace", is_abandoned=True)
    assert do_join(90) == 1
    assert JoinedVideo.objects.get().finished_at == after(90)


@time_machine.travel(after(90), tick=False)
def test_staff_read_why_it_failed_and_start_it_again(priya: InterviewSession) -> None:
    upload(priya, PIECES, after(10))
    end(priya, 60)
    JoinedVideo.objects.update(work_status="dead", attempts=3, last_error="OSError: the disk is full")
    client = sign_in(make_member("staff@fernbrook.example", {priya.organization: "reviewer"}))
    page = reverse("admin:interviewpanel_interviewsession_change", args=[priya.pk])
    assert "could not be joined: OSError: the disk is full" in client.get(page).text
    choose = {"action": "join_again", "_selected_action": [priya.pk], "confirmed": "yes"}
    done = client.post(reverse("admin:interviewpanel_interviewsession_changelist"), choose, follow=True)
    assert "1 of the chosen interviews&#x27; recordings will be joined again." in done.text
    assert do_due(JoinedVideo) == 1
    assert "0 min 5 s" in client.get(page).text
    again = client.post(reverse("admin:interviewpanel_interviewsession_changelist"), choose, follow=True)
    assert "Nothing to do" in again.text
