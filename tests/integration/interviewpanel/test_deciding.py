"""Two people at once, and time to read the answer: what is decided on is what was read, and the link lasts.

Named people: Priya, who asks; Rosa and Rafael, recruiters.
"""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.domain.accommodations import Terms
from interviewpanel.models import AccommodationRequest, InterviewPanel, InterviewPanelCandidate
from interviewpanel.services import session_manager
from interviewpanel.services.accommodations import (
    AccommodationRefused,
    ask_accommodation,
    change_terms,
    decline_accommodation,
    grant_accommodation,
    read_terms,
)
from interviewpanel.services.candidate_requests import answer_request, ask_people
from interviewpanel.services.invitations import make_token, revoke_invitation
from tests.live_interviews import after, begin, invite, make_panel
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db

HOUR = 3600
LONGER = Terms(time_multiplier=1.5)


@pytest.fixture(autouse=True)
def links_of_a_day(settings: Settings) -> None:
    settings.INTERVIEW_LINK_HOURS = 24


def ask(invitation: InterviewPanelCandidate, *needs: str, note: str = "", seconds: float = 0) -> AccommodationRequest:
    ask_accommodation(invitation=invitation, needs=needs, note=note, now=after(seconds))
    return AccommodationRequest.objects.get(invitation=invitation, state="asked")


def make_rosa(invitation: InterviewPanelCandidate) -> Any:
    return make_member("rosa@fernbrook.example", {invitation.organization: "hr"})


def reread(invitation: InterviewPanelCandidate) -> InterviewPanelCandidate:
    return InterviewPanelCandidate.objects.select_related("panel", "organization").get(pk=invitation.pk)


def read_form(page: str) -> dict[str, str]:
    """What a browser sends of the page's fields if nobody touches them."""
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if (
            name
            and 'type="submit"' not in tag
            and not ('type="checkbox"' in tag and not re.search(r" checked[ >]", tag))
        ):
            fields[name[1]] = value[1] if value else "on"
    return fields


# --- What is granted is what was read -----------------------------------------------------------------------


@pytest.mark.parametrize("button", ["_grant", "_decline"])
def test_a_request_that_was_changed_under_the_page_is_not_decided(button: str) -> None:
    invitation = invite(make_panel(), now=timezone.now())
    row = ask(invitation, "extra_time")
    rosa = sign_in(make_rosa(invitation))
    url = reverse("admin:interviewpanel_accommodationrequest_change", args=[row.pk])
    sent = {**read_form(rosa.get(url).content.decode()), "reply": "So be it.", button: "1"}
    ask(invitation, "extra_time", "breaks", "other", note="I need a sign interpreter.")
    answer = rosa.post(url, sent, follow=True)
    row.refresh_from_db()
    assert (row.state, read_terms(reread(invitation))) == ("asked", Terms())
    page = answer.content.decode()
    assert "The candidate has changed the request meanwhile. Read it again, then decide." in page
    assert "I need a sign interpreter." in page
    assert "changed successfully" not in page
    again = {**read_form(page), "reply": "So be it.", button: "1"}
    rosa.post(url, again)
    row.refresh_from_db()
    assert row.state == {"_grant": "granted", "_decline": "declined"}[button]


def test_nor_one_that_was_changed_after_the_row_was_read() -> None:
    invitation = invite(make_panel())
    row = ask(invitation, "extra_time")
    ask(invitation, "other", note="A sign interpreter.")
    with pytest.raises(AccommodationRefused, match="has changed the request"):
        grant_accommodation(request=row, terms=LONGER, user=make_rosa(invitation), reply="", now=after(9))
    assert read_terms(reread(invitation)) == Terms()


# --- What was granted is not taken back by accident ----------------------------------------------------------


def granted() -> tuple[InterviewPanelCandidate, str, Client, dict[str, str]]:
    """Rafael has the invitation's page open; then Rosa grants half as much time again."""
    invitation = invite(make_panel(), now=timezone.now())
    row = ask(invitation, "extra_time")
    rafael = sign_in(make_member("rafael@fernbrook.example", {invitation.organization: "hr"}))
    url = reverse("admin:interviewpanel_interviewpanelcandidate_change", args=[invitation.pk])
    shown = read_form(rafael.get(url).content.decode())
    grant_accommodation(request=row, terms=LONGER, user=make_rosa(invitation), reply="", now=timezone.now())
    return invitation, url, rafael, shown


def test_saving_an_old_page_unchanged_takes_nothing_back() -> None:
    invitation, url, rafael, shown = granted()
    assert shown["time_multiplier"] == "1.0"
    assert rafael.post(url, shown).status_code == 302
    assert read_terms(reread(invitation)) == LONGER


