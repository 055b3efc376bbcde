"""Accommodations: asked for, granted at once or by a person, in every timer, and unknown to who rates.

Named people: Priya, who needs them; Rosa, a recruiter; Ravi, who only rates.
"""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.domain.accommodations import Terms, propose_terms
from interviewpanel.models import AccommodationRequest, InterviewPanelCandidate
from interviewpanel.services import session_manager
from interviewpanel.services.accommodations import (
    AccommodationRefused,
    ask_accommodation,
    change_terms,
    decline_accommodation,
    grant_accommodation,
    read_terms,
)
from interviewpanel.services.invitations import make_token
from reports.models import InterviewReport
from reports.selectors.interviews import read_interview
from tests.live_interviews import after, begin, invite, make_panel, reload
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db

MORE = Terms(time_multiplier=1.5, silence_multiplier=2.0, extra_break_seconds=600, prefers_typing=True)


def ask(invitation: InterviewPanelCandidate, *needs: str, note: str = "", seconds: float = 0) -> list[Any]:
    rows = ask_accommodation(invitation=invitation, needs=needs, note=note, now=after(seconds))
    return [(row.needs, row.state, row.note) for row in rows]


def reread(invitation: InterviewPanelCandidate) -> InterviewPanelCandidate:
    return InterviewPanelCandidate.objects.select_related("panel", "organization").get(pk=invitation.pk)


def post_to(invitation: InterviewPanelCandidate, **data: object) -> Any:
    url = reverse("candidate-accommodation", args=[make_token(invitation)])
    return Client().post(url, data, headers={"accept": "application/json"})


# --- Asking ---------------------------------------------------------------------------------------------------------


def test_what_is_proposed_never_takes_anything_away() -> None:
    everything = ["extra_time", "longer_pauses", "typed_answers", "breaks", "other"]
    assert propose_terms(everything, Terms()) == MORE
    generous = Terms(time_multiplier=2.5, silence_multiplier=4.0, extra_break_seconds=1800)
    assert propose_terms(["extra_time", "longer_pauses", "breaks"], generous) == generous
    assert propose_terms(["other"], Terms()) == Terms()


def test_a_request_waits_for_a_person_and_changes_nothing_until_then() -> None:
    invitation = invite(make_panel())
    assert ask(invitation, "breaks", "extra_time", note=" I stammer. ") == [
        (["extra_time", "breaks"], "asked", "I stammer.")
    ]
    assert read_terms(reread(invitation)) == Terms()


def test_asking_again_changes_the_request_that_waits() -> None:
    invitation = invite(make_panel())
    ask(invitation, "extra_time")
    ask(invitation, "typed_answers", note="My voice is gone.", seconds=60)
    row = AccommodationRequest.objects.get()
    assert (row.needs, row.note, row.asked_at) == (["typed_answers"], "My voice is gone.", after(0))


def test_where_the_panel_grants_it_is_granted_at_once_but_for_what_a_person_must_read() -> None:
    invitation = invite(make_panel(accommodation_policy="grant"))
    assert ask(invitation, "other", "extra_time", note="A sign-language interpreter") == [
        (["extra_time"], "granted", ""),
        (["other"], "asked", "A sign-language interpreter"),
    ]
    assert read_terms(reread(invitation)) == Terms(time_multiplier=1.5)
    granted = AccommodationRequest.objects.get(state="granted")
    assert (granted.decided_at, granted.decided_by) == (after(0), None)


