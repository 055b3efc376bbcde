"""Rows beside an interview's own (tests/interview_rows.py): who asked for something, who may read it, who starts it."""

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from interviewpanel.models import (
    AccommodationRequest,
    InterviewPanel,
    InterviewSession,
    PositionQuestionSet,
    PreparedLine,
    RatedAnswer,
    RatedSet,
    SpokenAudio,
)
from organizations.models import Organization
from questionbank.domain.question_cache import Wish
from questionbank.models import CachedQuestion, EnhancedDescription, GeneratedInterview, Generation, ScreeningSet
from questionbank.services.question_cache import Writer, keep_question
from reports.models import InterviewNarrative, ReportShare
from tests.generated_texts import INPUTS, add_description, make_document, make_questions
from tests.interview_rows import ENDED_AT, STARTED_AT


def add_question_set(panel: InterviewPanel, position: str, experience: str = "") -> PositionQuestionSet:
    return PositionQuestionSet.objects.create(
        organization=panel.organization, position=position, experience=experience, panel=panel
    )


def add_rated_set(organization: Organization, name: str = "Autumn") -> RatedSet:
    """One answer that two people have rated."""
    rated_set = RatedSet.objects.create(organization=organization, name=name, digest=name, imported_at=STARTED_AT)
    RatedAnswer.objects.create(
        rated_set=rated_set, number=1, question="Why?", expected_answer="So.", text="So", ratings={"a": 50, "b": 60}
    )
    return rated_set


def add_generation(organization: Organization, **changes: Any) -> Generation:
    """Asked for, and waiting for a worker."""
    fields: dict[str, Any] = {"kind": "screening", "req_id": f"{organization.name}-1", "steps": 2}
    return Generation.objects.create(organization=organization, **{**fields, **changes})


def add_cached_question(organization: Organization, request: str = "Composite indexes") -> CachedQuestion:
    wish = Wish("Indexing", "medium", "technical", "en", request)
    content = {"text": "What is a composite index?", "expected_answer": "One of two columns."}
    writer = Writer("ollama", "tiny", "write_bank_question/1+0", tokens=120)
    kept = keep_question(wish, content, writer, organization_id=organization.pk)
    assert kept is not None
    return kept


def add_generated_interview(
    organization: Organization, req_id: str = "REQ-2026-014", **changes: Any
) -> GeneratedInterview:
    """A draft of five questions, for a requisition that was worked out, with screening questions beside it."""
    description = add_description(organization, req_id)
    source = {**INPUTS, **dict.fromkeys(("language", "seniority", "notes"), ""), "language": "en"}
    requirements = [
        {"id": f"R{number}", "text": f"Sentence {number}.", "source": "description"} for number in range(1, 8)
    ]
    enhanced = EnhancedDescription.objects.create(
        organization=organization,
        description=description,
        number=1,
        source={**source, "requirements": requirements},
        document=make_document(),
        engine="ollama",
        model="tiny",
        prompt_version="enhance_description/1+0",
        started_at=STARTED_AT,
    )
    asked = add_generation(organization, req_id="", kind="screening", work_status="done")
    ScreeningSet.objects.create(
        organization=organization,
        description=description,
        generation=asked,
        title="Cook",
        source="Cooks.",
        model="tiny",
    )
    fields: dict[str, Any] = {"name": "First interview", "level": "mid", "questions": make_questions()}
    return GeneratedInterview.objects.create(
        organization=organization, description=description, enhancement=enhanced, **{**fields, **changes}
    )


def add_accommodation_request(session: InterviewSession, note: str = "") -> AccommodationRequest:
    """Asked for before the interview, and still waiting."""
    return AccommodationRequest.objects.create(
        organization=session.organization,
        invitation=session.invitation,
        needs=["breaks"],
        note=note,
        asked_at=STARTED_AT,
    )


def add_share(session: InterviewSession, token: str = "", **changes: Any) -> ReportShare:
    """A link to the interview's report that works for a week from its end; its token is not one of ours."""
    fields: dict[str, Any] = {
        "organization": session.organization,
        "token_hash": token or f"hash-of-share-{session.uuid}",
        "purpose": "A second opinion",
        "created_at": ENDED_AT,
        "expires_at": ENDED_AT + timedelta(days=7),
    }
    return ReportShare.objects.create(session=session, **{**fields, **changes})


def add_narrative(session: InterviewSession, words: str, **changes: Any) -> InterviewNarrative:
    """What a language model wrote of the interview's scores as they were once."""
    said = {"text": words, "answers": [1], "quote": words}
    fields: dict[str, Any] = {
        "organization": session.organization,
        "evidence_hash": "e" * 64,
        "reply": {"strengths": [said]},
        "dropped": [{"section": "gaps", "reason": "number", "why": "Not computed", "count": 2}],
        "engine": "ollama",
        "model": "llama3.1:8b",
        "prompt_version": "narrate_interview/1+abc",
        "reply_hash": "d" * 64,
        "work_status": "done",
        "finished_at": ENDED_AT,
    }
    return InterviewNarrative.objects.create(session=session, **{**fields, **changes})


def add_line(session: InterviewSession, text: str, **changes: Any) -> PreparedLine:
    """A question that a language model worded, on what was said, and that was asked."""
    fields: dict[str, Any] = {
        "answer": session.answers.order_by("number").first(),
        "kind": "follow_up",
        "state": "used",
        "details": {"said": text, "element": "Composite index"},
        "deadline_at": ENDED_AT,
        "used_at": STARTED_AT,
        "provenance": {"engine": "ollama", "model": "llama3.1:8b"},
        "work_status": "done",
        "finished_at": STARTED_AT,
    }
    return PreparedLine.objects.create(session=session, text=text, **{**fields, **changes})


def add_speech(session: InterviewSession, text: str) -> SpokenAudio:
    """Something that the server's voice has said to this candidate alone."""
    audio = SpokenAudio.objects.create(
        organization=session.organization,
        invitation=session.invitation,
        engine="espeak-ng",
        language="en",
        text=text,
        used_at=STARTED_AT,
        work_status="done",
    )
    audio.file.save("speech.flac", ContentFile(b"fLaC"))
    return audio
