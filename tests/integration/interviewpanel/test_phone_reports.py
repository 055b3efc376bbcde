"""What Twilio reports of a call: believed when it is signed, whenever it comes, however often; and what follows."""

import itertools
from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from interviewpanel.models import CallRecording, CallUpkeep, PhoneCall, PhoneRecording, TwilioRemoval
from interviewpanel.services.call_recordings import report_recorded
from interviewpanel.services.call_reports import begin_recording, confirm_person
from interviewpanel.services.erasure import ErasureRefused, erase_interview
from interviewpanel.services.recording_retention import erase_recordings
from interviewpanel.services.session_manager import end_session, open_session, pause_session, resume_session
from organizations.models import Change
from tests.live_interviews import after, begin, find_open
from tests.phone_calls import PHONE, keep_up, make_callable, place, reload
from tests.twilio_posts import PUBLIC_URL, post_by_http
from tests.twilio_rows import TwilioCall, TwilioRecording
from tests.twilio_server import Answer, TwilioServer, run_twilio_server, use_twilio
from tests.work import do_due

pytestmark = pytest.mark.django_db
WHOLE_CALL = ("initiated", "ringing", "in-progress", "completed")


@pytest.fixture
def twilio(settings: Settings) -> Iterator[TwilioServer]:
    with run_twilio_server() as server:
        use_twilio(settings, server)
        yield server


def tell(twilio: TwilioServer, held: TwilioCall, status: str, seconds: float, **more: str) -> int:
    with time_machine.travel(after(seconds), tick=False):
        return twilio.tell_status(held, status, **more)[0]


def tell_machine(twilio: TwilioServer, held: TwilioCall, answered_by: str, seconds: float) -> int:
    with time_machine.travel(after(seconds), tick=False):
        return twilio.tell_answered_by(held, answered_by)[0]


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


# --- Recordings ------------------------------------------------------------------------------------------------------


def record(twilio: TwilioServer) -> tuple[PhoneCall, TwilioCall]:
    """A call whose candidate has agreed in it, as far as the recording is begun."""
    invitation = make_callable()
    call, held = place(twilio, invitation)
    tell(twilio, held, "in-progress", 10)
    PhoneCall.objects.filter(pk=call.pk).update(session=begin(invitation))
    assert begin_recording(reload(call), after(20)) is True
    keep_up(20)
    return reload(call), held


def test_a_call_is_recorded_when_the_candidate_has_agreed_and_kept_with_the_interview(twilio: TwilioServer) -> None:
    call, held = record(twilio)
    (recording,) = twilio.recordings.values()
    assert recording.asked == {
        "RecordingChannels": "dual",
        "RecordingStatusCallback": f"{PUBLIC_URL}/phone/{call.uuid}/recording/",
        "RecordingStatusCallbackEvent": "completed absent",
        "Trim": "do-not-trim",
    }
    tell(twilio, held, "completed", 70)
    for _ in range(2):
        with time_machine.travel(after(80), tick=False):
            assert twilio.tell_recorded(recording, b"ID3 both voices", seconds=50)[0] == 204
    do_due(CallRecording, TwilioRemoval, now=after(81))
    row = CallRecording.objects.get()
    assert (row.sid, row.seconds, row.size_bytes, row.work_status) == (recording.sid, 50, 15, "done")
    assert row.file.name.startswith(f"recordings/{reload(call).session.uuid}/call-")
    with row.file.open() as file:
        assert file.read() == b"ID3 both voices"
    assert (recording.is_removed, reload(call).recording_sid) == (True, recording.sid)


def test_while_the_interview_is_paused_silence_is_recorded(twilio: TwilioServer) -> None:
    call, _ = record(twilio)
    (recording,) = twilio.recordings.values()
    session = call.session
    assert session is not None
    pause_session(session_id=session.pk, epoch=None, now=after(30))
    keep_up(30)
    assert recording.changes == [{"Status": "paused", "PauseBehavior": "silence"}]
    keep_up(100)  # said once
    twilio.failures = [(503, 20503, "Service Unavailable")]
    resume_session(session_id=session.pk, epoch=None, now=after(110))
    keep_up(110)
    keep_up(120)
    assert recording.changes[1:] == [{"Status": "in-progress"}]


def test_a_recording_that_would_begin_in_a_pause_begins_behind_it(twilio: TwilioServer) -> None:
    invitation = make_callable()
    call, held = place(twilio, invitation)
    tell(twilio, held, "in-progress", 10)
    session = begin(invitation)
    PhoneCall.objects.filter(pk=call.pk).update(session=session)
    begin_recording(reload(call), after(20))
    pause_session(session_id=session.pk, epoch=None, now=after(21))
    keep_up(22)
    assert twilio.recordings == {}
    resume_session(session_id=session.pk, epoch=None, now=after(30))
    keep_up(30)
    (recording,) = twilio.recordings.values()
    assert (recording.changes, reload(call).recording_sid) == ([], recording.sid)


def test_nothing_is_recorded_of_a_session_that_has_not_begun(twilio: TwilioServer) -> None:
    """As while its candidate waits for a place, or was refused: what was agreed to is kept when it begins."""
    invitation = make_callable()
    call, _ = place(twilio, invitation)
    session = open_session(invitation=invitation, now=after(10))
    PhoneCall.objects.filter(pk=call.pk).update(session=session)
    assert (session.consented_at, begin_recording(reload(call), after(20))) == (None, False)
    assert not CallUpkeep.objects.filter(records=True).exists()


