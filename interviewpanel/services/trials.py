"""Trials: somebody of the organization is interviewed by a panel to see how it is. Called by the panel's page.

A trial is a real interview behind a real link, of an invitation that says so (`is_trial`). It stands in no list, figure
or statistic, counts as no exposure of a question, and does not fix the panel's plan. The person stands in it as a
candidate of their own (`Candidate.is_trial`), under an address to which nothing can be sent, so that they are never
taken for somebody who applies, and can apply.
"""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from authentication.models import User
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.services.invitations import hash_token, make_token
from interviewpanel.services.panels import PanelNotReady, find_problems
from organizations.models import Candidate, Organization

TRIAL_HOURS = 24


@transaction.atomic
def issue_trial(*, panel: InterviewPanel, user: User, now: datetime) -> InterviewPanelCandidate:
    """A link of the user's own to a panel that is published, or a draft that could be.

    Effects in order: the user's trial candidate, unless there is one; the invitation. The link ends after 24 hours and
    opens before and after the panel's window. Raises PanelNotReady with what stands in the way.
    """
    if panel.status == InterviewPanel.Status.ARCHIVED:
        raise PanelNotReady([f"“{panel.title}” is archived. Take it back to draft, or duplicate it, and try that."])
    if problems := find_problems(panel):
        raise PanelNotReady(problems)
    organization, expires_at = panel.organization, now + timedelta(hours=TRIAL_HOURS)
    invitation = InterviewPanelCandidate(
        uuid=uuid.uuid4(),
        organization=organization,
        panel=panel,
        candidate=_find_candidate(organization, user),
        expires_at=expires_at,
        is_trial=True,
        retention_days=organization.retention_days,
        recording_days=organization.recording_days,
        kept_until=expires_at + timedelta(days=organization.retention_days),
    )
    invitation.token_hash = hash_token(make_token(invitation))
    invitation.save()
    return invitation


def _find_candidate(organization: Organization, user: User) -> Candidate:
    name = user.full_name or user.email.partition("@")[0]
    candidate, _ = Candidate.objects.update_or_create(
        organization=organization,
        email=f"trial-{user.uuid}@trial.invalid",
        defaults={"full_name": name, "is_trial": True},
    )
    return candidate
