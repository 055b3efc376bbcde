"""`manage.py demo_invitation`: a fresh link to the demo's short interview, as JSON for the demo to read."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession
from interviewpanel.services.invitations import InvitationRefused, issue_invitation, join_url
from organizations.models import Candidate
from reports.services.demo_data import ORGANIZATION_SLUG, SHORT_PANEL, SHORT_PANEL_CANDIDATES


class Command(BaseCommand):
    help = "Invite one of the demo's candidates to the short interview once more; prints the invitation as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--candidate", default=SHORT_PANEL_CANDIDATES[0], choices=SHORT_PANEL_CANDIDATES)
        parser.add_argument("--show", metavar="INVITATION", help="print this invitation (its uuid) instead")

    def handle(self, *args: Any, candidate: str, show: str | None, **options: Any) -> None:
        invitation = invite_again(candidate) if show is None else InterviewPanelCandidate.objects.get(uuid=show)
        session = InterviewSession.objects.filter(invitation=invitation).order_by("-id").first()
        described = {
            "invitation": str(invitation.uuid),
            "candidate": invitation.candidate.full_name,
            "link": join_url(invitation),
            "session": str(session.uuid) if session else None,
        }
        self.stdout.write(json.dumps(described))


def invite_again(full_name: str) -> InterviewPanelCandidate:
    demo = {"organization__slug": ORGANIZATION_SLUG}
    panel = InterviewPanel.objects.filter(title=SHORT_PANEL["title"], **demo).first()
    candidate = Candidate.objects.filter(full_name=full_name, **demo).first()
    if panel is None or candidate is None:
        raise CommandError("The demo's panel or its candidate is not there. Run `manage.py seed_demo` first.")
    try:
        return issue_invitation(panel=panel, candidate=candidate, now=timezone.now())
    except InvitationRefused as error:
        raise CommandError(str(error)) from error
