"""`manage.py scorecard`."""

import io
import json
import threading
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from config.work.tasks import perform
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.services.invitations import hash_token, make_token
from reports.models import InterviewReport
from reports.services.reports import open_report
from tests.interview_rows import ENDED_AT, make_interview, make_session, make_world


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("scorecard", *arguments, stdout=out)
    return out.getvalue()


def make(session: InterviewSession) -> InterviewReport:
    report = open_report(session=session, now=ENDED_AT)
    with time_machine.travel(ENDED_AT + timedelta(seconds=5), tick=False):
        assert perform(report.task_name, report.pk)
    report.refresh_from_db()
    return report


@pytest.mark.django_db
def test_it_prints_the_scorecard_and_where_the_files_are() -> None:
    session = make_interview(make_world())
    report = make(session)
    shown = run(str(session.uuid))
    assert "Priya Raghunathan · Backend Engineer" in shown
    assert "56 of 100 · grade F · 5.6 of 10 · recommendation: Not Recommended" in shown
    assert report.pdf.path in shown
    assert report.json.path in shown


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["http://a.example/i/{}/", "https://a.example/site/i/{}", "ws://a/ws/interview/{}/"])
def test_the_candidates_link_says_which_interview_too(form: str) -> None:
    session = make_interview(make_world())
    make(session)
    invitation = session.invitation
    token = make_token(invitation)
    InterviewPanelCandidate.objects.filter(pk=invitation.pk).update(token_hash=hash_token(token))

    assert run(form.format(token)) == run(str(session.uuid))


@pytest.mark.django_db
def test_a_link_without_an_interview_says_why() -> None:
    world = make_world()
    session = make_session(world)
    token = make_token(session.invitation)
    InterviewPanelCandidate.objects.filter(pk=session.invitation_id).update(token_hash=hash_token(token))
    session.delete()

    with pytest.raises(CommandError, match="Nobody has opened this link yet"):
        run(f"http://a.example/i/{token}/")
    with pytest.raises(CommandError, match="This link belongs to no invitation here"):
        run(f"http://a.example/i/{token[::-1]}/")


@pytest.mark.django_db
def test_json_is_the_document_and_nothing_else() -> None:
    session = make_interview(make_world())
    report = make(session)
    assert json.loads(run(str(session.uuid), "--json")) == report.document


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_the_report() -> None:
    session = make_interview(make_world())
    report = open_report(session=session, now=ENDED_AT)

    def work() -> None:
        try:
            perform(report.task_name, report.pk)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert "56 of 100" in run(str(session.uuid), "--wait", "60")
    finally:
        worker.join()


@pytest.mark.django_db
def test_what_is_in_the_way_is_said() -> None:
    world = make_world()
    with pytest.raises(CommandError, match="'soon' is neither a candidate's link nor an interview's uuid"):
        run("soon")
    with pytest.raises(CommandError, match="There is no interview"):
        run(str(uuid.uuid4()))
    live = make_session(world, status="in_progress", ended_at=None)
    with pytest.raises(CommandError, match=r"is in progress; its report is made when it is over\."):
        run(str(live.uuid))
    over = make_session(world, candidate="Aiko Mori")
    report = open_report(session=over, now=ENDED_AT)
    with pytest.raises(CommandError, match=r"not there yet \(queued, attempt 0\)"):
        run(str(over.uuid), "--wait", "0.01")
    InterviewReport.objects.filter(pk=report.pk).update(work_status="dead", attempts=3, last_error="The disk is full.")
    with pytest.raises(CommandError, match="could not be made after 3 attempts: The disk is full"):
        run(str(over.uuid))
