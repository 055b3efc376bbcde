"""Live interviews for tests, made by the services that make them in earnest.

Named people: Priya is invited by Fernbrook; Mallory holds a link of another organization.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from interviewpanel.domain.audio_buffer import Chunk
from interviewpanel.models import (
    Answer,
    AudioSegment,
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewPanelQuestionDistribution,
    InterviewSession,
    SessionEvent,
)
from interviewpanel.services import audio_segments, session_manager
from interviewpanel.services.answers import close_answer
from interviewpanel.services.invitations import issue_invitation
from organizations.models import Candidate, Organization
from tests.question_banks import make_subtopics, plan_question, save_live_questions
from tests.work import do_due

T0 = datetime(2031, 5, 5, 9, 0, tzinfo=UTC)  # later than any machine that runs this, so that new work is due
FRAME_SAMPLES = 1536


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def make_panel(name: str = "Fernbrook", *, questions: int = 3, **changes: Any) -> InterviewPanel:
    """A published panel that asks so many medium questions, of a bank that holds one more."""
    slug = name.lower()
    organization = Organization.objects.create(name=name, slug=slug, contact_email=f"people@{slug}.example")
    (subtopic,) = make_subtopics(slug, 1, 1)
    save_live_questions(
        [plan_question(f"{slug}-{one}", subtopic, "medium", organization=organization) for one in range(questions + 1)]
    )
    panel = InterviewPanel.objects.create(
        organization=organization,
        title="Screening",
        job_title="Backend engineer",
        status=InterviewPanel.Status.PUBLISHED,
        **{"max_minutes": 30, "max_follow_ups": 0, "words_by_model": False, **changes},
    )
    InterviewPanelQuestionDistribution.objects.create(
        panel=panel, category=subtopic.topic.category, topic=subtopic.topic, subtopic=subtopic, medium_count=questions
    )
    return panel


def invite(
    panel: InterviewPanel, name: str = "Priya Raghunathan", *, now: datetime = T0, **changes: Any
) -> InterviewPanelCandidate:
    email = f"{name.split()[0].lower()}@example.com"
    candidate = Candidate.objects.create(organization=panel.organization, full_name=name, email=email)
    return issue_invitation(panel=panel, candidate=candidate, now=now, **changes)


def agree(session: InterviewSession, *, now: datetime, version: str = "2026-1") -> None:
    session_manager.start_session(
        session_id=session.pk, epoch=session.epoch, document_version=version, language="en", now=now
    )


def begin(invitation: InterviewPanelCandidate, *, now: datetime = T0) -> InterviewSession:
    """Opened, agreed to, greeted, and the first question asked."""
    session = session_manager.open_session(invitation=invitation, now=now)
    session_manager.start_session(
        session_id=session.pk, epoch=session.epoch, document_version="2026-1", language="en", now=now
    )
    do_due(now=now)
    return reload(session)


def begin_now(invitation: InterviewPanelCandidate) -> InterviewSession:
    """As `begin`, by the machine's own clock: for sockets, which live by it."""
    session = session_manager.open_session(invitation=invitation, now=timezone.now())
    agree(session, now=timezone.now())
    do_due()
    return reload(session)


def make_begun(*, time_multiplier: float = 1.0, **changes: Any) -> InterviewPanelCandidate:
    """A candidate of a panel of their own, whose first question is asked."""
    invitation = invite(make_panel(**changes), now=timezone.now(), time_multiplier=time_multiplier)
    begin_now(invitation)
    return invitation


def begin_interview(*, now: datetime = T0, **changes: Any) -> InterviewSession:
    return begin(invite(make_panel(**changes), now=now), now=now)


def reload(session: InterviewSession) -> InterviewSession:
    return InterviewSession.objects.select_related("invitation__panel").get(pk=session.pk)


def find_open(session: InterviewSession) -> Answer:
    answer: Answer = session.answers.get(status__in=["asked", "answering"])
    return answer


def store_audio(
    answer: Answer,
    *,
    frames: int = 10,
    has_speech: bool = True,
    is_answer: bool = True,
    lost_frames: int = 0,
    now: datetime = T0,
    memory: dict[str, object] | None = None,
    deadline_at: datetime | None = None,
    is_again: bool = False,
) -> AudioSegment:
    """The next segment of an open answer, through the service; `is_again`: the newest once more."""
    last = answer.segments.order_by("-number")[1 if is_again else 0 :].first()
    first = last.last_sequence + 1 if last else 0
    start = last.end_sample if last else 0
    noise = np.random.default_rng(first).normal(0, 300, frames * FRAME_SAMPLES).astype("<i2")
    chunk = Chunk(
        first_sequence=first,
        last_sequence=first + frames - 1,
        start_sample=start,
        end_sample=start + frames * FRAME_SAMPLES,
        pcm=noise.tobytes(),
        lost_samples=lost_frames * FRAME_SAMPLES,
    )
    through = audio_segments.store_segment(
        session_id=answer.session_id,
        epoch=InterviewSession.objects.values_list("epoch", flat=True).get(pk=answer.session_id),
        answer_id=answer.pk,
        chunk=chunk,
        has_speech=has_speech,
        is_answer=is_answer,
        turn_memory=memory or {},
        deadline_at=deadline_at,
        now=now,
    )
    assert through == chunk.last_sequence
    segment: AudioSegment = answer.segments.get(first_sequence=first)
    return segment


def list_events(session: InterviewSession) -> list[tuple[int, str]]:
    return list(SessionEvent.objects.filter(session=session).values_list("sequence", "type"))


def close(session: InterviewSession, reason: str = "done", seconds: float = 60, typed: str = "") -> Answer:
    """Close the open answer, as its socket does."""
    answer = find_open(session)
    close_answer(
        session_id=session.pk, epoch=1, answer_id=answer.pk, reason=reason, typed_text=typed, now=after(seconds)
    )
    answer.refresh_from_db()
    return answer


def summarise(answer: Answer) -> tuple[str, str, int]:
    """Its status, its transcript, and how many scores it has."""
    answer.refresh_from_db()
    return answer.status, answer.transcript, answer.scores.count()
