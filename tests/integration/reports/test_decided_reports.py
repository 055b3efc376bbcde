"""The report says who decided what; a decision makes it again, and no making in between loses one."""

import io

import pytest
from rich.console import Console

from authentication.models import User
from config.work.tasks import WorkNotReady
from interviewpanel.models import Decision, InterviewSession
from interviewpanel.services.decisions import decide
from reports.domain.scorecard import Decided
from reports.models import InterviewReport
from reports.selectors.interviews import read_decision
from reports.services.documents import from_document
from reports.services.reports import open_report, prepare_report
from reports.services.terminal import draw_scorecard
from tests.interview_rows import ENDED_AT, MADE_AT, World, make_interview
from tests.work import do_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(world: World) -> InterviewSession:
    return make_interview(world)


@pytest.fixture
def rosa() -> User:
    return User.objects.create_user("rosa@fernbrook.example", full_name="Rosa Lindqvist")


def decide_as(rosa: User, session: InterviewSession, stage: str) -> Decision:
    last = session.decisions.first()
    return decide(
        session_id=session.pk,
        stage=stage,
        reason="Read the plan first.",
        decided_by=rosa,
        now=MADE_AT,
        seen_id=last.pk if last else None,
    )


def make(session: InterviewSession) -> InterviewReport:
    do_due(InterviewReport)
    return InterviewReport.objects.get(session=session)


def test_a_report_says_that_nobody_has_decided(session: InterviewSession) -> None:
    open_report(session=session, now=ENDED_AT)
    report = make(session)
    assert report.document is not None
    assert from_document(report.document).decided is None
    assert "No decision yet: a person decides." in draw(report)


def test_a_decision_makes_the_report_again_with_who_when_and_why(session: InterviewSession, rosa: User) -> None:
    open_report(session=session, now=ENDED_AT)
    before = make(session)
    decide_as(rosa, session, "advance")
    assert InterviewReport.objects.get().work_status == "queued"
    after = make(session)
    assert after.document is not None
    assert from_document(after.document).decided == Decided(
        stage="advance", reason="Read the plan first.", at=MADE_AT, by="Rosa Lindqvist"
    )
    assert (after.overall, after.pdf.name == before.pdf.name) == (before.overall, False)
    told = " ".join(draw(after).split())
    assert "Decision: advance, by Rosa Lindqvist on 12 March 2026, 09:42 UTC, because: Read the plan first." in told
    assert "No decision was made automatically." in told


def test_what_is_taken_back_is_told_no_more(session: InterviewSession, rosa: User) -> None:
    open_report(session=session, now=ENDED_AT)
    decide_as(rosa, session, "decline")
    decide_as(rosa, session, "to_review")
    assert read_decision(session.pk) is None
    report = make(session)
    assert report.document is not None
    assert report.document["decided"] is None


def test_who_decides_while_the_report_is_being_made_is_not_overlooked(session: InterviewSession, rosa: User) -> None:
    """The making has read no decision; it is not stored, and looks again."""
    report = open_report(session=session, now=ENDED_AT)
    store = prepare_report(report=report, now=MADE_AT)
    decide_as(rosa, session, "hold")
    with pytest.raises(WorkNotReady):
        store()
    made = make(session)
    assert made.document is not None
    assert made.document["decided"]["stage"] == "hold"


def test_whose_account_is_gone_has_decided_all_the_same(session: InterviewSession, rosa: User) -> None:
    decide_as(rosa, session, "hold")
    rosa.delete()
    assert read_decision(session.pk) == Decided(stage="hold", reason="Read the plan first.", at=MADE_AT, by="")
    open_report(session=session, now=ENDED_AT)
    assert "by somebody who has left" in " ".join(draw(make(session)).split())


def draw(report: InterviewReport) -> str:
    written = io.StringIO()
    Console(file=written, width=100).print(draw_scorecard(from_document(report.document or {})))
    return written.getvalue()
