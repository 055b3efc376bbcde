"""What raters can find out by asking: no filter, order, search, column or report tells who has an accommodation.

Named people: Priya, who was granted one; Ravi, who rates; Rosa, who recruits; Noor, who recruits here and rates there.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.domain.accommodations import Terms
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.services import session_manager
from interviewpanel.services.accommodations import ask_accommodation, change_terms
from interviewpanel.services.feedback import give_feedback
from reports.domain.answer_cards import AnswerCard
from reports.domain.recorded_time import describe_surplus
from reports.models import InterviewReport
from reports.selectors.interviews import read_interview
from tests.live_interviews import after, begin, invite, make_panel
from tests.scorecards import make_cards
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db

INVITATIONS = reverse("admin:interviewpanel_interviewpanelcandidate_changelist")
SESSIONS = reverse("admin:interviewpanel_interviewsession_changelist")
FEEDBACK = reverse("admin:interviewpanel_candidatefeedback_changelist")
QUESTIONS = [
    *((INVITATIONS, f"{name}{how}") for name in ("time_multiplier", "silence_multiplier") for how in ("", "__gt")),
    (INVITATIONS, "extra_break_seconds__gt"),
    (INVITATIONS, "prefers_typing"),
    (INVITATIONS, "prefers_typing__exact"),
    (INVITATIONS, "expires_at__gte"),
    (INVITATIONS, "accommodations__isnull"),
    (INVITATIONS, "accommodations"),
    (INVITATIONS, "requests__isnull"),
    (INVITATIONS, "sessions__clock_limit_seconds__gt"),
    (SESSIONS, "clock_limit_seconds__gt"),
    (SESSIONS, "clock_used_seconds__gt"),
    (SESSIONS, "pause_used_seconds__gt"),
    (SESSIONS, "grace_used_seconds__gt"),
    (SESSIONS, "waits_for_done"),
    (SESSIONS, "feedback__isnull"),
    (SESSIONS, "invitation__time_multiplier__gt"),
    (SESSIONS, "invitation__accommodations__isnull"),
]


@pytest.fixture
def priya() -> InterviewSession:
    """Granted half as much time again; the interview ended after 40 of what are 30 minutes for others."""
    invitation = invite(make_panel(accommodation_policy="grant"))
    ask_accommodation(invitation=invitation, needs=["extra_time", "breaks"], note="", now=after(0))
    session = begin(InterviewPanelCandidate.objects.get(pk=invitation.pk))
    session_manager.end_session(session_id=session.pk, now=after(40 * 60), reason="ended_by_candidate")
    return InterviewSession.objects.get(pk=session.pk)


def enter(session: InterviewSession, role: str) -> Client:
    return sign_in(make_member(f"{role}@fernbrook.example", {session.organization: role}))


@pytest.mark.parametrize(("address", "question"), QUESTIONS)
def test_a_list_answers_no_question_of_a_rater_that_it_does_not_offer(
    priya: InterviewSession, address: str, question: str
) -> None:
    assert enter(priya, "reviewer").get(address, {question: "1"}).status_code == 400


def test_what_a_list_offers_it_answers(priya: InterviewSession) -> None:
    ravi = enter(priya, "reviewer")
    for address, values in (
        (INVITATIONS, {"panel__id__exact": priya.invitation.panel_id, "created_at__year": 2026}),
        (SESSIONS, {"status__exact": "completed", "invitation__panel__id__exact": priya.invitation.panel_id}),
        (SESSIONS, {"q": "Priya", "started_at__gte": "2031-01-01 00:00:00+00:00", "o": "1"}),
    ):
        assert ravi.get(address, values).status_code == 200


def test_who_recruits_may_ask_and_sees_the_columns(priya: InterviewSession) -> None:
    rosa = enter(priya, "hr")
    assert b"Priya" in rosa.get(INVITATIONS, {"time_multiplier__gt": "1"}).content
    assert b"40:00 min" in rosa.get(SESSIONS, {"clock_limit_seconds__gt": "1800"}).content


def test_who_rates_for_another_organization_is_a_rater_where_both_are_listed(priya: InterviewSession) -> None:
    own = make_panel("Elsewhere").organization
    noor = sign_in(make_member("noor@elsewhere.example", {own: "hr", priya.organization: "reviewer"}))
    assert noor.get(INVITATIONS, {"time_multiplier__gt": "1"}).status_code == 400
    page = noor.get(SESSIONS).content.decode()
    assert ("Priya" in page, "40:00" in page) == (True, False)


def test_no_page_of_a_rater_says_how_long_a_candidate_took_or_how_long_the_link_lasts(priya: InterviewSession) -> None:
    ravi = enter(priya, "reviewer")
    pages = [
        SESSIONS,
        INVITATIONS,
        reverse("admin:interviewpanel_interviewsession_change", args=[priya.pk]),
        reverse("admin:interviewpanel_interviewpanelcandidate_change", args=[priya.invitation_id]),
    ]
    for url in pages:
        page = ravi.get(url).content.decode()
        found = [word for word in ("40:00 min", "45:00", "talking", "Talking", "xpires", "Pauses:") if word in page]
        assert found == [], url


def test_no_rater_learns_that_a_deadline_was_moved(priya: InterviewSession) -> None:
    """Neither by what is kept until when, nor by a link that works when those of others have ended."""
    made = priya.invitation
    waiting = invite(make_panel("Fernbrook two", accommodation_policy="grant"))
    rater = make_member("omar@both.example", {made.organization: "reviewer", waiting.organization: "reviewer"})
    ravi = sign_in(rater)
    rows = InterviewPanelCandidate.objects.filter(pk=waiting.pk)
    page = reverse("admin:interviewpanel_interviewpanelcandidate_change", args=[waiting.pk])
    seen = []
    for expires_at in (timezone.now() + timedelta(days=9), timezone.now() - timedelta(days=9)):
        rows.update(expires_at=expires_at, kept_until=expires_at + timedelta(days=180))
        listed = ravi.get(INVITATIONS).context["cl"]
        assert not {"link_state", "expires", "delivery"} & set(listed.list_display)
        shown = {name for _, options in ravi.get(page).context["adminform"].fieldsets for name in options["fields"]}
        assert not {"link_state", "expires_at", "kept_until"} & shown
        (row,) = [one for one in listed.result_list if one.pk == waiting.pk]
        expired = ravi.get(INVITATIONS, {"link": "expired"}).context["cl"].result_count
        seen.append((listed.model_admin.progress(row), expired))
    assert seen == [('<span class="desk-badge is-info">not begun</span>', 2)] * 2


def test_the_order_of_a_list_tells_nothing(priya: InterviewSession) -> None:
    """An order is a number of a column, and only columns that are shown have one."""
    columns = enter(priya, "reviewer").get(SESSIONS).context["cl"].list_display
    assert set(columns) & {"talking_time", "expires"} == set()


def test_the_report_tells_no_more_of_the_clock_than_everybody_has(priya: InterviewSession) -> None:
    assert priya.clock_used_seconds == 40 * 60
    header = read_interview(InterviewReport.objects.get(session=priya), after(2500)).header
    assert (header.times.talking_seconds, header.panel.time_limit_seconds) == (30 * 60, 30 * 60)


def test_nor_does_it_blame_fast_audio_for_answers_that_took_longer() -> None:
    cards: list[AnswerCard] = list(make_cards())
    assert describe_surplus(cards, 26.0, 1800) != ""
    assert describe_surplus(cards, 26.0, 26) == ""


@pytest.mark.parametrize("question", ["session", "session__id", "session__isnull", "comment__contains"])
def test_nobody_asks_whose_feedback_it_is(priya: InterviewSession, question: str) -> None:
    give_feedback(invitation=priya.invitation, rating=2, comment="Too fast.", now=after(3000))
    rosa = enter(priya, "hr")
    value: Any = priya.pk
    assert rosa.get(FEEDBACK, {question: value}).status_code == 400
    assert b"Too fast." in rosa.get(FEEDBACK, {"rating__exact": 2}).content


def test_terms_that_were_only_typed_in_tell_as_little() -> None:
    invitation = invite(make_panel())
    change_terms(invitation=invitation, terms=Terms(prefers_typing=True), now=after(0))
    ravi = sign_in(make_member("ravi@fernbrook.example", {invitation.organization: "reviewer"}))
    assert ravi.get(INVITATIONS, {"prefers_typing__exact": "1"}).status_code == 400
