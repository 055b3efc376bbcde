"""Sound and video that are kept for fewer days than the interview: the date, the sweep, what stays, what is said.

Named people: Priya, who is interviewed; Rosa, a recruiter. She agrees at nine o'clock (0 s).
"""

import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from config.work.sweeper import SWEEPS
from interviewpanel.models import (
    AudioSegment,
    FileRemoval,
    InterviewPanelCandidate,
    InterviewSession,
    JoinedVideo,
    Recording,
    SpokenLine,
    VideoRecording,
)
from interviewpanel.services.candidate_requests import answer_request, ask_people
from interviewpanel.services.erasure import erase_due
from interviewpanel.services.invitations import reissue_invitation
from interviewpanel.services.recording_retention import erase_due_recordings
from interviewpanel.services.recordings import open_missing_recordings
from interviewpanel.services.video_uploads import IncomingChunk, UploadRefused, store_chunk
from organizations.models import Change, Organization
from reports.models import InterviewReport
from tests.held_interviews import Held, hold, join
from tests.live_interviews import after, begin, invite, make_panel, reload
from tests.spoken_interviews import speak
from tests.staff import make_member, sign_in
from tests.work import do_due

pytestmark = pytest.mark.django_db
DAY = 86_400
DAYS = 30 * DAY


def invite_for_days(name: str = "Fernbrook", days: int | None = 30) -> InterviewPanelCandidate:
    panel = make_panel(name, records_video=True)
    Organization.objects.filter(pk=panel.organization_id).update(recording_days=days)
    panel.organization.refresh_from_db()
    return invite(panel)


def send_piece(session: InterviewSession, number: int, seconds: float) -> None:
    chunk = IncomingChunk(session.uuid, number, b"a picture", "video/webm", after(5))
    store_chunk(session=session, chunk=chunk, now=after(seconds))


@pytest.fixture
def held() -> Held:
    """Held by voice and camera, with a line of this server's; joined, mixed and reported."""
    found = hold(invite_for_days())
    speak(found.session, "Welcome.", 1.0)
    send_piece(found.session, 0, 64)
    join(80)
    do_due(InterviewReport, now=after(1000))
    return found


def list_sound(session: InterviewSession) -> list[str]:
    found = []
    for folder in ("audio", "recordings", "video"):
        if default_storage.exists(f"{folder}/{session.uuid}"):
            folders, names = default_storage.listdir(f"{folder}/{session.uuid}")
            found += [f"{folder}/{name}" for name in (*folders, *names)]
    return found


def count_rows() -> list[int]:
    return [model.objects.count() for model in (Recording, VideoRecording, JoinedVideo, SpokenLine)]


# --- The date ---------------------------------------------------------------------------------------------------------


def test_the_date_is_fixed_when_recording_begins_by_the_days_that_the_link_told() -> None:
    invitation = invite_for_days()
    Organization.objects.update(recording_days=5)
    session = begin(invitation)
    assert (invitation.recording_days, session.recordings_kept_until) == (30, after(DAYS))
    Organization.objects.update(recording_days=None)
    assert reload(session).recordings_kept_until == after(DAYS)


def test_a_new_link_tells_the_days_of_now_unless_somebody_has_agreed_to_others() -> None:
    unused, begun = invite_for_days(), begin(invite_for_days("Elsewhere")).invitation
    Organization.objects.update(recording_days=7)
    for invitation in (unused, begun):
        reissue_invitation(invitation=invitation, now=after(10))
    assert (unused.recording_days, begun.recording_days) == (7, 30)


def test_without_such_days_everything_is_kept_as_long_as_the_interview() -> None:
    held = hold(invite_for_days(days=None))
    join()
    assert held.session.recordings_kept_until is None
    assert erase_due_recordings(after(179 * DAY)) == 0
    assert reload(held.session).recordings_erased_at is None


# --- The sweep --------------------------------------------------------------------------------------------------------


def test_the_sweep_is_registered() -> None:
    assert "interviewpanel.tasks.erase_due_recordings" in SWEEPS


def test_sound_and_video_go_to_the_second_and_words_and_scores_stay(held: Held) -> None:
    before = [(one.text, one.words) for one in AudioSegment.objects.order_by("id")]
    score = [one.scores.get().composite for one in held.session.answers.filter(number__in=[1, 3])]
    assert (erase_due_recordings(after(DAYS - 1)), count_rows()) == (0, [6, 1, 1, 1])
    assert (erase_due_recordings(after(DAYS)), count_rows()) == (1, [0, 0, 0, 0])
    assert erase_due_recordings(after(DAYS + 1)) == 0
    do_due(FileRemoval, now=after(DAYS))
    assert list_sound(held.session) == []
    assert reload(held.session).recordings_erased_at == after(DAYS)
    assert [(one.text, one.words) for one in AudioSegment.objects.order_by("id")] == before
    assert [one.scores.get().composite for one in held.session.answers.filter(number__in=[1, 3])] == score
    assert default_storage.exists(InterviewReport.objects.get().pdf.name)


