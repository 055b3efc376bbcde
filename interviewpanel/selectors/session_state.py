"""Everything a client needs to draw the interview from nothing: `session_state` of the protocol."""

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from interviewpanel.domain.states import OPEN_ANSWER, SessionStatus
from interviewpanel.domain.turn_rules import MOST_EXTENSIONS
from interviewpanel.models import Answer, InterviewSession, SessionEvent
from interviewpanel.selectors.heard_words import describe_heard
from interviewpanel.selectors.turn_rules import load_rules
from organizations.models import Organization

EVENTS_AT_ONCE = 20
ALLOWED_ACTIONS: dict[str, list[str]] = {
    SessionStatus.PENDING: ["start"],
    SessionStatus.GREETING: ["end_interview"],
    SessionStatus.IN_PROGRESS: [
        "playback_finished",
        "end_turn",
        "need_time",
        "more_time",
        "set_waiting",
        "answer_text",
        "skip_question",
        "repeat_question",
        "rephrase_question",
        "pause",
        "end_interview",
    ],
    SessionStatus.PAUSED: ["resume", "answer_text", "skip_question", "end_interview"],
}

IN_LINE = ["start", "leave_queue", "tell_me"]  # of a session that is pending and in the queue


def load_session(session_id: int) -> InterviewSession:
    """With what every function here and in services/clocks reads of it; one query."""
    return InterviewSession.objects.select_related("invitation__panel", "invitation__candidate", "organization").get(
        pk=session_id
    )


def load_open_answer(session_id: int) -> Answer | None:
    """With its question's version; one query."""
    return _open_answers(session_id).select_related("question_version").first()


def has_open_answer(session_id: int) -> bool:
    return _open_answers(session_id).exists()


def _open_answers(session_id: int) -> QuerySet[Answer]:
    return Answer.objects.filter(session_id=session_id, status__in=sorted(OPEN_ANSWER))


def list_events(session_id: int, after: int) -> list[SessionEvent]:
    """The next few: a client that has stopped reading must not hold many of them in the server's memory."""
    events = SessionEvent.objects.filter(session_id=session_id, sequence__gt=after)
    return list(events.order_by("sequence")[:EVENTS_AT_ONCE])


def describe_session(
    session: InterviewSession,
    *,
    times: dict[str, object],
    question: dict[str, object] | None,
    more_time_left: int | None,
    queue: dict[str, object] | None,
) -> dict[str, object]:
    """`session_state`, less its type and time; `times` are its clock and pause, `queue` is where they wait to begin,
    the rest is of the open answer."""
    invitation, organization = session.invitation, session.organization
    panel = invitation.panel
    return {
        **times,
        "status": session.status,
        "last_sequence": session.event_sequence,
        "candidate": {"display_name": invitation.candidate.full_name},
        "organization": {
            "display_name": organization.name,
            "colour": organization.primary_colour,
            "logo_url": _find_logo(organization),
            "contact_email": organization.contact_email,
        },
        "job_title": panel.job_title,
        "language": panel.language,
        "consent": {"document_version": panel.consent_version, "is_given": session.consented_at is not None},
        "settings": {
            "is_video": panel.records_video,
            "prefers_typing": invitation.prefers_typing,
            "waits_for_done": session.waits_for_done,
        },
        "limits": {
            "total_seconds": session.clock_limit_seconds,
            "pause_seconds": round(invitation.pause_budget_seconds),
            "frame_bytes": 65_536,
            **_describe_turn_limits(session),
        },
        "question": question,
        "turn": None if more_time_left is None else {"more_time_left": more_time_left},
        "heard": _describe_heard(session),
        "acknowledged": describe_acknowledged(session),
        "transcript": [
            {"speaker": line.speaker, "kind": line.kind, "text": line.text, "sequence": line.sequence}
            for line in session.transcript.order_by("sequence")
        ],
        "queue": queue,
        "allowed_actions": IN_LINE if _is_in_line(queue) else ALLOWED_ACTIONS.get(session.status, []),
    }


def _find_logo(organization: Organization) -> str | None:
    """An address of this site, wherever the file lies."""
    return f"{settings.PUBLIC_URL}{reverse('logo', args=[organization.uuid])}" if organization.logo else None


def _is_in_line(queue: dict[str, object] | None) -> bool:
    return queue is not None and queue["state"] != "left"


def _describe_turn_limits(session: InterviewSession) -> dict[str, object]:
    rules = load_rules(session)
    return {
        "longest_turn_seconds": round(rules.max_turn_seconds),
        "warning_seconds": round(min(rules.longest_warning_seconds, rules.max_turn_seconds / 2)),
        "more_time_seconds": round(rules.more_time_seconds),
        "more_time_count": MOST_EXTENSIONS,
    }


def _describe_heard(session: InterviewSession) -> dict[str, object] | None:
    answer = _open_answers(session.pk).first()
    heard = None if answer is None else describe_heard(answer)
    return heard if heard and heard["segments"] else None


def describe_acknowledged(session: InterviewSession) -> dict[str, object] | None:
    """Through which frame the newest answer is stored; −1 for none."""
    answer = session.answers.order_by("-number").prefetch_related("segments").first()
    if answer is None:
        return None
    through = max((segment.last_sequence for segment in answer.segments.all()), default=-1)
    return {"answer": answer.number, "through": through, "is_open": answer.is_open}
