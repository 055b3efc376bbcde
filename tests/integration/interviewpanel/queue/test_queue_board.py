"""What is told of the line: who has closed the page is not in anybody's way, and no time is told that cannot hold."""

import time
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from interviewpanel.models import InterviewSession
from interviewpanel.selectors.queue_board import Spot, forget_board, read_board, view_board
from interviewpanel.services import admissions
from interviewpanel.services.queue_states import describe_queue
from interviewpanel.services.queue_views import OwnPlaces, SitePlaces, count_in_line, view_queue
from interviewpanel.services.session_manager import interrupt_session
from reports.selectors.place_figures import read_places
from tests.live_interviews import after, make_panel
from tests.queues import arrive, end, keep_open

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def one_place(settings: Settings) -> None:
    settings.INTERVIEW_LIMIT = 1
    forget_board()


def look(session: InterviewSession, seconds: float) -> Spot:
    return read_board(after(seconds)).spots[session.pk]


def test_who_has_closed_the_page_is_in_nobodys_way_and_counted_by_themselves() -> None:
    panel = make_panel()
    _ada, ben, cleo = (arrive(panel, name, after(second)) for second, name in enumerate(("Ada", "Ben", "Cleo")))
    before = look(cleo, 3)
    interrupt_session(session_id=ben.pk, epoch=ben.epoch, now=after(4))
    keep_open([cleo], after(5))
    there, gone = look(cleo, 5), look(ben, 5)
    assert (before.position, there.position, gone.position) == (2, 1, 0)
    assert (gone.is_absent, gone.shortest_seconds, gone.estimated_seconds, gone.longest_seconds) == (
        True,
        None,
        None,
        None,
    )
    assert there.estimated_seconds is not None
    assert before.estimated_seconds is not None
    assert there.estimated_seconds < before.estimated_seconds
    view = view_queue([panel.organization], after(5))
    assert [(row.session, row.rank, row.expected) for row in view.rows] == [
        (cleo, 1, "in 12 to 33 min"),
        (ben, 0, "when they are back"),
    ]
    assert view.own == [OwnPlaces(panel.organization, taken=1, waiting=1, absent=1, limit=None)]
    assert view.site == SitePlaces(taken=1, called=0, waiting=1, absent=1, limit=1, is_drained=False)
    assert count_in_line(None, after(5)) == count_in_line([panel.organization.pk], after(5)) == 1
    figures = read_places(after(5))
    assert replace(figures, oldest_seconds=0.0, admitted_last_hour=0) == replace(
        figures, limit=1, taken=1, waiting=1, absent=1, called=0, oldest_seconds=0.0, admitted_last_hour=0
    )
    assert figures.oldest_seconds == 3.0


def test_who_is_back_is_told_their_place_at_once() -> None:
    panel = make_panel()
    _ada, ben = (arrive(panel, name) for name in ("Ada", "Ben"))
    interrupt_session(session_id=ben.pk, epoch=ben.epoch, now=after(4))
    other = arrive(panel, "Cleo", after(5))
    assert (describe_queue(other, after(5)) or {})["position"] == 1
    keep_open([ben], after(6))
    assert (describe_queue(ben, after(6)) or {})["position"] == 1


def test_an_interview_that_goes_on_longer_than_most_is_not_told_to_end_soon() -> None:
    panel = make_panel()
    for number in range(8):
        start = 700 * number
        end(arrive(panel, f"Candidate{number}", after(start)), after(start + 600))
    _ada = arrive(panel, "Ada", after(6000))
    ben = arrive(panel, "Ben", after(6010))
    keep_open([ben], after(6900))
    told = look(ben, 6900)  # 15 minutes, where the others took ten; the panel gives 30
    assert (told.shortest_seconds, told.estimated_seconds, told.longest_seconds) == (30.0, 30.0, 900.0)


def test_a_drained_site_tells_a_position_and_no_time() -> None:
    panel = make_panel()
    _ada, ben = (arrive(panel, name) for name in ("Ada", "Ben"))
    admissions.drain(after(2))
    told = look(ben, 3)
    assert (told.position, told.shortest_seconds, told.estimated_seconds, told.longest_seconds) == (1, None, None, None)


def test_one_reading_serves_all_who_asked_before_it_began() -> None:
    """Of hundreds who come at once each wants to be in what they are told, and most are in the same reading."""
    panel = make_panel()
    arrive(panel, "Ada", after(0))
    ben = arrive(panel, "Ben", after(1))
    asked = time.monotonic()
    first = view_board(after(2), since=asked)
    with CaptureQueriesContext(connection) as queries:
        assert view_board(after(2), since=asked) is first
        assert view_board(after(1), since=asked) is first  # asked a second before, and had to wait for a thread
        assert view_board(after(3)) is first
    assert len(queries) == 0
    assert ben.pk in first.spots
    cleo = arrive(panel, "Cleo", after(3))
    assert cleo.pk not in view_board(after(3)).spots
    assert cleo.pk in view_board(after(3), since=time.monotonic()).spots
    assert view_board(after(6)).read_at == after(6)
