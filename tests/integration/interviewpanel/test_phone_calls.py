"""Placing a call: who may be called, at most once, and what is said where nobody can know."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings as site
from pytest_django import Settings

from config.work.claims import claim_row
from config.work.tasks import KINDS
from interviewpanel.domain.calling_rules import NO_CONSENT
from interviewpanel.models import CallUpkeep, InterviewPanel, PhoneCall
from interviewpanel.services.call_permissions import explain_call, record_consent, record_opt_out, withdraw_consent
from interviewpanel.services.call_reports import hang_up
from interviewpanel.services.call_states import note_happening
from interviewpanel.services.invitations import issue_invitation
from interviewpanel.services.phone_calls import CallRefused, request_call
from organizations.models import Candidate, Change, Organization
from tests.live_interviews import T0, after
from tests.phone_calls import PHONE, ask_call, keep_up, make_callable, place, reload
from tests.sms_servers import NUMBER
from tests.twilio_posts import PUBLIC_URL
from tests.twilio_server import Failure, TwilioServer
from tests.work import do_due

pytestmark = pytest.mark.django_db


def test_a_call_is_placed_as_twilio_wants_it(twilio: TwilioServer) -> None:
    invitation = make_callable()
    call, held = place(twilio, invitation)
    base = f"{PUBLIC_URL}/phone/{call.uuid}"
    assert held.asked == {
        "To": PHONE,
        "From": NUMBER,
        "Url": f"{base}/voice/",
        "FallbackUrl": f"{base}/wait/",
        "StatusCallback": f"{base}/status/",
        "StatusCallbackEvent": "initiated ringing answered completed",
        "Timeout": f"{site.PHONE_RING_SECONDS}",
        "TimeLimit": f"{site.PHONE_CALL_MINUTES * 60}",
        "MachineDetection": "Enable",
        "AsyncAmd": "true",
        "AsyncAmdStatusCallback": f"{base}/machine/",
    }
    assert (call.sid, call.status, call.outcome, call.placed_at, call.error) == (held.sid, "queued", "", after(1), "")
    line = Change.objects.filter(subject_uuid=invitation.uuid).order_by("-id")[0]
    assert (line.message, line.actor) == ("A call was asked for.", None)


def test_nobody_is_called_twice_at_once(twilio: TwilioServer) -> None:
    invitation = make_callable()
    ask_call(invitation)
    with pytest.raises(CallRefused, match="A call to the candidate is under way"):
        ask_call(invitation)
    do_due(PhoneCall, now=after(1), times=3)
    assert len(twilio.calls) == 1


def test_a_phone_has_one_line_whatever_the_calls_are_about(twilio: TwilioServer) -> None:
    """Asked for at the same moment about two invitations: the first is placed."""
    first = make_callable()
    other = InterviewPanel.objects.create(organization=first.organization, title="Other", status="published")
    second = issue_invitation(panel=other, candidate=first.candidate, now=T0, hours=48)
    calls = [ask_call(first)]
    calls.append(PhoneCall.objects.create(**{**copy_call(calls[0]), "invitation": second}))
    record_consent(invitation=second, user=None, note="By e-mail.", now=T0)
    do_due(PhoneCall, now=after(1))
    assert [(one.status, one.error) for one in map(reload, calls)] == [
        ("queued", ""),
        ("not-placed", "A call to the candidate is under way."),
    ]


def copy_call(call: PhoneCall) -> dict[str, object]:
    names = ("organization", "to_number", "from_number", "requested_at", "due_at")
    return {name: getattr(call, name) for name in names}


def test_every_reason_against_a_call_is_told(twilio: TwilioServer, settings: Settings) -> None:
    invitation = make_callable()
    assert explain_call(invitation.pk, after(1)) == []
    withdraw_consent(invitation=invitation, user=None, now=after(2))
    Organization.objects.update(calling_prefixes="+44, +4930", time_zone="Asia/Tokyo")
    settings.PHONE_CALL_PREFIXES = ["+44"]
    settings.TWILIO_AUTH_TOKEN = ""
    told = explain_call(invitation.pk, after(3 * 3600))  # 12:00 in London is 21:00 in Tokyo
    hours = "Calls are made Monday to Friday, 09:00 to 20:00 (Asia/Tokyo); next from 6 May 2031, 09:00 there."
    assert told == [
        "Phone calls are not set up on this site. Whoever runs it sets TWILIO_AUTH_TOKEN.",
        NO_CONSENT,
        f"This site does not call numbers like {PHONE}. It calls +44.",
        f"It is 21:00 where the candidate is. {hours}",
    ]
    Candidate.objects.update(time_zone="Europe/London")
    assert "It is" not in explain_call(invitation.pk, after(3 * 3600))[-1]


def test_an_opt_out_counts_for_all_of_the_organization_and_for_no_other(twilio: TwilioServer) -> None:
    invitation, elsewhere = make_callable(), make_callable("Mallory")
    said = {"organization": invitation.organization, "number": PHONE, "way": "call", "now": after(2)}
    assert record_opt_out(**said, invitation=invitation) is True
    assert record_opt_out(**said, invitation=invitation) is False
    assert explain_call(invitation.pk, after(3)) == [
        "This number has asked not to be called. Only the candidate can take that back, on their own page."
    ]
    assert explain_call(elsewhere.pk, after(3)) == []
    lines = Change.objects.filter(subject_uuid=invitation.uuid, message__startswith="Not to be called")
    assert [line.message for line in lines] == ["Not to be called any more. Said, or pressed a key, in a call."]


def test_what_changes_before_the_worker_comes_counts(twilio: TwilioServer) -> None:
    call = ask_call(make_callable())
    record_opt_out(organization=call.organization, number=PHONE, way="page", now=after(1))
    do_due(PhoneCall, now=after(2))
    call = reload(call)
    assert (call.status, call.outcome, call.work_status) == ("not-placed", "failed", "failed")
    assert call.error.startswith("This number has asked not to be called.")
    assert twilio.requests == []


@pytest.mark.parametrize(
    ("failure", "status", "error", "asked"),
    [
        ((400, 21211, "Invalid 'To'"), "not-placed", "Invalid 'To' (Twilio's error 21211)", 1),
        ((400, 21606, "no voice"), "not-placed", "no voice (Twilio's error 21606)", 1),
        ((429, 20429, "Too Many"), "queued", "", 2),
        ((401, 20003, "Authenticate"), "queued", "", 2),
    ],
)
def test_what_was_certainly_not_placed_may_be_asked_again(
    twilio: TwilioServer, failure: Failure, status: str, error: str, asked: int
) -> None:
    twilio.failures = [failure]
    call = ask_call(make_callable())
    do_due(PhoneCall, now=after(1))
    do_due(PhoneCall, now=after(20))
    call = reload(call)
    assert (call.status, call.error, twilio.requests) == (status, error, ["POST /Calls.json"] * asked)


def test_a_site_that_cannot_be_reached_is_tried_again_and_then_given_up(
    twilio: TwilioServer, settings: Settings
) -> None:
    settings.TWILIO_API_URL = "http://127.0.0.1:9"  # nobody listens there: not a byte was sent
    call = ask_call(make_callable())
    for seconds in (1, 20, 60):
        do_due(PhoneCall, now=after(seconds))
    call = reload(call)
    assert (call.status, call.asked_at, call.work_status) == ("not-placed", None, "dead")
    assert call.error == "Twilio does not answer: ConnectionError"


@pytest.mark.parametrize("failure", ["act and hang up", "hang up", (503, 20500, "Away")])
def test_a_call_of_which_nobody_knows_is_never_placed_again(twilio: TwilioServer, failure: Failure) -> None:
    twilio.failures = [failure]
    call = ask_call(make_callable())
    do_due(PhoneCall, now=after(1))
    for seconds in (20, 600):
        do_due(PhoneCall, now=after(seconds))
    call = reload(call)
    assert (call.status, call.outcome, call.sid) == ("unknown", "unknown", None)
    assert call.error.startswith("It is not known whether this call was placed: Twilio ")
    assert twilio.requests == ["POST /Calls.json"]
    keep_up(2)
    placed = failure == "act and hang up"
    assert reload(call).sid == (next(iter(twilio.calls)) if placed else None)
    assert reload(call).status == ("queued" if placed else "unknown")
    keep_up(302)
    if not placed:
        call = reload(call)
        assert (call.status, call.outcome) == ("not-placed", "failed")
        assert call.error == "It was not placed: Twilio knows of no such call. Call again if you like."


@pytest.mark.parametrize("has_asked", [False, True])
def test_a_worker_that_dies_leaves_an_honest_row(twilio: TwilioServer, has_asked: bool) -> None:
    """Killed before or after it asked Twilio: the row cannot tell which, so it is not placed again."""
    call = ask_call(make_callable())
    claim_row(PhoneCall, call.pk, after(1))
    PhoneCall.objects.filter(pk=call.pk).update(asked_at=after(1), claimed_until=after(31))
    if has_asked:
        twilio.create_call({"To": PHONE, "From": NUMBER})
        (held,) = twilio.calls.values()
        held.created_at = after(1)
    PhoneCall.objects.filter(pk=call.pk).update(work_status="queued", due_at=after(32))  # as the sweeper frees it
    do_due(PhoneCall, now=after(40))
    assert (reload(call).status, "POST /Calls.json" in twilio.requests) == ("unknown", False)
    keep_up(41)
    keep_up(400)
    assert reload(call).status == ("queued" if has_asked else "not-placed")


def test_a_worker_that_dies_on_its_last_attempt_is_told_apart_from_one_that_asked_nobody(twilio: TwilioServer) -> None:
    call = ask_call(make_callable())
    PhoneCall.objects.filter(pk=call.pk).update(asked_at=after(1))
    KINDS[call.task_name].give_up(call, "The worker ended 3 times while doing this.")
    assert reload(call).status == "unknown"
    PhoneCall.objects.filter(pk=call.pk).update(asked_at=None, status="requested", outcome="")
    KINDS[call.task_name].give_up(call, "The worker ended 3 times while doing this.")
    assert (reload(call).status, reload(call).error) == ("not-placed", "The worker ended 3 times while doing this.")


def test_who_pressed_the_button_long_ago_is_not_surprised(twilio: TwilioServer) -> None:
    call = ask_call(make_callable())
    do_due(PhoneCall, now=after(1000))
    assert reload(call).error == "It could not be placed within 10 minutes: no worker was free."
    assert twilio.requests == []


def test_the_price_comes_later(twilio: TwilioServer) -> None:
    call, held = place(twilio, make_callable())
    held.started_at, held.ended_at, held.seconds, held.status = after(10), after(73), 63, "completed"
    keep_up(100)
    call = reload(call)
    assert (call.status, call.seconds, call.ended_at, call.price) == ("completed", 63, after(73), None)
    held.price = "-0.02400"
    keep_up(400)
    call, upkeep = reload(call), CallUpkeep.objects.get()
    assert (call.price, call.price_unit, upkeep.work_status) == (Decimal("0.024"), "USD", "done")


def test_a_call_whose_reports_are_lost_is_asked_about(twilio: TwilioServer) -> None:
    call, held = place(twilio, make_callable())
    held.status = "no-answer"
    held.ended_at = after(40)
    keep_up(45)
    call = reload(call)
    assert (call.status, call.outcome, CallUpkeep.objects.get().work_status) == ("no-answer", "no_answer", "done")


def test_a_wish_that_comes_while_twilio_is_asked_is_done_at_once_behind_it(twilio: TwilioServer) -> None:
    call, held = place(twilio, make_callable())
    held.status, held.started_at = "in-progress", after(10)
    upkeep = CallUpkeep.objects.get()
    claim = claim_row(CallUpkeep, upkeep.pk, after(60))
    assert claim is not None
    hang_up(reload(call), after(61))
    note_happening(reload(call), after(62), wait=timedelta(minutes=1))  # a report of less
    claim.postpone(after(120))
    keep_up(62)
    assert held.status == "completed"


def test_a_call_back_follows_a_call_that_is_over(twilio: TwilioServer) -> None:
    invitation = make_callable()
    first, held = place(twilio, invitation)
    with pytest.raises(CallRefused, match="under way"):
        request_call(invitation=invitation, user=None, now=after(2), call_back_of=first)
    held.status, held.ended_at = "busy", after(3)
    keep_up(60)
    second = request_call(invitation=invitation, user=None, now=after(61), call_back_of=first)
    do_due(PhoneCall, now=after(61))
    assert (reload(second).status, second.call_back_of, len(twilio.calls)) == ("queued", first, 2)


def test_a_call_that_twilio_does_not_tell_of_for_hours_is_lost(twilio: TwilioServer) -> None:
    call, _ = place(twilio, make_callable())
    twilio.failures = [(503, 20500, "Away")] * 60
    upkeep, now = CallUpkeep.objects.get(), after(60)
    while upkeep.work_status == "queued":
        do_due(CallUpkeep, now=now)
        upkeep.refresh_from_db()
        now = max(upkeep.due_at, now) + timedelta(seconds=1)
    call = reload(call)
    assert (upkeep.work_status, call.status, call.outcome) == ("dead", "lost", "unknown")
