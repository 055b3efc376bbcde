"""500 candidates for 50 places, held by several servers at once: nobody is lost, no limit is ever passed, the order is
kept, and organizations share fairly.

Time is virtual; servers are threads with connections of their own, as they would be in processes, since every decision
is made in the database. Two days: one in steps, whose order can be told exactly, and one in which all come at once.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from django.db import connection, transaction
from django.db.models import Count
from pytest_django import Settings

from interviewpanel.domain.states import LIVE
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession, Place
from interviewpanel.services import session_manager
from interviewpanel.services.admissions import sweep_queue
from interviewpanel.services.invitations import prepare_invitation
from organizations.models import Candidate
from tests.live_interviews import T0, after, make_panel
from tests.queues import ask, count_all_taken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
ARRIVALS, PLACES, SERVERS = 500, 50, 4
Row = TypeVar("Row")


@pytest.fixture(autouse=True)
def fifty_places(settings: Settings) -> None:
    settings.INTERVIEW_LIMIT, settings.QUEUE_HOLD_SECONDS = PLACES, 120


def open_pages(panels: Sequence[InterviewPanel], counts: Sequence[int]) -> list[InterviewSession]:
    """So many candidates of each organization with the page open all day, the organizations mixed as they come."""
    sessions: list[InterviewSession] = []
    for panel, count in zip(panels, counts, strict=True):
        people = Candidate.objects.bulk_create(
            Candidate(organization=panel.organization, full_name=f"Candidate {number}", email=f"{number}@example.com")
            for number in range(count)
        )
        invitations = InterviewPanelCandidate.objects.bulk_create(
            prepare_invitation(panel=panel, candidate=person, now=T0, hours=48) for person in people
        )
        sessions += InterviewSession.objects.bulk_create(
            InterviewSession(
                organization_id=one.organization_id,
                invitation=one,
                seed=one.pk,
                epoch=1,
                clock_limit_seconds=1800,
                lease_until=T0 + timedelta(days=2),
            )
            for one in invitations
        )
    random.Random(7).shuffle(sessions)
    return sessions


def begin(session: InterviewSession, now: datetime) -> bool:
    """What a page says; its lease lasts all day here."""
    return session_manager.start_session(
        session_id=session.pk, epoch=1, document_version="2026-1", language="en", now=now
    )


def end(session: InterviewSession, now: datetime) -> None:
    with transaction.atomic():
        session_manager.end_session(session_id=session.pk, now=now, reason="ended_by_candidate")


def by_servers(act: Callable[[Row], object], rows: Iterable[Row]) -> None:
    """Each row by one of the servers; all of them at the same time."""

    def run(row: Row) -> None:
        try:
            act(row)
        finally:
            connection.close()

    with ThreadPoolExecutor(SERVERS) as servers:
        list(servers.map(run, rows))


class Watch:
    """Looks all the while, from a connection of its own, at how many places are taken."""

    def __init__(self) -> None:
        self.most = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._is_over.wait(0.05):
                self.most = max(self.most, count_live())
        finally:
            connection.close()


def count_live() -> int:
    return InterviewSession.objects.filter(status__in=sorted(LIVE)).count()


def find_live() -> list[InterviewSession]:
    return list(InterviewSession.objects.filter(status__in=sorted(LIVE)).order_by("started_at", "pk"))


def test_five_hundred_who_come_at_once_are_all_let_in_and_never_more_than_fifty_at_a_time() -> None:
    panels = [make_panel(name) for name in ("Fernbrook", "Oakmoor", "Ashdale")]
    sessions = open_pages(panels, (300, 150, 50))
    with Watch() as watch:
        by_servers(lambda one: begin(one[1], after(one[0] / 10)), enumerate(sessions))
        assert (count_live(), Place.objects.filter(state="waiting").count()) == (PLACES, ARRIVALS - PLACES)
        minute = 1
        while (live := find_live()) or Place.objects.filter(state__in=["waiting", "called"]).exists():
            now = after(60 * minute)
            by_servers(lambda session, now=now: end(session, now), live[:25])
            sweep_queue(now)
            called = [place.session for place in Place.objects.filter(state="called").select_related("session")]
            by_servers(lambda session, now=now: begin(session, now), called)
            assert count_all_taken() <= PLACES
            minute += 1
            assert minute < 60, "the line does not get shorter"
    assert watch.most <= PLACES
    assert InterviewSession.objects.filter(status="completed").count() == ARRIVALS
    assert Place.objects.filter(state="begun").count() == ARRIVALS
    assert all(is_in_order(panel) for panel in panels)


def is_in_order(panel: InterviewPanel) -> bool:
    """Of those who waited, within an organization, nobody who came later was called earlier."""
    waited = Place.objects.filter(organization=panel.organization, called_at__gte=after(60))
    places = waited.order_by("arrived_at", "pk")
    called = list(places.values_list("called_at", flat=True))
    return called == sorted(called)


def test_places_are_shared_fairly_while_everybody_waits(settings: Settings) -> None:
    """Of three organizations with 72, 36 and 24 candidates each has a third of the places for as long as it wants."""
    settings.INTERVIEW_LIMIT = 18
    panels = [make_panel(name) for name in ("Fernbrook", "Oakmoor", "Ashdale")]
    sessions = open_pages(panels, (72, 36, 24))
    for number, session in enumerate(sessions):
        begin(session, after(number / 10))
    shares = []
    for minute in range(1, 6):
        now = after(60 * minute)
        for session in find_live()[:6]:
            end(session, now)
        sweep_queue(now)
        for place in Place.objects.filter(state="called").select_related("session"):
            assert begin(place.session, now)
        counted = Counter(dict(InterviewSession.objects.filter(status__in=sorted(LIVE)).order_by().values_list(
            "organization__name").annotate(number=Count("pk"))))  # fmt: skip
        assert counted.total() == 18
        shares.append(sorted(counted.values()))
    assert shares[-1] == [6, 6, 6], shares


def test_a_server_that_dies_loses_nobody(settings: Settings) -> None:
    """Pages come back to another server: those in an interview go on, those in line keep their place."""
    settings.INTERVIEW_LIMIT = 2
    sessions = open_pages([make_panel()], (6,))
    for number, session in enumerate(sessions):
        begin(session, after(number))
    InterviewSession.objects.filter(pk__in=[one.pk for one in sessions]).update(lease_until=after(30))
    for session in sessions:
        InterviewSession.objects.filter(pk=session.pk).update(lease_until=after(400))
        assert ask(session, after(60)) is (session in sessions[:2])
    arrived = Place.objects.order_by("arrived_at").values_list("session", flat=True)
    assert list(arrived) == [session.pk for session in sessions]
