"""Recordings of whole calls: begun after consent, resting in pauses, fetched, kept and erased with the interview."""

import pytest
import time_machine
from django.core.files.storage import default_storage
from pytest_django import Settings

from interviewpanel.models import CallRecording, CallUpkeep, PhoneCall, PhoneRecording, TwilioRemoval
from interviewpanel.services.call_recordings import report_recorded
from interviewpanel.services.call_reports import begin_recording
from interviewpanel.services.erasure import ErasureRefused, erase_interview
from interviewpanel.services.recording_retention import erase_recordings
from interviewpanel.services.session_manager import end_session, open_session, pause_session, resume_session
from organizations.models import Change
from tests.live_interviews import after, begin, find_open
from tests.phone_calls import PHONE, keep_up, make_callable, place, reload, tell
from tests.twilio_posts import PUBLIC_URL
from tests.twilio_rows import TwilioCall, TwilioRecording
from tests.twilio_server import Answer, TwilioServer
from tests.work import do_due

pytestmark = pytest.mark.django_db


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
