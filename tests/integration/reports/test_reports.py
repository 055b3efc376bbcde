"""The life of a report: opened with the interview's end, made once, made again."""

import io
import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from pypdf import PdfReader
from pytest_django import DjangoCaptureOnCommitCallbacks

from config.work.tasks import perform
from interviewpanel.models import InterviewSession
from interviewpanel.signals import interview_ended
from reports.models import InterviewReport
from reports.services.documents import from_document
from reports.services.remaking import remake_report
from reports.services.reports import PATIENCE, ReportNotReady, open_report, prepare_report
from reports.tasks import finish_partial_reports
from tests.interview_rows import (
    ENDED_AT,
    SPOKEN,
    World,
    add_answer,
    add_score,
    make_interview,
    make_session,
    make_world,
)

TASK = "reports.tasks.generate_interview_report"
SOON = ENDED_AT + timedelta(seconds=30)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def end(session: InterviewSession) -> InterviewReport:
    interview_ended.send(sender=InterviewSession, session=session, now=ENDED_AT)
    return InterviewReport.objects.get(session=session)


def make(report: InterviewReport) -> InterviewReport:
    """Do the report's work as a worker would."""
    perform(TASK, report.pk)
    report.refresh_from_db()
    return report


@pytest.mark.usefixtures("world")
def test_the_task_has_the_name_that_the_broker_knows() -> None:
    assert (InterviewReport.task_name, InterviewReport.queue) == (TASK, "reports")


def test_the_end_of_an_interview_opens_one_report_in_the_same_transaction(world: World) -> None:
    session = make_interview(world)
    with transaction.atomic():
        end(session)
        transaction.set_rollback(True)
    assert not InterviewReport.objects.exists()
    first = end(session)
    assert (first.organization, first.due_at, first.work_status) == (world.organization, ENDED_AT, "queued")
    assert end(session) == open_report(session=session, now=SOON) == first
    assert InterviewReport.objects.count() == 1


@time_machine.travel(SOON, tick=False)
def test_a_report_is_made_once_with_both_files_and_the_documents_numbers(world: World, media: Path) -> None:
    report = make(end(make_interview(world)))

    assert (report.work_status, report.kind, report.state, report.made_at) == ("done", "final", "final", SOON)
    # weights 2, 2 and 1: (80*2 + 60*2 + 0) / 5 = 56; 5 of 7 planned were scored
    assert (report.overall, report.grade, report.recommendation) == (56, "F", "no_hire")
    assert (report.technical, report.communication, report.problem_solving, report.role_fit) == (65, 60, None, None)
    scorecard = from_document(report.document)
    assert scorecard.verdict.overall == report.overall
    with report.json.open() as file:
        assert from_document(json.load(file)) == scorecard
    with report.pdf.open() as file:
        pdf = PdfReader(io.BytesIO(file.read()))
    assert "Priya Raghunathan" in pdf.pages[0].extract_text()
    assert "".join(SPOKEN.split()) in "".join("".join(page.extract_text().split()) for page in pdf.pages)
    assert sorted(path.name for path in (media / "reports" / str(report.session.uuid)).iterdir()) == [
        f"{report.uuid.hex}-1.json",
        f"{report.uuid.hex}-1.pdf",
    ]
    assert perform(TASK, report.pk) is False


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_have_one_effect(media: Path) -> None:
    report = end(make_interview(make_world()))
    results: list[bool] = []

    def work() -> None:
        try:
            results.append(perform(TASK, report.pk))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(results) == [False, True]
    assert len(list((media / "reports" / str(report.session.uuid)).iterdir())) == 2


def test_it_waits_for_the_last_answer(world: World) -> None:
    session = make_interview(world)
    late = add_answer(session, world, 4, status="transcribed", distribution_row=None)
    with time_machine.travel(SOON, tick=False):
        report = make(end(session))
        assert (report.work_status, report.attempts) == ("queued", 0)
        assert report.due_at == SOON + timedelta(seconds=2)
        assert report.document is None
    add_score(late, 100)
    late.status = "scored"
    late.save()
    with time_machine.travel(SOON + timedelta(seconds=2), tick=False):
        assert make(report).kind == "final"
    assert from_document(report.document).answers[3].composite == 100


