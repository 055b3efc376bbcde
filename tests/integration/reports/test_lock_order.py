"""An interview is locked before its report, by everybody: who comes second waits, and nobody is ended by a deadlock.

Rosa decides, judges, shares or erases while a worker is about to store the report. Both orders, on two connections.
"""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from authentication.models import User
from config.work.tasks import perform
from interviewpanel.models import InterviewSession
from interviewpanel.services.decisions import decide
from interviewpanel.services.erasure import erase_interview
from interviewpanel.services.events import lock_session
from interviewpanel.services.human_ratings import override_score
from reports.models import InterviewReport
from reports.services.reports import open_report
from tests.interview_rows import ENDED_AT, make_interview, make_world
from tests.lock_waits import need_row_locks, stop_before_storing, wait_for_waiter
from tests.staff import make_member
from tests.work_rows import run_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
TASK = InterviewReport.task_name
NOW = ENDED_AT + timedelta(hours=1)
SECONDS = 20
Deed = Callable[[InterviewSession, User], object]


def decide_on(session: InterviewSession, rosa: User) -> object:
    decide(session_id=session.pk, stage="hold", reason="Hm.", decided_by=rosa, now=NOW, seen_id=None)
    return read_report(session)


def override_one(session: InterviewSession, rosa: User) -> object:
    answer = session.answers.get(number=2)
    override_score(answer_id=answer.pk, user=rosa, composite=90, components={}, reason="Right.", seen=0, now=NOW)
    return read_report(session)


def erase(session: InterviewSession, rosa: User) -> object:
    erase_interview(invitation_id=session.invitation_id, reason="request", now=NOW)
    return read_report(session)


def read_report(session: InterviewSession) -> tuple[object, ...]:
    return tuple(InterviewReport.objects.filter(session=session).values_list("work_status", "attempts", "made_at"))


@pytest.fixture
def session() -> InterviewSession:
    need_row_locks()
    session = make_interview(make_world())
    open_report(session=session, now=ENDED_AT)
    return session


@pytest.fixture
def rosa(session: InterviewSession) -> User:
    return make_member("rosa@fernbrook.example", {session.organization: "hr"})


def work(session: InterviewSession) -> bool:
    return perform(TASK, InterviewReport.objects.get(session=session).pk)


@pytest.mark.parametrize(("deed", "left"), [(decide_on, [("queued", 0)]), (override_one, [("queued", 0)]), (erase, [])])
def test_who_comes_while_a_report_is_stored_waits_and_has_it_made_again(
    session: InterviewSession, rosa: User, monkeypatch: pytest.MonkeyPatch, deed: Deed, left: list[object]
) -> None:
    is_ended = threading.Event()
    stop_before_storing(monkeypatch, TASK, is_ended)

    def come_late() -> object:
        assert is_ended.wait(SECONDS)
        return deed(session, rosa)

    stored, found = run_at_once([lambda: work(session), come_late])
    assert stored is True
    assert [row[:2] for row in found] == left  # type: ignore[attr-defined]
    if left:  # the worker had stored what it made: it is put back to work, and tells the rest
        assert work(session) is True
        assert InterviewReport.objects.get(session=session).work_status == "done"


@pytest.mark.parametrize(("deed", "left"), [(decide_on, [("queued", 0)]), (override_one, [("queued", 0)]), (erase, [])])
def test_a_report_that_comes_to_be_stored_waits_for_who_holds_the_interview(
    session: InterviewSession, rosa: User, deed: Deed, left: list[object]
) -> None:
    is_held = threading.Event()

    def come_first() -> object:
        with transaction.atomic():
            lock_session(session.pk)
            is_held.set()
            wait_for_waiter()
            return deed(session, rosa)

    def come_second() -> bool:
        assert is_held.wait(SECONDS)
        return work(session)

    _, stored = run_at_once([come_first, come_second])
    assert stored is False  # made of what was so before: it is dropped
    assert [row[:2] for row in read_report(session)] == left  # type: ignore[index]
