"""A candidate of whom a row of every kind is kept, and the download. Used by the tests of the download."""

import json
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from authentication.models import User
from interviewpanel.models import (
    AnswerScore,
    Booking,
    InterviewPanelCandidate,
    InterviewSession,
    JoinedVideo,
    PhonePin,
    Recording,
    Room,
    RoomRecording,
    VideoChunk,
    VideoRecording,
)
from interviewpanel.services import session_manager
from interviewpanel.services.accommodations import ask_accommodation
from interviewpanel.services.candidate_requests import ask_people
from interviewpanel.services.client_events import record_client_event
from interviewpanel.services.decisions import decide
from interviewpanel.services.feedback import correct_answer, give_feedback
from interviewpanel.services.human_ratings import override_score, rate_answer, withdraw_override
from interviewpanel.services.invitation_messages import queue_about
from interviewpanel.services.invitations import make_token
from organizations.models import Message, ResumeText
from organizations.services.history import record_change
from organizations.services.resumes import store_resume
from questionbank.models import ResumeSummary
from reports.models import InterviewReport
from tests.call_rows import add_consent, add_line_rows, add_phone_call
from tests.live_interviews import after, begin, close, find_open, reload, store_audio
from tests.rows_besides import add_line, add_narrative, add_share, add_speech
from tests.spoken_interviews import speak
from tests.work import ScriptedEngine, do_due

DOCUMENT: dict[str, Any] = {"schema": "of a report", "overall": {"value": 71, "why": "Measured."}}


def answer_some(invitation: InterviewPanelCandidate) -> InterviewSession:
    """One spoken answer and one typed, both scored; the third question is open."""
    session = begin(invitation)
    store_audio(find_open(session))
    close(session, "done")
    do_due(engine=ScriptedEngine(), now=after(70), times=4)
    close(session, "typed", seconds=80, typed="I would <measure> first.")
    do_due(now=after(90), times=4)
    assert AnswerScore.objects.filter(answer__session=session, work_status="done").count() == 2
    return reload(session)


def hold(invitation: InterviewPanelCandidate) -> InterviewSession:
    """An interview that is over, with a row of every kind that can be kept of one."""
    ask_accommodation(invitation=invitation, needs=["breaks"], note="A window", now=after(-60))
    queue_about(invitation=invitation, kind="invitation", now=after(-50))
    do_due(Message, now=after(-40))
    store_resume(candidate=invitation.candidate, file=ContentFile(b"%PDF-1.7", "cv.pdf"), now=after(-30))
    ResumeText.objects.filter(candidate=invitation.candidate).update(text="Wrote <b>", text_hash="a", pages=1)
    ResumeSummary.objects.create(
        organization=invitation.organization, candidate=invitation.candidate, text_hash="a", facts={"topics": []}
    )
    owner = invitation.organization
    Booking.objects.create(invitation=invitation, organization=owner, starts_at=after(60), booked_at=after(-20))
    session = answer_some(invitation)
    record_client_event(session_id=session.pk, epoch=1, kind="tab_hidden", client_at="10:02", now=after(95))
    video = VideoRecording.objects.create(session=session, content_type="video/webm", started_at=after(1))
    chunk = VideoChunk(recording=video, number=0, size_bytes=3, stored_at=after(2))
    chunk.file.save("chunk", ContentFile(b"abc"))
    JoinedVideo.objects.create(recording=video, last_chunk_at=after(2), due_at=after(900))
    add_speech(session, "Hello Priya.")
    add_consent(invitation)
    PhonePin.objects.create(invitation=invitation, pin_hash=f"{invitation.pk}", token_version=invitation.token_version)
    call = add_phone_call(invitation)
    add_line_rows(call, session)
    speak(session, "Welcome to this interview.", 0.5)
    room = Room.objects.create(session=session, state="closed", work_status="done", opened_at=after(1))
    recorded = RoomRecording(room=room, work_status="done", started_at=after(2), ended_at=after(99), seconds=97.5)
    recorded.file.save("room.ogg", ContentFile(b"OggS"))
    session_manager.end_session(session_id=session.pk, now=after(100), reason="ended_by_candidate")
    do_due(now=after(110), times=6)
    do_due(Recording, now=after(120))
    judge(session)
    rosa, _ = User.objects.get_or_create(email="rosa@fernbrook.example", full_name="Rosa Lindqvist")
    decide(session_id=session.pk, stage="hold", reason="Waits.", decided_by=rosa, now=after(200), seen_id=None)
    for row, message, reason in (
        (invitation, "Link withdrawn.", "Was rude on the phone"),
        (session, "Answer 2: score set to 80 of 100.", "In other words."),
    ):
        about = {"action": "changed", "organization_id": session.organization_id, "actor": rosa, "now": after(203)}
        record_change(row=row, message=message, reason=reason, **about)  # type: ignore[arg-type]
    add_narrative(session, "Reads the plan first.")
    add_line(session, "What would you compare in the plan?")
    add_share(session, revoked_at=after(205), last_opened_at=after(204), opened_count=2)
    ask_people(invitation=invitation, kind="human_review", note="Please", now=after(210))
    correct_answer(invitation=invitation, number=2, text="Measure, not treasure.", now=after(220))
    give_feedback(invitation=invitation, rating=5, comment="Kind", now=after(230))
    InterviewReport.objects.filter(session=session).update(
        kind="final",
        state="final",
        made_at=after(120),
        document=DOCUMENT,
        pdf="a",
        json="b",
        overall=71,
        grade="B",
        recommendation="hire",
        technical=74,
        communication=66,
    )
    return reload(session)


def judge(session: InterviewSession) -> None:
    """Rosa rates the first answer, and sets the score of the second."""
    rosa, _ = User.objects.get_or_create(email="rosa@fernbrook.example", full_name="Rosa Lindqvist")
    first, second = session.answers.order_by("number")[:2]
    why = {"reason": "In other words.", "now": after(200)}
    rate_answer(answer_id=first.pk, user=rosa, ratings={"depth": 3}, composite=None, is_blind=True, **why)
    override_score(answer_id=second.pk, user=rosa, composite=80, components={"depth": 75.0}, seen=0, **why)
    withdraw_override(answer_id=second.pk, user=rosa, reason="Mistaken.", seen=1, now=after(205))


def address_of(invitation: InterviewPanelCandidate) -> str:
    return reverse("candidate-data", args=[make_token(invitation)])


def download(invitation: InterviewPanelCandidate) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(Client().get(address_of(invitation)).getvalue())
    return data
