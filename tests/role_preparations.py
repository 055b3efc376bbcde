"""What is done to a row before its page, or a deed about it, is tried: as things have to be for that."""

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from interviewpanel.models import (
    CalibrationMap,
    CalibrationRun,
    InterviewPanel,
    InterviewSession,
    Place,
    RatedSet,
    Recording,
    Room,
    RoomRecording,
    VideoChunk,
    VideoRecording,
)
from organizations.models import Candidate, Membership, Organization
from questionbank.models import Question
from questionbank.services.versions import add_version
from tests.bank_desks import make_content
from tests.call_rows import NUMBER, add_consent
from tests.interview_rows import ENDED_AT, World, make_interview

AUDIO = b"fLaC-and-so-on"


def give_recordings(session: InterviewSession) -> None:
    done = {"work_status": "done", "finished_at": ENDED_AT}
    for kind in ("answer", "interview", "mix"):
        answer = session.answers.get(number=1) if kind == "answer" else None
        made = Recording.objects.create(session=session, answer=answer, kind=kind, **done)
        made.file.save("x.flac", ContentFile(AUDIO))


def give_video(session: InterviewSession) -> VideoRecording:
    video, is_new = VideoRecording.objects.get_or_create(
        session=session, defaults={"content_type": "video/webm", "started_at": ENDED_AT}
    )
    if is_new:
        chunk = VideoChunk(recording=video, number=0, size_bytes=len(AUDIO), stored_at=ENDED_AT)
        chunk.file.save("0", ContentFile(AUDIO))
    return video


def give_room_recording(session: InterviewSession) -> RoomRecording:
    room, _ = Room.objects.get_or_create(session=session, defaults={"due_at": ENDED_AT})
    recording, is_new = RoomRecording.objects.get_or_create(
        room=room, defaults={"due_at": ENDED_AT, "started_at": ENDED_AT}
    )
    if is_new:
        recording.file.save("room.ogg", ContentFile(AUDIO))
    return recording


def give_report_files(report: Any) -> None:
    report.pdf.save("x.pdf", ContentFile(b"%PDF"), save=False)
    report.json.save("x.json", ContentFile(b"{}"), save=False)
    report.save()


def give_sound(segment: Any) -> None:
    segment.file.save("x.flac", ContentFile(AUDIO))


def ask_erasure(request: Any) -> None:
    type(request).objects.filter(pk=request.pk).update(kind="erasure")


def forget_password(member: Membership) -> None:
    member.user.set_unusable_password()
    member.user.save()


def give_resume(candidate: Any) -> None:
    candidate.resume.save("x.pdf", ContentFile(b"%PDF"))


def interview_another(panel: InterviewPanel) -> None:
    """Who was asked the same, so that there is something to compare."""
    row = panel.distribution.get()
    question = Question.objects.get(key="fernbrook-slow-query")
    make_interview(World(panel.organization, panel, row, question), candidate="Omar Said")


def make_live(session: InterviewSession) -> None:
    """It goes on still, and what is said next has the next number."""
    last = session.transcript.order_by("-sequence").values_list("sequence", flat=True)[0]
    InterviewSession.objects.filter(pk=session.pk).update(
        status="in_progress", ended_at=None, end_reason="", transcript_sequence=last
    )


def make_waiting(session: InterviewSession) -> None:
    """It has not begun: its candidate is on the page, and waits for a place."""
    later = timezone.now() + timedelta(hours=1)
    InterviewSession.objects.filter(pk=session.pk).update(
        status="pending", started_at=None, ended_at=None, end_reason="", lease_until=later
    )
    waits = {"organization_id": session.organization_id, "arrived_at": ENDED_AT, "consent_hash": "a" * 64}
    Place.objects.get_or_create(session=session, defaults=waits)


def last_as_shared(share: Any) -> None:
    """It works still."""
    type(share).objects.filter(pk=share.pk).update(expires_at=timezone.now() + timedelta(days=7))


def fit_map(rated_set: RatedSet) -> CalibrationMap:
    return CalibrationMap.objects.create(
        organization=rated_set.organization, number=1, knots=[], trial={}, fitted_at=ENDED_AT, is_active=True
    )


def run_set(rated_set: RatedSet) -> CalibrationRun:
    return CalibrationRun.objects.create(
        organization=rated_set.organization, rated_set=rated_set, alarms=["Drift."], work_status="done"
    )


def nothing(row: Any) -> None:
    """There is nothing to prepare."""


def make_draft(panel: Any) -> None:
    InterviewPanel.objects.filter(pk=panel.pk).update(status="draft")
    panel.distribution.update(medium_count=1, hard_count=0)
    Question.objects.update(status="live")


def put_into(question: Question, status: str) -> None:
    """With a second version, which can be scored."""
    add_version(question, make_content("Why is a composite index fast?"), user=None)
    Question.objects.filter(pk=question.pk).update(status=status)


def switch_off(endpoint: Any) -> None:
    type(endpoint).objects.filter(pk=endpoint.pk).update(disabled_at=ENDED_AT, disabled_because="person")


def deliver(delivery: Any) -> None:
    type(delivery).objects.filter(pk=delivery.pk).update(work_status="done", finished_at=ENDED_AT)


def take_interviews_away(panel: Any) -> None:
    InterviewSession.objects.filter(invitation__panel=panel).delete()


def begin_anew(invitation: Any) -> None:
    """As it was when it was sent: nobody has begun."""
    invitation.sessions.all().delete()
    until = invitation.created_at + timedelta(days=1)
    type(invitation).objects.filter(pk=invitation.pk).update(expires_at=until, revoked_at=None)


def make_callable(invitation: Any) -> None:
    """Nobody has begun, at any hour of any day."""
    begin_anew(invitation)
    Candidate.objects.filter(pk=invitation.candidate_id).update(phone=NUMBER)
    Organization.objects.filter(pk=invitation.organization_id).update(
        calling_opens="00:00", calling_closes="23:59:59.999999", calling_days="every_day"
    )
    add_consent(invitation, number=NUMBER)


def fail_recording(session: InterviewSession) -> None:
    give_recordings(session)
    session.recordings.update(work_status="failed", file="")


def fail_report(report: Any) -> None:
    type(report).objects.filter(pk=report.pk).update(work_status="failed", finished_at=ENDED_AT)


def fail_generation(generation: Any) -> None:
    type(generation).objects.filter(pk=generation.pk).update(work_status="failed", last_error="It was refused.")


def make_batch(generation: Any) -> None:
    type(generation).objects.filter(pk=generation.pk).update(kind="batch")


def publish_generated(interview: Any) -> None:
    type(interview).objects.filter(pk=interview.pk).update(status="published")
