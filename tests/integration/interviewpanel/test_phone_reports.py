"""What Twilio reports of a call: believed when it is signed, whenever it comes, however often; and what follows."""

import itertools
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from interviewpanel.models import PhoneCall
from interviewpanel.services.call_reports import confirm_person
from tests.live_interviews import after, begin
from tests.phone_calls import keep_up, make_callable, place, reload, tell, tell_machine
from tests.twilio_posts import PUBLIC_URL, post_by_http
from tests.twilio_server import TwilioServer

pytestmark = pytest.mark.django_db
WHOLE_CALL = ("initiated", "ringing", "in-progress", "completed")


def test_a_call_from_the_first_ring_to_the_end(twilio: TwilioServer) -> None:
    call, held = place(twilio, make_callable())
    seen = []
    for number, status in enumerate(WHOLE_CALL, start=1):
        assert tell(twilio, held, status, 10 * number) == 204
        seen.append(reload(call).status)
    assert tuple(seen) == WHOLE_CALL
    call = reload(call)
    assert (call.answered_at, call.ended_at, call.seconds) == (after(30), after(40), 10)
    assert call.outcome == "unknown"  # nobody has told who answered


@pytest.mark.parametrize("order", list(itertools.permutations(WHOLE_CALL)))
def test_reports_in_any_order_and_twice_end_in_the_same_row(twilio: TwilioServer, order: tuple[str, ...]) -> None:
    call, held = place(twilio, make_callable())
    sent = {status: 10 * number for number, status in enumerate(WHOLE_CALL, start=1)}
    reports = []
    deliver, twilio.post = twilio.post, lambda *report: (reports.append(report), (204, ""))[1]
    for status in WHOLE_CALL:  # as Twilio sends them …
        tell(twilio, held, status, sent[status])
    by_status = dict(zip(WHOLE_CALL, reports, strict=True))
    with time_machine.travel(after(50), tick=False):
        for status in (*order, *order):  # … and as they arrive
            assert deliver(*by_status[status])[0] == 204
    call = reload(call)
    assert (call.status, call.outcome) == ("completed", "unknown")
    assert (call.answered_at, call.ended_at, call.seconds) == (after(30), after(40), 10)


@pytest.mark.parametrize(
    ("answered_by", "outcome", "is_hung_up"),
    [
        ("human", "person", False),
        ("unknown", "unknown", False),
        ("machine_start", "machine", True),
        ("machine_end_beep", "machine", True),
        ("fax", "machine", True),
    ],
)
def test_a_machine_is_hung_up_on_and_unknown_is_no_machine(
    twilio: TwilioServer, answered_by: str, outcome: str, is_hung_up: bool
) -> None:
    call, held = place(twilio, make_callable())
    tell(twilio, held, "in-progress", 10)
    assert tell_machine(twilio, held, answered_by, 14) == 204
    assert reload(call).outcome == ""
    keep_up(15)
    assert held.status == ("completed" if is_hung_up else "in-progress")
    tell(twilio, held, "completed", 20)
    assert (reload(call).answered_by, reload(call).outcome) == (answered_by, outcome)


def test_a_person_who_has_said_who_they_are_is_no_machine_whatever_is_detected(twilio: TwilioServer) -> None:
    call, held = place(twilio, make_callable())
    tell(twilio, held, "in-progress", 10)
    tell_machine(twilio, held, "machine_start", 14)
    confirm_person(reload(call), after(14.5))
    keep_up(15)
    assert held.status == "in-progress"
    tell(twilio, held, "completed", 60)
    assert reload(call).outcome == "person"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("busy", "busy"), ("no-answer", "no_answer"), ("canceled", "cancelled"), ("failed", "failed")],
)
def test_each_ending_is_told_apart(twilio: TwilioServer, status: str, outcome: str) -> None:
    call, held = place(twilio, make_callable())
    tell(twilio, held, status, 30)
    assert (reload(call).status, reload(call).outcome) == (status, outcome)