def test_asking_twice_for_what_is_in_force_is_one_row() -> None:
    invitation = invite(make_panel(accommodation_policy="grant"))
    for _ in range(2):
        ask(invitation, "breaks")
    assert read_terms(reread(invitation)) == Terms(extra_break_seconds=600)
    assert AccommodationRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("needs", "note", "message"),
    [
        ([], "", "Nothing was chosen"),
        (["a_pony"], "", "There is no accommodation “a_pony”"),
        (["other"], "  ", "Write in your words"),
        (["breaks"], "x" * 2001, "This is too long: 2001 characters. Use 2000 at most."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(needs: list[str], note: str, message: str) -> None:
    with pytest.raises(AccommodationRefused, match=message):
        ask_accommodation(invitation=invite(make_panel()), needs=needs, note=note, now=after(0))
    assert not AccommodationRequest.objects.exists()


# --- Deciding -------------------------------------------------------------------------------------------------------


def test_a_person_decides_once() -> None:
    invitation = invite(make_panel())
    rosa = make_member("rosa@fernbrook.example", {invitation.organization: "hr"})
    ask(invitation, "extra_time")
    row = AccommodationRequest.objects.get()
    terms = Terms(time_multiplier=2.0)
    grant_accommodation(request=row, terms=terms, user=rosa, reply=" Gladly. ", now=after(60))
    row.refresh_from_db()
    assert (row.state, row.decided_at, row.decided_by, row.reply) == ("granted", after(60), rosa, "Gladly.")
    assert read_terms(reread(invitation)) == terms
    with pytest.raises(AccommodationRefused, match="decided this already"):
        decline_accommodation(request=row, user=rosa, reply="No.", now=after(61))


def test_a_decision_that_came_too_late_grants_nothing() -> None:
    invitation = invite(make_panel())
    rosa = make_member("rosa@fernbrook.example", {invitation.organization: "hr"})
    ask(invitation, "extra_time")
    row = AccommodationRequest.objects.get()
    decline_accommodation(request=row, user=rosa, reply="The test is of speed.", now=after(1))
    with pytest.raises(AccommodationRefused, match="already"):
        grant_accommodation(request=row, terms=MORE, user=rosa, reply="", now=after(2))
    assert read_terms(reread(invitation)) == Terms()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"time_multiplier": 4}, "1 .* to 3"),
        ({"silence_multiplier": 0.5}, "1 .* to 5"),
        ({"extra_break_seconds": 20_000}, "from 0 to 14400"),
    ],
)
def test_terms_out_of_range_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(AccommodationRefused, match=message):
        change_terms(invitation=invite(make_panel()), terms=Terms(**changes), now=after(0))


# --- Over HTTP ------------------------------------------------------------------------------------------------------


def test_scripts_are_told_what_came_of_it() -> None:
    invitation = invite(make_panel(accommodation_policy="grant"), now=timezone.now())
    response = post_to(invitation, needs=["extra_time", "other"], note="Please call me first.")
    assert (response.status_code, response.json()) == (
        200,
        {
            "said": "accommodation_granted_and_asked",
            "message": "Part of this is granted and applies from now on. "
            "A person will look at the rest and answer here.",
            "requests": [{"needs": ["extra_time"], "state": "granted"}, {"needs": ["other"], "state": "asked"}],
        },
    )


def test_json_is_understood_too() -> None:
    invitation = invite(make_panel(), now=timezone.now())
    response = Client().post(
        reverse("candidate-accommodation", args=[make_token(invitation)]),
        json.dumps({"needs": ["breaks"], "note": "Insulin\x00\r\nat noon"}),
        content_type="application/json",
        headers={"accept": "application/json"},
    )
    assert response.json()["said"] == "accommodation_asked"
    assert AccommodationRequest.objects.get().note == "Insulin\nat noon"


def test_the_language_of_the_page_is_the_language_of_a_refusal() -> None:
    invitation = invite(make_panel(), now=timezone.now())
    response = post_to(invitation)
    assert (response.status_code, response.json()["message"]) == (
        400,
        "Nothing was chosen. Choose what would help you.",
    )


# --- Who sees it ----------------------------------------------------------------------------------------------------


def test_a_recruiter_grants_and_the_candidate_reads_it() -> None:
    invitation = invite(make_panel(), now=timezone.now())
    rosa = sign_in(make_member("rosa@fernbrook.example", {invitation.organization: "hr"}))
    ask(invitation, "extra_time", "longer_pauses", note="I stammer.")
    url = reverse("admin:interviewpanel_accommodationrequest_change", args=[AccommodationRequest.objects.get().pk])
    page = rosa.get(url).content.decode()
    assert "I stammer." in page
    assert 'name="time_multiplier" value="1.5"' in page
    assert 'name="silence_multiplier" value="2.0"' in page
    assert "_save" not in page
    data = {
        "time_multiplier": "1.75",
        "silence_multiplier": "3",
        "extra_break_seconds": "0",
        "reply": "Take it slowly.",
    }
    assert rosa.post(url, {**data, "_grant": "Grant"}).status_code == 302
    assert read_terms(reread(invitation)) == Terms(time_multiplier=1.75, silence_multiplier=3.0)
    assert 'name="_grant"' not in rosa.get(url).content.decode()
    own_page = Client().get(reverse("candidate-privacy", args=[make_token(invitation)])).content.decode()
    assert "Granted." in own_page
    assert "Take it slowly." in own_page


