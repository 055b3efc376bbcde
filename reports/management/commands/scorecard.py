"""`manage.py scorecard LINK|SESSION`: an interview's scorecard in the terminal, and where its PDF lies."""

import re
import threading
import time
import uuid
from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from interviewpanel.models import InterviewSession
from interviewpanel.services.invitations import find_invitation
from reports.models import InterviewReport
from reports.services.documents import from_document, to_json
from reports.services.terminal import draw_scorecard

LOOK_EVERY_SECONDS = 0.25
TOKEN_IN_LINK = re.compile(r"/(?:i|ws/interview)/([^/]+)/?$")


class Command(BaseCommand):
    help = "Print the scorecard of an interview, and the path of its PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", help="the candidate's link, or the interview's uuid as the admin shows it")
        parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="wait this long for the report")
        parser.add_argument("--json", action="store_true", help="print the JSON document instead")

    def handle(self, *args: Any, **options: Any) -> None:
        session = find_session(options["session"])
        if session.invitation.erased_at is not None:
            raise CommandError(
                f"This interview was erased on {session.invitation.erased_at:%Y-%m-%d}; no report is left."
            )
        report = wait_for_report(session, options["wait"])
        scorecard = from_document(report.document or {})
        if options["json"]:
            self.stdout.write(to_json(scorecard).decode(), ending="")
            return
        console = Console(file=cast("IO[str]", self.stdout), highlight=False)
        console.print(draw_scorecard(scorecard))
        console.print("\nPDF", locate(report.pdf), "\nJSON", locate(report.json), soft_wrap=True, markup=False)


def find_session(text: str) -> InterviewSession:
    """The interview of a candidate's link, or with this uuid; raises CommandError that says what to give instead."""
    if found := TOKEN_IN_LINK.search(text):
        return find_session_of_link(found[1])
    try:
        session = InterviewSession.objects.filter(uuid=uuid.UUID(text)).first()
    except ValueError:
        raise CommandError(
            f"{text!r} is neither a candidate's link nor an interview's uuid. A link looks like "
            "http://HOST/i/TOKEN/; a uuid, which the admin shows on the interview's page, like "
            "1b4e28ba-2fa1-11d2-883f-0016d3cca427."
        ) from None
    if session is None:
        raise CommandError(f"There is no interview {text}. Is this the database it was held on?")
    return session


def find_session_of_link(token: str) -> InterviewSession:
    invitation = find_invitation(token)
    if invitation is None:
        raise CommandError(
            "This link belongs to no invitation here. Is this the database of the site that made it? A link that was "
            "replaced by a new one is not known any more either."
        )
    session = InterviewSession.objects.filter(invitation=invitation).order_by("-id").first()
    if session is None:
        raise CommandError("Nobody has opened this link yet, so there is no interview.")
    return session


def wait_for_report(session: InterviewSession, seconds: float) -> InterviewReport:
    """The made report, looking at its row until it is there or `seconds` have passed.

    Raises CommandError that says what is in the way: the interview is not over, the report failed, or it takes longer.
    """
    until = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        report = InterviewReport.objects.filter(session=session).first()
        if report and report.is_made:
            return report
        if report and report.is_over:
            raise CommandError(
                f"The report could not be made after {report.attempts} attempts: {report.last_error}\n"
                "When the cause is removed, choose “Make again” in the admin's list of reports."
            )
        left = until - time.monotonic()
        if left <= 0:
            raise CommandError(explain_delay(session, report))
        pause.wait(min(LOOK_EVERY_SECONDS, left))


def explain_delay(session: InterviewSession, report: InterviewReport | None) -> str:
    session.refresh_from_db()
    if report is None:
        return f"The interview is {session.status.replace('_', ' ')}; its report is made when it is over."
    return (
        f"The report is not there yet ({report.work_status}, attempt {report.attempts}). It waits for the last answers "
        "to be transcribed and scored, at most 10 minutes; look again, or give --wait SECONDS. Is a server or worker "
        "running?"
    )


def locate(file: Any) -> str:
    """The file's path; its name where storage has no paths."""
    try:
        return str(file.path)
    except NotImplementedError:
        return str(file.name)