def test_nothing_is_told_to_who_has_not_signed(twilio: TwilioServer) -> None:
    call, held = place(twilio, make_callable())
    paths = [f"/phone/{one}/{name}/" for one in (call.uuid, uuid4()) for name in ("status", "machine", "recording")]
    fields = {"CallSid": held.sid, "CallStatus": "completed", "AnsweredBy": "fax", "RecordingStatus": "completed"}
    for path in paths:
        for token, url in (("9" * 32, f"{PUBLIC_URL}{path}"), ("1" * 32, f"https://elsewhere.example{path}")):
            signed = []
            twilio.post = lambda _, __, signature, signed=signed: (signed.append(signature), (0, ""))[1]
            twilio.tell(url, fields, token=token)
            answer = Client().post(path, fields, headers={"X-Twilio-Signature": signed[0]}, secure=True)
            assert (answer.status_code, answer.content) == (403, b"The signature is not right.\n")
        assert Client().post(path, fields, secure=True).status_code == 403
        assert Client().get(path, secure=True).status_code == 405
    assert reload(call).status == "queued"


@pytest.mark.django_db(transaction=True)
def test_reports_come_over_the_network_too(twilio: TwilioServer, live_server: LiveServer) -> None:
    """Every part of it is real but Twilio: its client, a server's port, a signature for the address outside."""
    twilio.post = post_by_http(int(live_server.url.rpartition(":")[2]))
    call, held = place(twilio, make_callable())
    assert tell(twilio, held, "no-answer", 30) == 204
    assert (reload(call).status, reload(call).outcome) == ("no-answer", "no_answer")
    url = held.asked["StatusCallback"]
    assert twilio.tell(url, {"CallSid": held.sid, "CallStatus": "completed"}, token="9" * 32) == (
        403,
        "The signature is not right.\n",
    )


def test_a_signed_report_of_another_call_is_not_believed(twilio: TwilioServer) -> None:
    call, held = place(twilio, make_callable())
    fields = {"CallSid": "CA" + "f" * 32, "CallStatus": "completed"}
    assert twilio.tell(held.asked["StatusCallback"], fields)[0] == 204
    assert twilio.tell(f"{PUBLIC_URL}/phone/{uuid4()}/status/", fields)[0] == 204  # of what was erased meanwhile
    assert (reload(call).status, reload(call).sid) == ("queued", held.sid)


def test_a_report_tells_the_sid_of_a_call_whose_answer_was_lost(twilio: TwilioServer) -> None:
    twilio.failures = ["act and hang up"]
    invitation = make_callable()
    with pytest.raises(KeyError):
        place(twilio, invitation)
    call, (held,) = PhoneCall.objects.get(), twilio.calls.values()
    assert call.status == "unknown"
    tell(twilio, held, "ringing", 5)
    assert (reload(call).status, reload(call).sid, reload(call).outcome, reload(call).error) == (
        "ringing",
        held.sid,
        "",
        "",
    )


def test_a_word_that_is_not_known_changes_nothing(twilio: TwilioServer) -> None:
    call, held = place(twilio, make_callable())
    assert tell(twilio, held, "teleported", 5) == 204
    assert tell(twilio, held, "completed", 6, CallDuration="many", Timestamp="yesterday") == 204
    assert (reload(call).status, reload(call).seconds, reload(call).ended_at) == ("completed", None, after(6))


def test_a_call_whose_end_is_only_found_by_asking_interrupts_its_interview_from_when_it_ended(
    twilio: TwilioServer,
) -> None:
    """On a line that is not streamed no socket closes, and the report of the end was lost."""
    invitation = make_callable()
    call, held = place(twilio, invitation)
    tell(twilio, held, "in-progress", 10)
    session = begin(invitation)
    PhoneCall.objects.filter(pk=call.pk).update(session=session, session_epoch=session.epoch)
    held.status, held.started_at, held.ended_at, held.seconds = "completed", after(10), after(40), 30
    keep_up(70)
    session.refresh_from_db()
    assert (reload(call).status, session.status, session.interrupted_at) == ("completed", "interrupted", after(40))
