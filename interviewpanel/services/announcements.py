"""Tells other systems what became of invitations and interviews. Called by the services here, and by reports, in the
transaction that made it true.

Trials announce nothing. Nothing tells of what a candidate was granted, or of what was said: ids, states, numbers, and
what the other system gave itself (`metadata`). What each event carries: organizations/domain/webhook_events.py.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import AnswerScore, InterviewPanelCandidate, InterviewSession
from organizations.services.webhooks import announce, announce_all, write_time


def announce_invited(invitations: Sequence[InterviewPanelCandidate], now: datetime) -> None:
    """Effects: deliveries of `candidate.invited`. All are of one organization. One select where nobody listens."""
    told = [(one.uuid, _describe_invited(one)) for one in invitations if not one.is_trial]
    if told:
        owner = invitations[0].organization_id
        announce_all(organization_id=owner, event="candidate.invited", told=told, now=now)


def _describe_invited(invitation: InterviewPanelCandidate) -> dict[str, Any]:
    ids = _list_ids(invitation)
    return {**ids, "expires_at": write_time(invitation.expires_at), "metadata": invitation.metadata}


def announce_started(session: InterviewSession, now: datetime) -> None:
    announce_session(session, "interview.started", {"started_at": write_time(now)}, now)


def announce_ended(session: InterviewSession, now: datetime) -> None:
    """One of two events: the interview was held to an end, or the candidate left it."""
    event = "interview.abandoned" if session.status == SessionStatus.ABANDONED else "interview.ended"
    said = {"status": str(session.status), "end_reason": session.end_reason, "ended_at": write_time(now)}
    announce_session(session, event, said, now)


def announce_scored(session: InterviewSession, score: AnswerScore, now: datetime) -> None:
    answer = score.answer
    said = {
        "answer_id": str(answer.uuid),
        "number": answer.number,
        "status": str(score.state),
        "score": score.composite,
    }
    announce_session(session, "answer.scored", said, now)


def announce_session(session: InterviewSession, event: str, said: dict[str, Any], now: datetime) -> None:
    """Effects: deliveries of an event of an interview: its ids and metadata, and what is said besides. One select where
    nobody listens, if the invitation with its panel and candidate was loaded with the session.
    """
    invitation = session.invitation
    if invitation.is_trial:
        return
    ids = {"session_id": str(session.uuid), **_list_ids(invitation), "metadata": invitation.metadata}
    announce(organization_id=session.organization_id, event=event, data={**ids, **said}, about=invitation.uuid, now=now)


def _list_ids(invitation: InterviewPanelCandidate) -> dict[str, str]:
    return {
        "invitation_id": str(invitation.uuid),
        "candidate_id": str(invitation.candidate.uuid),
        "panel_id": str(invitation.panel.uuid),
    }