def test_a_refusal_needs_a_reason() -> None:
    invitation = invite(make_panel(), now=timezone.now())
    rosa = sign_in(make_member("rosa@fernbrook.example", {invitation.organization: "hr"}))
    ask(invitation, "breaks")
    row = AccommodationRequest.objects.get()
    url = reverse("admin:interviewpanel_accommodationrequest_change", args=[row.pk])
    data = {"time_multiplier": "1", "silence_multiplier": "1", "extra_break_seconds": "600", "_decline": "Decline"}
    assert "Write why this cannot be" in rosa.post(url, {**data, "reply": ""}).content.decode()
    rosa.post(url, {**data, "reply": "The interview is short already: ten minutes."})
    row.refresh_from_db()
    assert (row.state, read_terms(reread(invitation))) == ("declined", Terms())


def test_the_invitation_shows_and_changes_the_terms_even_in_an_interview() -> None:
    session = begin(invite(make_panel(), now=timezone.now()), now=timezone.now())
    rosa = sign_in(make_member("rosa@fernbrook.example", {session.organization: "hr"}))
    url = reverse("admin:interviewpanel_interviewpanelcandidate_change", args=[session.invitation_id])
    fields = {"time_multiplier": "2", "silence_multiplier": "1", "extra_break_seconds": "300", "prefers_typing": "on"}
    rosa.post(url, fields)
    assert read_terms(reread(session.invitation)) == Terms(2.0, 1.0, 300, True)
    assert reload(session).clock_limit_seconds == 60 * 60
    page = rosa.post(url, {**fields, "time_multiplier": "1"}).content.decode()
    assert "What was granted can grow, and not be taken back." in page
    assert reload(session).clock_limit_seconds == 60 * 60


WORDS_OF_IT = ("accommodation", "multipl", "2700", "45 minutes", "I stammer", "Longer breaks", "Opens with typing")


def test_a_rater_finds_no_word_of_it_anywhere() -> None:
    invitation = invite(make_panel(accommodation_policy="grant"))
    ask(invitation, "extra_time", "longer_pauses", "breaks", note="I stammer.")
    session = begin(reread(invitation))
    session_manager.pause_session(session_id=session.pk, epoch=1, now=after(5))
    session_manager.end_session(session_id=session.pk, now=after(9), reason="ended_by_candidate")
    ravi = sign_in(make_member("ravi@fernbrook.example", {session.organization: "reviewer"}))
    invitation_page = "admin:interviewpanel_interviewpanelcandidate"
    for url in (
        reverse("admin:index"),
        reverse("admin:interviewpanel_interviewsession_change", args=[session.pk]),
        reverse(f"{invitation_page}_changelist"),
        reverse(f"{invitation_page}_change", args=[invitation.pk]),
    ):
        page = ravi.get(url)
        assert page.status_code == 200, url
        found = [word for word in WORDS_OF_IT if word.lower() in page.content.decode().lower()]
        assert found == [], url
    row = AccommodationRequest.objects.get()
    for url in (
        reverse(f"{invitation_page}_history", args=[invitation.pk]),
        reverse("admin:interviewpanel_interviewsession_history", args=[session.pk]),
        reverse("admin:organizations_change_changelist"),
        reverse("admin:interviewpanel_accommodationrequest_changelist"),
        reverse("admin:interviewpanel_accommodationrequest_change", args=[row.pk]),
    ):
        assert ravi.get(url).status_code in (302, 403), url


def test_the_report_says_nothing_of_it() -> None:
    session = begin(invite(make_panel(), time_multiplier=1.5))
    session_manager.end_session(session_id=session.pk, now=after(60), reason="ended_by_candidate")
    read = read_interview(InterviewReport.objects.get(session=session), after(61))
    assert read.header.panel.time_limit_seconds == 30 * 60
    assert "We have up to … minutes." in read.transcript[0].text
    assert [word for word in WORDS_OF_IT if word in repr(read)] == []
