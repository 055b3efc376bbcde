"""The demo's finished interviews: held by the real services, in the past, and never twice."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.models import AnswerScore, InterviewSession
from organizations.models import Candidate
from reports.models import InterviewReport
from reports.services.demo_history import PERIOD, find_beginning, name_candidates

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.WORK_TRANSPORT = "sweeper"
    settings.OLLAMA_BASE_URL = "http://127.0.0.1:9"
    settings.DEMO_PASSWORD = "a-password-of-the-test"


def seed(*options: str) -> str:
    said = StringIO()
    call_command("seed_demo", *options, stdout=said)
    return said.getvalue()


def test_interviews_are_held_scored_and_reported_in_the_past() -> None:
    before = timezone.now()
    told = seed("--interviews", "2")
    assert [line for line in told.splitlines() if "held" in line] == [
        f"  held {number} of 2: {name}" for number, name in enumerate(name_candidates(2), 1)
    ]
    sessions = InterviewSession.objects.filter(started_at__isnull=False).order_by("started_at")
    assert [session.status for session in sessions] == ["completed", "completed"]
    for session in sessions:
        assert session.started_at is not None
        assert session.ended_at is not None
        assert before - PERIOD < session.started_at < session.ended_at < before
        assert session.clock_used_seconds == (session.ended_at - session.started_at).total_seconds()
        times = [
            moment
            for answer in session.answers.order_by("number")
            for moment in (answer.asked_at, answer.turn_started_at, answer.closed_at)
        ]
        assert times == sorted(times)
        scores = AnswerScore.objects.filter(answer__session=session)
        assert {score.work_status for score in scores} == {"done"}
    assert [report.work_status for report in InterviewReport.objects.all()] == ["done", "done"]

    candidates = Candidate.objects.count()
    assert "held" not in seed("--interviews", "2")
    assert (InterviewSession.objects.count(), Candidate.objects.count()) == (2, candidates)


def test_beginnings_are_spread_over_working_hours_of_the_period() -> None:
    now = datetime(2030, 6, 3, 12, tzinfo=UTC)
    beginnings = [find_beginning(number, 20, now) for number in range(20)]
    assert all(now - PERIOD - timedelta(days=1) < one < now for one in beginnings)
    assert {8, 9} <= {one.hour for one in beginnings} <= set(range(8, 18))
    assert [one.date() for one in beginnings] == sorted({one.date() for one in beginnings})


def test_a_number_that_cannot_be_is_refused() -> None:
    with pytest.raises(CommandError, match="a number from 0 to 120"):
        seed("--interviews", "121")
