"""All that is stored about one candidate's interview, for the candidate: their privacy page and its download."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from interviewpanel.models import (
    Answer,
    AnswerScore,
    AudioSegment,
    InterviewPanelCandidate,
    InterviewSession,
    Recording,
    VideoRecording,
)

FORMAT = "interviewbot.candidate-data/1"
SAMPLE_RATE = 16_000
Facts = dict[str, Any]


def list_answers(session: InterviewSession) -> list[Answer]:
    """In the order of asking, with all that the page shows of each; three queries."""
    rows = session.answers.select_related("correction", "recording").prefetch_related("segments", "scores")
    return list(rows.order_by("number"))


def describe_stored(invitation: InterviewPanelCandidate, now: datetime) -> Facts:
    """The download: plain values only, times as ISO 8601 in UTC. Files are named by the paths they can be had at."""
    candidate, panel = invitation.candidate, invitation.panel
    return {
        "format": FORMAT,
        "written_at": now,
        "organization": {
            "name": invitation.organization.name,
            "contact_email": invitation.organization.contact_email,
            "kept_for_days": invitation.retention_days,
        },
        "candidate": _pick(candidate, "uuid", "full_name", "email", "phone", "created_at"),
        "job": _pick(panel, "job_title", "job_category", "experience_level", "language"),
        "invitation": _pick(invitation, "uuid", "created_at", "expires_at", "revoked_at", "kept_until"),
        "conditions": _pick(
            invitation, "time_multiplier", "silence_multiplier", "extra_break_seconds", "prefers_typing"
        ),
        "accommodations": [
            _pick(row, "needs", "note", "state", "asked_at", "decided_at", "reply")
            for row in invitation.accommodations.all()
        ],
        "requests": [
            _pick(row, "kind", "note", "asked_at", "answered_at", "reply") for row in invitation.requests.all()
        ],
        "interviews": [_describe_session(session) for session in invitation.sessions.order_by("id")],
    }


def _describe_session(session: InterviewSession) -> Facts:
    feedback = getattr(session, "feedback", None)
    return {
        **_pick(session, "uuid", "status", "created_at", "started_at", "ended_at", "end_reason"),
        "erased_after": session.kept_until,
        "consent": {
            "given_at": session.consented_at,
            **{name: getattr(session, f"consent_{name}") for name in ("version", "language", "hash")},
        },
        "clock": _pick(
            session, "clock_limit_seconds", "clock_used_seconds", "pause_used_seconds", "grace_used_seconds"
        ),
        "waits_for_done": session.waits_for_done,
        "answers": [_describe_answer(answer) for answer in list_answers(session)],
        "conversation": [
            _pick(line, "sequence", "speaker", "kind", "text", "started_at", "ended_at")
            for line in session.transcript.order_by("sequence")
        ],
        "recordings": [_describe_recording(one) for one in session.recordings.order_by("id")],
        "videos": [_describe_video(one) for one in session.videos.all()],
        "told_to_your_page": [_pick(event, "sequence", "type", "at", "payload") for event in session.events.all()],
        "noticed_by_your_page": [_pick(event, "kind", "client_at", "at") for event in session.client_events.all()],
        "feedback": _pick(feedback, "rating", "comment", "at") if feedback else None,
    }


def _describe_answer(answer: Answer) -> Facts:
    correction = getattr(answer, "correction", None)
    return {
        **_pick(answer, "uuid", "number", "kind", "question_text", "status", "closed_reason"),
        **_pick(answer, "asked_at", "turn_started_at", "closed_at", "typed_text", "transcript"),
        "correction": _pick(correction, "text", "at") if correction else None,
        "sound": [_describe_segment(one) for one in answer.segments.all()],
        "ratings": [_describe_score(one) for one in answer.scores.all()],
    }


def _describe_segment(segment: AudioSegment) -> Facts:
    return {
        "starts_at_seconds": segment.start_sample / SAMPLE_RATE,
        "ends_at_seconds": segment.end_sample / SAMPLE_RATE,
        **_pick(segment, "has_speech", "is_answer", "text", "words", "engine", "engine_model"),
    }


def _describe_score(score: AnswerScore) -> Facts:
    """What is said of the answer. What the organization asks for and expects is not about the candidate."""
    return {
        **_pick(score, "number", "state", "composite", "components", "rationale", "strengths", "improvements"),
        **_pick(score, "notable_quote", "red_flags", "flags", "reasons", "is_fallback", "created_at"),
    }


def _describe_recording(recording: Recording) -> Facts:
    return {
        "answer": recording.answer.number if recording.answer is not None else None,
        "seconds": recording.samples / SAMPLE_RATE,
        "is_ready": recording.work_status == Recording.WorkStatus.DONE,
    }


def _describe_video(video: VideoRecording) -> Facts:
    chunks = list(video.chunks.values_list("size_bytes", flat=True))
    return {**_pick(video, "uuid", "content_type", "started_at"), "parts": len(chunks), "bytes": sum(chunks)}


def _pick(row: Model, *names: str) -> Facts:
    return {name: getattr(row, name) for name in names}
