"""`manage.py erase_interview UUID`: erase one interview, or one invitation without an interview, for good."""

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.erasure import ErasureRefused, erase_interview


class Command(BaseCommand):
    help = "Erase everything of one interview that was said or written, or that names the candidate. For good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uuid", help="of the interview or of the invitation, as the admin shows it")
        parser.add_argument("--yes", action="store_true", help="do it; without this, it is only said what would be")

    def handle(self, *args: Any, **options: Any) -> None:
        invitation = find_invitation(options["uuid"])
        if invitation.erased_at is not None:
            self.stdout.write(f"This was erased on {invitation.erased_at:%Y-%m-%d at %H:%M} UTC.")
            return
        if not options["yes"]:
            raise CommandError(
                f"Nothing was erased. This is the interview of {invitation.candidate}, {invitation.panel}; it could "
                "not be brought back. If it is the one, give --yes."
            )
        try:
            erase_interview(
                invitation_id=invitation.pk,
                reason=InterviewPanelCandidate.ErasedBecause.OPERATOR,
                now=timezone.now(),
            )
        except ErasureRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Erased. The files leave storage as soon as a server or worker runs.")


def find_invitation(text: str) -> InterviewPanelCandidate:
    """Raises CommandError that says what to give instead."""
    try:
        wanted = uuid.UUID(text)
    except ValueError:
        raise CommandError(f"{text!r} is no uuid. The admin shows it on the interview's page, under Record.") from None
    rows = InterviewPanelCandidate.objects.filter(Q(uuid=wanted) | Q(sessions__uuid=wanted)).distinct()
    invitation = rows.select_related("candidate", "panel").first()
    if invitation is None:
        raise CommandError(f"There is no interview and no invitation {text}. Is this the database it is in?")
    return invitation