def test_a_recording_that_breaks_off_is_fetched_again(twilio: TwilioServer) -> None:
    record(twilio)
    (recording,) = twilio.recordings.values()
    with time_machine.travel(after(80), tick=False):
        twilio.tell_recorded(recording, b"0123456789", seconds=50)
    play, twilio.play_recording = twilio.play_recording, lambda *_: Answer(200, b"01234", "audio/mpeg", 10)
    do_due(CallRecording, now=after(81))
    row = CallRecording.objects.get()
    assert (row.work_status, row.file.name) == ("queued", "")
    twilio.play_recording = play
    do_due(CallRecording, now=after(200))
    row.refresh_from_db()
    assert (row.work_status, row.size_bytes) == ("done", 10)


def test_a_site_that_records_no_calls_or_keeps_them_at_twilio(twilio: TwilioServer, settings: Settings) -> None:
    settings.PHONE_REMOVES_RECORDINGS = False
    call, _ = record(twilio)
    (recording,) = twilio.recordings.values()
    with time_machine.travel(after(80), tick=False):
        twilio.tell_recorded(recording, b"x", seconds=50)
    do_due(CallRecording, TwilioRemoval, now=after(81))
    assert (CallRecording.objects.get().work_status, recording.is_removed) == ("done", False)
    settings.PHONE_RECORDS_CALLS = False
    assert begin_recording(call, after(90)) is False


def test_a_call_that_is_over_before_the_recording_begins_has_none(twilio: TwilioServer) -> None:
    invitation = make_callable()
    call, held = place(twilio, invitation)
    tell(twilio, held, "in-progress", 10)
    PhoneCall.objects.filter(pk=call.pk).update(session=begin(invitation))
    begin_recording(reload(call), after(20))
    held.status, held.started_at, held.ended_at, held.seconds = "completed", after(10), after(20), 10
    keep_up(20)
    assert (twilio.recordings, reload(call).status, reload(call).recording_sid) == ({}, "completed", "")


def test_erasure_leaves_nothing_of_a_call_here_or_at_twilio_but_the_opt_out(twilio: TwilioServer) -> None:
    call, held = record(twilio)
    (recording,) = twilio.recordings.values()
    invitation, session = call.invitation, call.session
    end_session(session_id=session.pk, now=after(60), reason="closed")
    with pytest.raises(ErasureRefused, match="A call to the candidate is under way"):
        erase_interview(invitation_id=invitation.pk, reason="operator", now=after(61))
    tell(twilio, held, "completed", 70)
    with time_machine.travel(after(80), tick=False):
        twilio.tell_recorded(recording, b"x", seconds=50)
    do_due(CallRecording, now=after(81))
    assert erase_interview(invitation_id=invitation.pk, reason="operator", now=after(90)) is True
    do_due(TwilioRemoval, now=after(91))
    assert (twilio.calls, recording.is_removed) == ({}, True)
    assert [model.objects.count() for model in (PhoneCall, CallUpkeep, CallRecording)] == [0, 0, 0]
    told = [str(line) for line in Change.objects.values()] + [str(row) for row in TwilioRemoval.objects.values()]
    assert not [line for line in told if PHONE in line]
    assert default_storage.exists(f"recordings/{session.uuid}")  # its files go by the removal of the session's folders


def test_sound_past_its_time_goes_here_and_at_twilio_also_what_comes_late(
    twilio: TwilioServer, settings: Settings
) -> None:
    """Also where the site keeps recordings there. The call itself, and what it cost, stays with the interview."""
    settings.PHONE_REMOVES_RECORDINGS = False
    call, held = record(twilio)
    (whole,) = twilio.recordings.values()
    session = call.session
    own, late = (TwilioRecording(twilio.make_sid("RE"), held.sid, {}) for _ in range(2))
    twilio.recordings |= {one.sid: one for one in (own, late)}
    PhoneRecording.objects.create(call=call, answer=find_open(session), sid=own.sid, work_status="done")
    end_session(session_id=session.pk, now=after(60), reason="closed")
    tell(twilio, held, "completed", 70)
    with time_machine.travel(after(80), tick=False):
        twilio.tell_recorded(whole, b"x", seconds=50)
    do_due(CallRecording, now=after(81))
    assert erase_recordings(session_id=session.pk, now=after(90)) is True
    do_due(TwilioRemoval, now=after(91))
    assert (whole.is_removed, own.is_removed) == (True, True)
    assert [model.objects.count() for model in (CallRecording, PhoneRecording, PhoneCall)] == [0, 0, 1]
    assert report_recorded(uuid=call.uuid, sid=held.sid, recording_sid=late.sid, seconds=5, now=after(100)) is True
    row = CallRecording.objects.create(call=call, sid=whole.sid, due_at=after(100))  # reported as it was being erased
    do_due(CallRecording, TwilioRemoval, now=after(101))
    row.refresh_from_db()
    assert (late.is_removed, row.work_status, row.file.name) == (True, "failed", "")
    assert row.last_error.startswith("erased: the time for which sound and video were kept is over")