def test_after_ten_minutes_it_is_partial_and_becomes_final_when_the_rest_is_there(
    world: World, media: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    session = make_interview(world)
    late = add_answer(session, world, 4, status="closed", cell_difficulty="hard", transcript="")
    report = end(session)
    almost = ENDED_AT + PATIENCE - timedelta(seconds=1)
    with pytest.raises(ReportNotReady) as waiting:
        prepare_report(report=report, now=almost)
    assert waiting.value.due_at == ENDED_AT + PATIENCE

    with time_machine.travel(ENDED_AT + PATIENCE, tick=False):
        report = make(report)
        assert (report.kind, report.state) == ("partial", "partial")
        missing = from_document(report.document).missing
        assert [part.what for part in missing] == ["Answer 4 · Indexing: not scored yet"]
        assert finish_partial_reports(ENDED_AT + PATIENCE) == 0

    late.status = "no_speech"
    late.save()
    much_later = ENDED_AT + timedelta(hours=1)
    with time_machine.travel(much_later, tick=False), django_capture_on_commit_callbacks(execute=True):
        assert finish_partial_reports(much_later) == 1
        report = make(report)
    assert (report.kind, report.state, report.made_at) == ("final", "final", much_later)
    assert finish_partial_reports(much_later) == 0
    assert sorted(path.name for path in (media / "reports" / str(report.session.uuid)).iterdir()) == [
        f"{report.uuid.hex}-2.json",
        f"{report.uuid.hex}-2.pdf",
    ]


def test_an_interview_that_was_abandoned_before_a_question_has_a_report_without_a_number(world: World) -> None:
    report = make(end(make_session(world, status="abandoned")))
    assert (report.work_status, report.kind, report.state) == ("done", "final", "insufficient")
    assert (report.overall, report.grade, report.recommendation) == (None, "", "")
    assert [part.what for part in from_document(report.document).missing] == [
        "2 medium questions on Indexing: not asked",
        "1 hard question on Indexing: not asked",
    ]


def test_what_cannot_be_made_is_left_to_a_person_who_can_try_again(world: World) -> None:
    session = make_interview(world)
    score = session.answers.get(number=1).scores.get()
    damaged, whole = [{"text": "no rating in here"}], score.criteria
    score.criteria = damaged
    score.save()
    report = end(session)
    for attempt in range(3):
        with time_machine.travel(SOON + timedelta(minutes=attempt), tick=False):
            report = make(report)
    assert (report.work_status, report.attempts) == ("dead", 3)
    assert "KeyError" in report.last_error

    score.criteria = whole
    score.save()
    later = SOON + timedelta(hours=1)
    assert remake_report(report_id=report.pk, now=later) is True
    assert remake_report(report_id=report.pk, now=later) is False  # it is at work already
    with time_machine.travel(later, tick=False):
        assert make(report).work_status == "done"


def test_a_logo_that_storage_has_lost_does_not_lose_the_report(world: World) -> None:
    world.organization.logo = "logos/gone.png"
    world.organization.save()
    report = make(end(make_interview(world)))
    assert report.work_status == "done"
    assert json.loads(json.dumps(report.document))["header"]["branding"]["logo"] == "logos/gone.png"


@pytest.mark.parametrize(
    "fields",
    [
        {"overall": 101, "grade": "A", "recommendation": "hire", "state": "final"},
        {"overall": 70, "grade": "", "recommendation": "consider", "state": "final"},
        {"overall": None, "grade": "C", "recommendation": "", "state": "final"},
        {"overall": 70, "grade": "C", "recommendation": "consider", "state": "insufficient"},
        {"state": "invented"},
        {"kind": "draft"},
        {"kind": "final"},
        {"document": {"schema": "x"}},
    ],
)
def test_the_database_refuses_numbers_that_were_not_measured(world: World, fields: dict[str, Any]) -> None:
    session = make_session(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        InterviewReport.objects.create(session=session, organization=world.organization, **fields)


def test_the_database_refuses_a_report_of_another_tenant(world: World) -> None:
    stranger = make_world("Stranger").organization
    session = make_session(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        InterviewReport.objects.create(session=session, organization=stranger)
