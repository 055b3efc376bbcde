"""manage.py seed_demo: fill the site with the demo's organization, staff, questions, panels and candidates."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from authentication.services.roles import PermissionMissing
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.invitations import find_invitation, join_url, make_token
from interviewpanel.services.panels import PanelNotReady
from questionbank.domain.json_objects import BankFormatError
from reports.services.demo_data import DemoData, ensure_invitation, seed_demo
from reports.services.demo_history import MOST, find_beginning, hold_interview, name_candidates

# Stands in the README, so it protects nothing: only where DEBUG is on, on a developer's own machine.
DEFAULT_PASSWORD = "interview-demo"  # noqa: S105
NO_LINK = "(made with another SECRET_KEY)"


class Command(BaseCommand):
    help = (
        "Make the demo's organization, three staff users, the question bank, two published panels and six invited "
        "candidates. Running it again makes nothing twice. The staff's password is DEMO_PASSWORD."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--interviews",
            type=int,
            default=0,
            metavar="N",
            help=f"also hold N finished interviews of made-up people, over the last weeks (at most {MOST})",
        )

    def handle(self, *args: Any, interviews: int = 0, **options: Any) -> None:
        if not 0 <= interviews <= MOST:
            raise CommandError(f"--interviews is a number from 0 to {MOST}.")
        password = find_password(settings.DEMO_PASSWORD, is_debug=settings.DEBUG)
        try:
            data = seed_demo(now=timezone.now(), password=password)
        except (BankFormatError, PanelNotReady, PermissionMissing) as error:
            raise CommandError(str(error)) from error
        is_default = password == DEFAULT_PASSWORD
        for line in describe_demo(data, password if is_default else "the one in DEMO_PASSWORD"):
            self.stdout.write(line)
        self._hold_interviews(data, interviews)

    def _hold_interviews(self, data: DemoData, count: int) -> None:
        now = timezone.now()
        for number, name in enumerate(name_candidates(count)):
            invitation = ensure_invitation(data.panels[0], name, now)
            if not invitation.sessions.exists():
                hold_interview(invitation=invitation, began_at=find_beginning(number, count, now), now=timezone.now())
                self.stdout.write(f"  held {number + 1} of {count}: {name}")


def find_password(configured: str, *, is_debug: bool) -> str:
    """The staff's password. Raises CommandError where none is configured on a site that is not for development."""
    if configured:
        return configured
    if is_debug:
        return DEFAULT_PASSWORD
    raise CommandError(
        "DEMO_PASSWORD is not set and DEBUG is off. Set DEMO_PASSWORD to the password the demo's staff shall have, "
        "or leave the demo's data out of this site."
    )


def describe_demo(data: DemoData, shown_password: str) -> list[str]:
    """What a person needs to begin: where to sign in as whom, and a link for each candidate."""
    bank = data.bank
    counts = f"{bank.created} questions new, {bank.changed} changed, {bank.unchanged} as they were"
    return [
        f"{data.organization.name}: {counts}.",
        "",
        f"Sign in at {settings.PUBLIC_URL}/admin/ (password: {shown_password})",
        *(f"  {role:<9} {user.email}" for role, user in data.staff.items()),
        *(line for panel in data.panels for line in ("", f"{panel.title}", *_describe_links(data, panel.pk))),
        *_explain_dead_links(data),
    ]


def _describe_links(data: DemoData, panel_id: int) -> list[str]:
    return [
        f"  {invitation.candidate.full_name:<13} {join_url(invitation) if opens(invitation) else NO_LINK}"
        for invitation in data.invitations
        if invitation.panel_id == panel_id
    ]


def opens(invitation: InterviewPanelCandidate) -> bool:
    """Whether the link that this process would show is the one that the row knows: both come from SECRET_KEY."""
    return find_invitation(make_token(invitation)) == invitation


def _explain_dead_links(data: DemoData) -> list[str]:
    if all(opens(invitation) for invitation in data.invitations):
        return []
    return [
        "",
        (
            "Links that were made with another SECRET_KEY cannot be shown. Set that key again, or make new ones: in "
            "the admin, choose the invitations and “Make a new link (the old one stops working)”."
        ),
    ]
