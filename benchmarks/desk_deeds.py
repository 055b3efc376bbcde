"""What people have done at a busy desk, for the benchmark of the admin: messages sent, decisions, ratings, overrides,
shared reports, and the history of it all. Beside the rows of desk_rows.py, as the services would leave them.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from authentication.models import User
from interviewpanel.models import (
    Answer,
    AnswerRating,
    AnswerScore,
    Decision,
    InterviewPanelCandidate,
    InterviewSession,
    ScoreOverride,
)
from organizations.models import Change, Message, MessageTemplate, Organization
from reports.models import InterviewReport, ReportShare

REASON = "The approach is right and the trade-offs are named; the measured number misses the second example."
KINDS = ("invitation", "reminder", "extended")
LINES = 6  # of the history, an invitation


def list_messages(invitations: Sequence[InterviewPanelCandidate], now: datetime) -> Iterator[Message]:
    """An invitation and sometimes a reminder each; one in fifty comes back."""
    for place, invitation in enumerate(invitations):
        for number, kind in enumerate(KINDS[: 1 + place % 3]):
            is_bounced = place % 50 == 0
            sent_at = min(invitation.created_at + timedelta(hours=20 * number), now)
            yield Message(
                organization_id=invitation.organization_id,
                candidate_id=invitation.candidate_id,
                channel="email",
                kind=kind,
                about=invitation.uuid,
                to_address=f"person{place}@example.com",
                subject=f"Your interview at Company {invitation.organization_id}",
                text=REASON * 5,
                state="bounced" if is_bounced else "sent",
                reason="550 5.1.1 no such user" if is_bounced else "",
                provider_id=f"<{invitation.uuid}.{number}@example.com>",
                sent_at=sent_at,
                work_status="done",
                finished_at=sent_at,
            )


def list_templates(organizations: Sequence[Organization]) -> Iterator[MessageTemplate]:
    for organization in organizations:
        for kind in KINDS:
            yield MessageTemplate(organization=organization, kind=kind, subject="Your interview", text=REASON)


def list_changes(
    people: dict[int, User], invitations: Sequence[InterviewPanelCandidate], sessions: Sequence[InterviewSession]
) -> Iterator[Change]:
    """What an invitation goes through, and one deed for each interview."""
    for subject, number in [(one, LINES) for one in invitations] + [(one, 1) for one in sessions]:
        for line in range(number):
            yield Change(
                organization_id=subject.organization_id,
                at=subject.created_at + timedelta(hours=line),
                actor=people[subject.organization_id],
                action="changed" if line else "added",
                subject_type=subject._meta.label_lower,
                subject_id=subject.pk,
                subject_uuid=subject.uuid,
                subject_name=f"Person {subject.pk} for “Panel {subject.pk % 20}”",
                message="Deadline moved",
                differences=[{"field": "expires_at", "label": "expires", "before": "1 Oct", "after": "8 Oct"}],
                reason=REASON if line % 2 else "",
            )


def list_decisions(people: dict[int, User], reports: Sequence[InterviewReport]) -> Iterator[Decision]:
    """One for each report that was reviewed; one in ten was taken back and made again, as `reviewed_at` says."""
    for report in reports:
        if report.reviewed_at is None:
            continue
        stages = ("hold", "to_review", "advance") if report.pk % 10 == 0 else (("advance", "decline")[report.pk % 2],)
        for stage in stages:
            yield Decision(
                organization_id=report.organization_id,
                session_id=report.session_id,
                stage=stage,
                reason=REASON,
                decided_by=people[report.organization_id],
                decided_at=report.reviewed_at,
            )


def list_ratings(people: dict[int, User], answers: Sequence[Answer], chance: random.Random) -> Iterator[AnswerRating]:
    """Every fifth answer was rated by a person."""
    for answer in answers[::5]:
        yield AnswerRating(
            answer=answer,
            rated_by=people[answer.session.organization_id],
            rated_by_name="A recruiter",
            composite=chance.randrange(0, 101, 25),
            reason=REASON,
            is_blind=bool(answer.pk % 2),
            at=answer.closed_at,
        )


def list_overrides(people: dict[int, User], scores: Sequence[AnswerScore]) -> Iterator[ScoreOverride]:
    """Every twenty-fifth score counts no more: a person's does."""
    for score in scores[::25]:
        yield ScoreOverride(
            answer_id=score.answer_id,
            number=1,
            score=score,
            measured=score.composite,
            composite=75,
            reason=REASON,
            decided_by=people[score.answer.session.organization_id],
            decided_by_name="A recruiter",
            decided_at=score.answer.closed_at,
        )


def list_shares(people: dict[int, User], reports: Sequence[InterviewReport], now: datetime) -> Iterator[ReportShare]:
    """Two links for every tenth report that was made, most of them over."""
    made = [one for one in reports if one.made_at is not None]
    for report, other in pairwise(made[::5]):
        made_at = report.made_at
        assert made_at is not None
        yield ReportShare(
            organization_id=report.organization_id,
            session_id=report.session_id,
            token_hash=f"{report.pk:032d}{other.pk:032d}",
            purpose="The hiring manager of the team",
            created_by=people[report.organization_id],
            created_at=made_at,
            expires_at=max(made_at + timedelta(days=14), now if report.pk % 4 == 0 else made_at + timedelta(days=1)),
        )
