"""Candidates who call the site's number: the PIN on their page, wrong ones and limits, the interview behind it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.models import InterviewPanelCandidate, PhoneCall, PhonePin, PinTry
from interviewpanel.selectors.calls import has_opted_out
from interviewpanel.services.invitations import make_token, reissue_invitation
from interviewpanel.services.phone_pins import PinVerdict, show_pin, try_pin
from organizations.models import Candidate
from tests.live_interviews import invite, make_panel
from tests.phone_lines import LineServer
from tests.phone_sites import CANDIDATE, call_in, read_session
from tests.sms_servers import NUMBER
from tests.sockets import in_database

pytestmark = pytest.mark.django_db(transaction=True)
WELCOME = [
    "Welcome. Please enter the nine digits of your interview PIN.",
    "Willkommen. Bitte geben Sie die neun Ziffern Ihrer Gesprächs-PIN ein.",
]


@pytest.fixture(autouse=True)
def _takes_calls(settings: Settings, server: LineServer) -> None:
    settings.PHONE_TAKES_CALLS = True


def make_invited() -> InterviewPanelCandidate:
    return invite(make_panel(questions=1), now=timezone.now())


async def test_a_candidate_calls_in_by_pin_and_after_a_drop_calls_in_again(server: LineServer) -> None:
    invitation = await in_database(make_invited)
    page = await in_database(lambda: Client().get(f"/i/{make_token(invitation)}/").content.decode())
    pin = await in_database(show_pin, invitation)
    assert pin in page
    assert NUMBER in page
    phone = await call_in(server)
    assert phone.heard == WELCOME
    await phone.press(pin.replace(" ", ""))
    assert "Am I speaking with Priya Raghunathan?" in phone.heard[-1]
    await phone.agree()
    await phone.listen()
    question = await phone.listen()
    await phone.hang_up()
    call = await in_database(PhoneCall.objects.get)
    found = (call.direction, call.sid, call.from_number, call.to_number, call.status)
    assert found == ("inbound", phone.call.sid, CANDIDATE, NUMBER, "completed")
    assert (await read_session()).status == "interrupted"

    again = await call_in(server)
    await again.press(pin.replace(" ", ""))
    await again.press("1")
    assert await again.listen() == f"We go on where we were. Press 0 to hear the keys. {question}"
    await again.press("9")
    await again.listen()
    await again.press("9")
    await again.listen()
    session = await read_session()
    assert (session.status, session.end_reason) == ("completed", "ended_by_candidate")
    assert set(await in_database(lambda: list(PhoneCall.objects.values_list("session", flat=True)))) == {session.pk}


async def test_who_calls_in_and_wants_no_calls_is_not_called_at_the_number_that_is_stored(server: LineServer) -> None:
    invitation = await in_database(make_invited)
    stored = "+493012345678"
    await in_database(lambda: Candidate.objects.update(phone=stored))
    phone = await call_in(server)
    await phone.press((await in_database(show_pin, invitation)).replace(" ", ""))
    await phone.press("9")
    assert (phone.heard[-1], phone.is_over) == ("This number will not be called again. Goodbye.", True)
    for number in (stored, CANDIDATE):
        assert await in_database(has_opted_out, invitation.organization, number), number


async def test_a_wrong_pin_is_asked_for_three_times(server: LineServer) -> None:
    await in_database(make_invited)
    phone = await call_in(server)
    await phone.press("000000000")
    await phone.stay_silent()
    await phone.press("12")
    assert phone.heard == [
        *WELCOME,
        *["That PIN is not right.", "Diese PIN stimmt nicht.", *WELCOME],
        *WELCOME,
        "Please look up the PIN on the page of your invitation, and call again. Goodbye.",
        "Bitte sehen Sie die PIN auf der Seite Ihrer Einladung nach, und rufen Sie noch einmal an. Auf Wiederhören.",
    ]
    assert (phone.is_over, await in_database(PhoneCall.objects.count)) == (True, 0)
    assert await in_database(PinTry.objects.count) == 1  # what is no PIN was none


async def test_a_site_that_takes_no_calls_says_so_and_shows_no_pin(server: LineServer, settings: Settings) -> None:
    invitation = await in_database(make_invited)
    settings.PHONE_TAKES_CALLS = False
    phone = await call_in(server)
    assert phone.heard[0] == ("Interviews by phone are not available here. Please use the link in your invitation.")
    page = await in_database(lambda: Client().get(f"/i/{make_token(invitation)}/").content.decode())
    assert (phone.is_over, "by-phone" in page, await in_database(show_pin, invitation)) == (True, False, "")


async def test_only_twilio_may_enter_a_pin(server: LineServer) -> None:
    for path in ("/phone/incoming/", "/phone/incoming/pin/?attempt=1"):
        answer = await in_database(lambda path=path: Client().post(path, {"Digits": "1"}, secure=True))
        assert answer.status_code == 403
    assert await in_database(PinTry.objects.count) == 0


def enter(digits: str, *, caller: str = CANDIDATE, minutes: float = 0, sid: str = "CA" + "1" * 32) -> PinVerdict:
    now = timezone.now() + timedelta(minutes=minutes)
    return try_pin(digits=digits, call_sid=sid, caller=caller, called=NUMBER, now=now).verdict


def test_a_caller_may_be_wrong_nine_times_an_hour() -> None:
    invitation = make_invited()
    pin = show_pin(invitation).replace(" ", "")
    assert [enter(f"{number:09}") for number in range(9)] == ["wrong"] * 9
    assert enter(pin) == "limited"  # not looked at: nothing is learned
    assert enter(pin, caller="+4917000000") == "right"
    assert enter(pin, minutes=61) == "right"


def test_one_pin_may_be_tried_twenty_times_an_hour_by_whomever() -> None:
    pin = show_pin(make_invited()).replace(" ", "")
    assert [enter(pin, caller=f"+491700{number:04}") for number in range(20)] == ["right"] * 20
    assert enter(pin, caller="+49171") == "limited"
    assert PhoneCall.objects.count() == 1  # one SID, one call


def test_all_callers_together_may_be_wrong_forty_times_an_hour_and_tries_are_forgotten_after_a_day() -> None:
    for number in range(40):
        assert enter(f"{number:09}", caller=f"+4917{number:04}") == "wrong"
    assert enter("123456789", caller="+49180") == "limited"
    assert enter("123456789", minutes=60 * 25) == "wrong"
    assert PinTry.objects.count() == 1


@pytest.mark.parametrize("digits", ["", "12", "12345678", "1234567890", "12345678*", "١٢٣٤٥٦٧٨٩"])
def test_what_is_no_pin_locks_nobody_out(digits: str) -> None:
    pin = show_pin(make_invited()).replace(" ", "")
    assert {enter(digits) for _ in range(60)} == {"none"}
    assert (PinTry.objects.count(), enter(pin)) == (0, "right")


def test_a_candidates_own_phone_is_let_in_whatever_others_try() -> None:
    invitation = make_invited()
    Candidate.objects.filter(pk=invitation.candidate_id).update(phone=CANDIDATE)
    pin = show_pin(invitation).replace(" ", "")
    for number in range(40):
        assert enter(f"{number:09}", caller=f"+4917{number:04}") == "wrong"
    assert (enter(pin, caller="+49180"), enter(pin, caller="")) == ("limited", "limited")
    assert enter(pin) == "right"
    assert [enter(f"{number:09}") for number in range(10)] == ["wrong"] * 9 + ["limited"]  # its own limit stays


def test_a_pin_is_kept_as_a_hash_and_a_new_link_has_a_new_one() -> None:
    invitation = make_invited()
    pin = show_pin(invitation)
    row = PhonePin.objects.get()
    assert [len(part) for part in pin.split()] == [3, 3, 3]
    assert pin.replace(" ", "") not in str(row.__dict__)
    reissue_invitation(invitation=invitation, now=timezone.now())
    assert show_pin(invitation) not in ("", pin)
    assert enter(pin.replace(" ", "")) == "wrong"