def test_what_is_changed_on_an_old_page_leaves_the_rest_as_it_is() -> None:
    invitation, url, rafael, shown = granted()
    assert rafael.post(url, {**shown, "extra_break_seconds": "300"}).status_code == 302
    assert read_terms(reread(invitation)) == Terms(time_multiplier=1.5, extra_break_seconds=300)


def test_a_number_that_somebody_else_has_changed_is_not_written_over() -> None:
    invitation, url, rafael, shown = granted()
    page = rafael.post(url, {**shown, "time_multiplier": "2"}).content.decode()
    assert "Somebody has changed this meanwhile: it is 1.5. Load the page again." in page
    assert read_terms(reread(invitation)) == LONGER


def test_what_was_granted_is_taken_back_only_by_saying_so() -> None:
    invitation, url, rafael, _ = granted()
    shown = {**read_form(rafael.get(url).content.decode()), "time_multiplier": "1.2"}
    assert "tick “Takes back what was granted”" in rafael.post(url, shown).content.decode()
    assert read_terms(reread(invitation)) == LONGER
    assert rafael.post(url, {**shown, "takes_back": "on"}).status_code == 302
    assert read_terms(reread(invitation)) == Terms(time_multiplier=1.2)


def test_terms_are_changed_only_in_place_of_those_that_were_read() -> None:
    invitation = invite(make_panel())
    change_terms(invitation=invitation, terms=LONGER, now=after(0))
    with pytest.raises(AccommodationRefused, match="meanwhile"):
        change_terms(invitation=invitation, terms=Terms(2.0), now=after(1), expected=Terms())
    assert read_terms(reread(invitation)) == LONGER


# --- Time to read the answer ---------------------------------------------------------------------------------


def decide(row: AccommodationRequest, how: str, seconds: float) -> None:
    user = make_rosa(row.invitation)
    if how == "grant":
        grant_accommodation(request=row, terms=LONGER, user=user, reply="Gladly.", now=after(seconds))
    else:
        decline_accommodation(request=row, user=user, reply="It is short already.", now=after(seconds))


@pytest.mark.parametrize("how", ["grant", "decline"])
def test_an_answer_opens_a_link_that_has_expired_for_as_long_as_a_new_one(how: str) -> None:
    invitation = invite(make_panel())
    row = ask(invitation, "extra_time")
    decide(row, how, 30 * HOUR)
    assert (reread(invitation).expires_at, row.invitation.expires_at) == (after(54 * HOUR), after(54 * HOUR))
    assert session_manager.open_session(invitation=reread(invitation), now=after(53 * HOUR)).status == "pending"


@pytest.mark.parametrize(
    ("hours", "closes_at", "expected"),
    [
        (90, None, 90),  # it lasts longer anyhow
        (24, after(40 * HOUR), 40),  # never past the panel's end
        (24, after(25 * HOUR), 25),  # which may be now
    ],
)
def test_a_link_is_neither_shortened_nor_made_to_outlast_the_panel(hours: int, closes_at: Any, expected: int) -> None:
    invitation = invite(make_panel(), hours=hours)
    InterviewPanel.objects.update(closes_at=closes_at)
    decide(ask(invitation, "extra_time"), "grant", 30 * HOUR)
    assert reread(invitation).expires_at == after(max(expected, 24) * HOUR)


def test_a_link_that_was_revoked_stays_so_and_one_in_use_has_no_end_to_move() -> None:
    revoked, used = invite(make_panel()), invite(make_panel("Elsewhere"), "Quentin Moss")
    row = ask(revoked, "breaks")
    revoke_invitation(invitation=revoked, now=after(10))
    decide(row, "grant", 30 * HOUR)
    begin(used)
    other = ask(used, "breaks")
    user = make_member("rafael@elsewhere.example", {used.organization: "hr"})
    grant_accommodation(request=other, terms=LONGER, user=user, reply="", now=after(60))
    assert {one.expires_at for one in InterviewPanelCandidate.objects.all()} == {after(24 * HOUR)}


def test_who_asked_for_a_person_has_time_to_read_the_reply() -> None:
    invitation = invite(make_panel())
    row = ask_people(invitation=invitation, kind="human_interview", note="", now=after(0))
    answer_request(request=row, user=make_rosa(invitation), reply="We call you; or take it here.", now=after(30 * HOUR))
    assert reread(invitation).expires_at == after(54 * HOUR)


def test_a_link_that_opens_no_interview_still_leads_to_the_replies() -> None:
    invitation = invite(make_panel())
    decline_accommodation(
        request=ask(invitation, "breaks"), user=make_rosa(invitation), reply="Ten minutes only.", now=after(60)
    )
    InterviewPanelCandidate.objects.update(expires_at=after(-10 * 365 * 24 * HOUR))
    own = f"/i/{make_token(invitation)}/"
    refused = Client().get(own)
    assert (refused.status_code, b'href="privacy/' in refused.content) == (410, True)
    assert b"Ten minutes only." in Client().get(f"{own}privacy/").content
