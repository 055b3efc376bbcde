"""Calling from the admin, and the candidate's own word on their page.

Named people: Rosa, who recruits for Fernbrook; Ravi, who rates there; Mallory of another organization.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from interviewpanel.models import CallConsent, CallOptOut, CallRecording, InterviewPanelCandidate, PhoneCall
from interviewpanel.services.call_permissions import record_opt_out
from interviewpanel.services.invitations import make_token
from organizations.models import Candidate
from tests.call_rows import add_phone_call
from tests.live_interviews import T0, after, invite
from tests.phone_calls import NOTE, PHONE, make_callable
from tests.staff import make_member, sign_in
from tests.twilio_server import TwilioServer, use_twilio

pytestmark = pytest.mark.django_db
PAGE = "admin:interviewpanel_interviewpanelcandidate"


@pytest.fixture(autouse=True)
def a_site_that_calls(settings: Settings) -> Iterator[None]:
    use_twilio(settings, TwilioServer(url="http://127.0.0.1:9"))
    with time_machine.travel(after(60), tick=False):
        yield


@pytest.fixture
def priya() -> InterviewPanelCandidate:
    return make_callable()


@pytest.fixture
def rosa(priya: InterviewPanelCandidate) -> Client:
    return sign_in(make_member("rosa@fernbrook.example", {priya.organization: "hr"}))


def show(client: Client, act: str, *rows: InterviewPanelCandidate) -> Any:
    return client.get(reverse(f"{PAGE}_{act}"), {"chosen": ",".join(f"{row.pk}" for row in rows)})


def do(client: Client, act: str, *rows: InterviewPanelCandidate, **more: str) -> str:
    fields = {"chosen": ",".join(f"{row.pk}" for row in rows), **more}
    return client.post(reverse(f"{PAGE}_{act}"), fields, follow=True).content.decode()


def read(client: Client, row: InterviewPanelCandidate) -> str:
    return client.get(reverse(f"{PAGE}_change", args=[row.pk])).content.decode()


def test_a_click_asks_first_and_then_calls_once(priya: InterviewPanelCandidate, rosa: Client) -> None:
    page = show(rosa, "call", priya).content.decode()
    assert f"Priya Raghunathan, {PHONE}: Screening" in page
    assert "Call now" in page
    said = do(rosa, "call", priya)
    call = PhoneCall.objects.get()
    assert (call.status, call.placed_by.email, call.call_back_of) == ("requested", "rosa@fernbrook.example", None)
    assert "The call is on its way." in said
    assert "A call to the candidate is under way." in do(rosa, "call", priya)
    assert PhoneCall.objects.count() == 1


def test_why_nobody_can_be_called_stands_on_the_page(priya: InterviewPanelCandidate, rosa: Client) -> None:
    Candidate.objects.update(time_zone="America/New_York")
    words = (
        "It is 05:01 where the candidate is. Calls are made Monday to Friday, 09:00 to 20:00 (America/New_York); next "
        "from 5 May 2031, 09:00 there."
    )
    page = show(rosa, "call", priya).content.decode()
    assert words in page
    assert "Nobody of those chosen can be called now." in page
    assert words in read(rosa, priya)
    do(rosa, "call", priya)
    assert PhoneCall.objects.count() == 0


def test_several_of_a_list_are_called_and_the_others_left_out(priya: InterviewPanelCandidate, rosa: Client) -> None:
    omar = invite(priya.panel, "Omar Said")
    url = reverse(f"{PAGE}_changelist")
    page = rosa.post(url, {"action": "call", "_selected_action": [priya.pk, omar.pk]}).content.decode()
    assert "1 is left out" in page
    assert "The candidate has no phone number here. Add it first." in page
    do(rosa, "call", priya, omar)
    assert [call.invitation for call in PhoneCall.objects.all()] == [priya]


def test_consent_needs_a_note_and_a_wish_not_to_be_called_ends_it(priya: InterviewPanelCandidate, rosa: Client) -> None:
    CallConsent.objects.all().delete()
    assert "Write how the candidate agreed" in do(rosa, "call_consent", priya, note=" ")
    do(rosa, "call_consent", priya, note=NOTE)
    consent = CallConsent.objects.get()
    assert (consent.number, consent.note, consent.recorded_by.email) == (PHONE, NOTE, "rosa@fernbrook.example")
    assert f"“{NOTE}”" in read(rosa, priya)
    do(rosa, "call_opt_out", priya)
    consent.refresh_from_db()
    assert (CallOptOut.objects.get().way, consent.withdrawn_at) == ("staff", after(60))
    assert PHONE not in str(CallOptOut.objects.values())
    assert "This number has asked not to be called." in do(rosa, "call_consent", priya, note=NOTE)
    assert CallConsent.objects.filter(withdrawn_at=None).count() == 0


def test_consent_is_of_one_number(priya: InterviewPanelCandidate, rosa: Client) -> None:
    Candidate.objects.update(phone="+4915187654321")
    assert "It is not recorded that the candidate agreed to be called" in read(rosa, priya)


def test_who_rates_and_who_is_elsewhere_see_and_do_nothing(priya: InterviewPanelCandidate) -> None:
    ravi = sign_in(make_member("ravi@fernbrook.example", {priya.organization: "reviewer"}))
    mallory = sign_in(make_member("mallory@elsewhere.example", {make_callable("Elsewhere").organization: "admin"}))
    assert PHONE not in read(ravi, priya)
    for client in (ravi, mallory):
        for act in ("call", "call_consent", "call_opt_out"):
            assert show(client, act, priya).status_code == 404
            do(client, act, priya, note=NOTE)
    assert (PhoneCall.objects.count(), CallOptOut.objects.count(), CallConsent.objects.count()) == (0, 0, 2)


def test_a_site_that_calls_nobody_shows_nothing_of_it(
    priya: InterviewPanelCandidate, rosa: Client, settings: Settings
) -> None:
    settings.PHONE_CALL_PREFIXES = []
    assert 'id="phone-heading"' not in read(rosa, priya)
    assert "Call now" not in rosa.get(reverse(f"{PAGE}_changelist")).content.decode()
    assert "Phone calls" not in Client().get(f"/i/{make_token(priya)}/privacy/", secure=True).content.decode()
    do(rosa, "call", priya)
    assert PhoneCall.objects.count() == 0


def test_a_call_has_a_page_and_its_recording_is_heard(priya: InterviewPanelCandidate, rosa: Client) -> None:
    call = add_phone_call(priya)
    recording = CallRecording(call=call, sid="RE1", work_status="done")
    recording.file.name = "recordings/one.mp3"
    recording.file.storage.save(recording.file.name, ContentFile(b"ID3"))
    recording.save()
    page = rosa.get(reverse("admin:interviewpanel_phonecall_change", args=[call.pk])).content.decode()
    for words in ("Call to Priya Raghunathan", "A person answered", "12:00", "0.3105 USD", "recording.mp3"):
        assert words in page
    sound = rosa.get(reverse("admin:interviewpanel_phonecall_recording", args=[call.pk]))
    assert (b"".join(sound.streaming_content), sound["Cache-Control"]) == (b"ID3", "private, no-store")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_calls_costs_the_same_however_long_it_is(
    priya: InterviewPanelCandidate, rosa: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        add_phone_call(priya, sid=f"CA{number:032x}")
    url = reverse("admin:interviewpanel_phonecall_changelist")
    rosa.get(url)
    with django_assert_num_queries(QUERIES):
        page = rosa.get(url).content.decode()
    assert page.count("A person answered") == count


QUERIES = 13


# --- The candidate's page --------------------------------------------------------------------------------------------


def choose(row: InterviewPanelCandidate, choice: str, language: str = "en") -> Any:
    address = f"/i/{make_token(row)}/calls/?language={language}"
    client = Client()
    answer = client.post(address, {"choice": choice}, secure=True)
    return client.get(answer["Location"], secure=True) if answer.status_code == 303 else answer


def test_a_candidate_agrees_and_takes_it_back_on_their_page(priya: InterviewPanelCandidate) -> None:
    CallConsent.objects.all().delete()
    page = Client().get(f"/i/{make_token(priya)}/privacy/", secure=True).content.decode()
    assert "An automated voice (AI) would call you; nobody calls unless you agree." in page
    assert "You may be called." in choose(priya, "agree").content.decode()
    consent = CallConsent.objects.get()
    assert (consent.given_by, consent.number, consent.recorded_by) == ("candidate", PHONE, None)
    assert "You will not be called any more." in choose(priya, "stop").content.decode()
    assert (CallOptOut.objects.get().way, CallConsent.objects.filter(withdrawn_at=None).count()) == ("page", 0)
    assert "You may be called." in choose(priya, "agree").content.decode()
    assert (CallOptOut.objects.count(), CallConsent.objects.filter(withdrawn_at=None).count()) == (0, 1)


def test_the_page_speaks_german(priya: InterviewPanelCandidate) -> None:
    page = choose(priya, "stop", "de").content.decode()
    assert "Sie werden nicht mehr angerufen." in page
    assert f"Fernbrook ruft {PHONE} nicht an, wie Sie es wünschten." in page


def test_a_wrong_choice_and_a_strangers_link_change_nothing(priya: InterviewPanelCandidate) -> None:
    assert choose(priya, "maybe").status_code == 400
    assert Client().post("/i/none-such/calls/", {"choice": "stop"}, secure=True).status_code == 404
    assert CallOptOut.objects.count() == 0


def test_an_opt_out_in_one_call_is_told_on_the_page_of_another_invitation(priya: InterviewPanelCandidate) -> None:
    record_opt_out(organization=priya.organization, number=PHONE, way="call", now=T0)
    page = Client().get(f"/i/{make_token(priya)}/privacy/", secure=True).content.decode()
    assert f"Fernbrook does not call {PHONE}, as you wished." in page