def test_what_a_late_worker_still_writes_goes_by_the_last_look(held: Held) -> None:
    erase_due_recordings(after(DAYS))
    do_due(FileRemoval, now=after(DAYS + 1))
    default_storage.save(f"recordings/{held.session.uuid}/late.flac", ContentFile(b"late"))
    do_due(FileRemoval, now=after(DAYS + 1300))
    assert list_sound(held.session) == []


def test_the_history_says_so_and_the_report_is_made_again_to_say_so(held: Held) -> None:
    erase_due_recordings(after(DAYS))
    line = Change.objects.filter(subject_uuid=held.session.uuid).order_by("-id")[0]
    assert line.message == (
        "Sound and video erased: the time for which they were kept was over. Transcript and scores stay."
    )
    report = InterviewReport.objects.get()
    assert report.work_status == "queued"
    do_due(InterviewReport, now=after(DAYS + 5))
    report.refresh_from_db()
    assert report.document["header"]["times"]["recordings_erased_at"] == "2031-06-04T09:00:00Z"


def test_it_is_left_alone_while_a_review_is_asked_for_and_while_it_goes_on(held: Held) -> None:
    request = ask_people(invitation=held.invitation, kind="human_review", note="", now=after(DAYS - DAY))
    running = begin(invite_for_days("Elsewhere"))
    assert erase_due_recordings(after(DAYS + DAY)) == 0
    rosa = make_member("rosa@fernbrook.example", {held.session.organization: "hr"})
    answer_request(request=request, user=rosa, reply="A person has heard it.", now=after(DAYS + DAY))
    assert erase_due_recordings(after(DAYS + 2 * DAY)) == 1
    assert (reload(held.session).recordings_erased_at, reload(running).recordings_erased_at) == (
        after(DAYS + 2 * DAY),
        None,
    )


def test_what_is_erased_is_not_made_again_and_takes_no_more_video(held: Held) -> None:
    InterviewSession.objects.update(recordings_kept_until=after(100))
    erase_due_recordings(after(100))
    assert open_missing_recordings(after(200)) == 0
    with pytest.raises(UploadRefused, match="was erased"):
        send_piece(reload(held.session), 0, 200)
    assert count_rows() == [0, 0, 0, 0]


def test_the_interview_is_erased_in_its_own_time_afterwards(held: Held) -> None:
    erase_due_recordings(after(DAYS))
    assert erase_due(after(70 + 180 * DAY)) == 1
    session = reload(held.session)
    assert (session.recordings_kept_until, session.recordings_erased_at) == (None, None)


# --- What is said of it -----------------------------------------------------------------------------------------------


def read(client: Client, name: str, *keys: object) -> str:
    return client.get(reverse(name, args=keys)).getvalue().decode()


def test_both_sides_are_told_before_and_afterwards(held: Held) -> None:
    rosa = sign_in(make_member("rosa@fernbrook.example", {held.session.organization: "hr"}))
    own = Client()
    assert "Its sound and video are kept until 4 Jun 2031." in read(own, "candidate-privacy", held.token)
    assert "Ton und Video" in own.get(reverse("candidate-privacy", args=[held.token]) + "?language=de").text
    erase_due_recordings(after(DAYS))
    page = read(own, "candidate-privacy", held.token)
    assert "Its sound and video were erased on 4 Jun 2031; what was understood and the ratings stay." in page
    assert "What you typed, and what was understood" in page
    assert "<video" not in page
    review = read(rosa, "admin:reports_interviewreport_review", held.session.pk)
    assert "Sound: erased on 4 Jun 2031." in review
    assert "erased on 4 June 2031, when the time for which they were kept was over" in review
    desk = read(rosa, "admin:interviewpanel_interviewsession_change", held.session.pk)
    assert "erased on 4 Jun 2031, when the time for which it was kept was over" in desk
    data = json.loads(read(own, "candidate-data", held.token))["interviews"][0]
    assert (data["recordings"], data["recordings_erased_at"]) == ([], "2031-06-04T09:00:00Z")


def test_who_agrees_is_told_of_the_days() -> None:
    invitation = invite_for_days()
    page = read(Client(), "join", Held(invitation, InterviewSession()).token)
    assert "Sound and video are erased 30 days after they were recorded." in page
    assert timedelta(days=invitation.retention_days) > timedelta(days=30)
