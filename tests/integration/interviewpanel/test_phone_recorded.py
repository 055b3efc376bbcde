"""Interviews by phone without a stream: Twilio records each answer, and it is heard when it has been fetched."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.core.files.storage import InMemoryStorage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.models import Answer, CallUpkeep, InterviewSession, PhoneCall, PhoneRecording, TwilioRemoval
from interviewpanel.selectors.phone_addresses import LineAddresses
from interviewpanel.services.deadlines import sweep_sessions
from interviewpanel.services.phone_calls import find_call_urls
from interviewpanel.services.session_manager import open_session
from reports.models import InterviewReport
from tests.phone_lines import LineServer, Phone, make_line_noise
from tests.phone_sites import (
    SPEECH,
    SPEECH_SECONDS,
    InProcessSocket,
    answer_call,
    call_again,
    do_work,
    find_phone,
    make_outbound,
    measure_kept,
    post,
    post_signed,
    read_session,
)
from tests.queues import end
from tests.sockets import in_database
from tests.twilio_posts import PUBLIC_URL
from tests.twilio_rows import Fields
from tests.work import do_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _records(settings: Settings) -> None:
    settings.PHONE_LISTENS_BY = "record"


async def begin(server: LineServer, *, questions: int) -> Phone:
    """Up to the tone behind the first question."""
    phone = await answer_call(server, await in_database(make_outbound, server, questions=questions))
    await phone.agree()
    assert phone.heard[-1].startswith("What do you know about")
    return phone


async def test_an_interview_is_recorded_answer_by_answer_to_its_report(server: LineServer) -> None:
    phone = await begin(server, questions=2)
    first = phone.heard[-1]
    assert phone.heard[-2].startswith("After each question, answer behind the tone.")
    await phone.record(SPEECH, key="1")  # the question again; what was said counts
    assert phone.heard[-1] == first
    await phone.record(SPEECH, key="#")
    second = phone.heard[-1]
    assert second != first
    await phone.record(make_line_noise(2), key="4")
    assert phone.heard[-1] == "Fernbrook reads your answers and a person decides what happens next."
    assert phone.is_over
    await do_work()
    session = await read_session()
    answers = await in_database(lambda: list(Answer.objects.order_by("number")))
    assert [(one.status, one.closed_reason) for one in answers] == [("scored", "done"), ("skipped", "skipped")]
    assert await in_database(measure_kept, answers[0]) == pytest.approx(2 * SPEECH_SECONDS, abs=0.01)
    assert len(answers[0].transcript.split()) >= 10
    assert (session.status, session.end_reason) == ("completed", "all_asked")
    removals = await in_database(lambda: set(TwilioRemoval.objects.values_list("sid", flat=True)))
    assert removals == set(server.answers)  # what is here need not be there
    assert (await in_database(InterviewReport.objects.get)).session_id == session.pk


async def test_the_session_is_kept_while_an_answer_is_recorded_and_ends_with_the_call(server: LineServer) -> None:
    phone = await begin(server, questions=1)
    await in_database(lambda: sweep_sessions(timezone.now() + timedelta(minutes=5)))
    assert (await read_session()).status == "in_progress"
    await phone.record(SPEECH, key="hangup")
    assert (phone.is_over, (await read_session()).status) == (True, "interrupted")
    await do_work()
    answer = await in_database(Answer.objects.get)
    assert (answer.is_open, await in_database(measure_kept, answer)) == (True, pytest.approx(SPEECH_SECONDS, abs=0.01))

    call = await in_database(lambda: call_again(server, InterviewSession.objects.get().invitation))
    again = await answer_call(server, call)
    await again.press("1")
    assert again.heard[-1] == answer.question_text
    await again.record(SPEECH)
    assert again.is_over
    answer = await in_database(Answer.objects.get)
    assert (answer.status, answer.closed_reason) == ("scored", "done")
    assert await in_database(measure_kept, answer) == pytest.approx(2 * SPEECH_SECONDS, abs=0.01)


async def test_pauses_and_silence_are_asked_about(server: LineServer) -> None:
    phone = await begin(server, questions=1)
    question = phone.heard[-1]
    await phone.record(make_line_noise(1), key="5")
    assert phone.heard[-1] == "The interview is paused. Press 5 to go on."
    await phone.press("5")
    assert phone.heard[-1] == question
    await phone.record_nothing()
    assert phone.heard[-1] == "Are you still there? Say something, or press 5, to go on."
    await phone.say_word("Yes.")
    assert phone.heard[-1] == question


async def test_a_recording_that_is_heard_twice_is_stored_once(server: LineServer) -> None:
    phone = await begin(server, questions=1)
    answer = await in_database(Answer.objects.get)
    await phone.record(SPEECH, key="1")
    row = await in_database(PhoneRecording.objects.get)
    await do_work()
    kept = await in_database(measure_kept, answer)
    await in_database(lambda: PhoneRecording.objects.filter(pk=row.pk).update(work_status="queued"))  # told twice
    await do_work()
    assert (await in_database(measure_kept, answer), kept) == (kept, pytest.approx(SPEECH_SECONDS, abs=0.01))


async def test_an_answer_is_kept_though_what_comes_next_fails(server: LineServer, settings: Settings) -> None:
    phone = await begin(server, questions=1)
    voices, settings.PHONE_VOICES = settings.PHONE_VOICES, {}  # no voice to go on with
    with pytest.raises(KeyError):
        await phone.record(SPEECH, key="#")
    settings.PHONE_VOICES = voices
    row = await in_database(PhoneRecording.objects.get)
    assert (row.sid, row.closes) == (next(iter(server.answers)), "done")
    await do_work()
    answer = await in_database(Answer.objects.get)
    assert (answer.status, answer.closed_reason) == ("scored", "done")
    assert await in_database(measure_kept, answer) == pytest.approx(SPEECH_SECONDS, abs=0.01)


class SlowStorage(InMemoryStorage):
    """As the next file is written, something else happens, once."""

    meanwhile: ClassVar[list[Callable[[], object]]] = []

    def _save(self, name: str, content: Any) -> str:
        while self.meanwhile:
            self.meanwhile.pop()()
        return str(super()._save(name, content))


async def test_an_answer_is_kept_though_the_page_is_opened_as_it_is_heard(
    server: LineServer, settings: Settings
) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.SlowStorage"}}
    phone = await begin(server, questions=1)
    session = await in_database(InterviewSession.objects.select_related("invitation").get)
    SlowStorage.meanwhile.append(lambda: open_session(invitation=session.invitation, now=timezone.now()))
    await phone.record(SPEECH, key="#")
    assert (SlowStorage.meanwhile, (await read_session()).epoch) == ([], session.epoch + 1)
    await do_work()
    answer = await in_database(Answer.objects.get)
    assert (answer.status, answer.closed_reason) == ("scored", "done")
    assert await in_database(measure_kept, answer) == pytest.approx(SPEECH_SECONDS, abs=0.01)
    assert (await in_database(PhoneRecording.objects.get)).work_status == "done"


@pytest.mark.parametrize("heard", ["later", "meanwhile", "before"])
async def test_a_recording_may_be_there_before_it_is_told_what_ended_it(
    server: LineServer, settings: Settings, heard: str
) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.SlowStorage"}}
    call = await in_database(make_outbound, server, questions=1)
    told: list[tuple[int, str]] = []

    async def post_late(url: str, fields: Fields) -> tuple[int, str]:
        if "/recorded/answer/" in url:
            ready = LineAddresses(call.uuid).recorded("ready", number=1)
            assert (await post(ready, {**fields, "RecordingStatus": "completed"}))[0] == 200
            if heard == "meanwhile":
                SlowStorage.meanwhile.append(lambda: told.append(post_signed(url, fields)))
            if heard != "later":
                await do_work()
                assert (await in_database(Answer.objects.get)).is_open is (heard == "before")
        return told.pop() if told else await post(url, fields)

    phone = Phone(
        server, find_phone(server, call).call, post=post_late, open_socket=InProcessSocket.open, meanwhile=do_work
    )
    await phone.ask(phone.call.asked["Url"])
    await phone.agree()
    await phone.record(SPEECH, key="#")
    assert phone.is_over
    answer = await in_database(Answer.objects.get)
    assert (answer.status, answer.closed_reason) == ("scored", "done")
    assert await in_database(measure_kept, answer) == pytest.approx(SPEECH_SECONDS, abs=0.01)


async def test_the_call_is_recorded_too_from_the_first_question_on(server: LineServer, settings: Settings) -> None:
    phone = await begin(server, questions=1)
    asked = await in_database(CallUpkeep.objects.get)
    await in_database(do_due, CallUpkeep)
    assert [one.call_sid for one in server.recordings.values()] == [phone.call.sid]
    await phone.record(SPEECH, key="1")
    now = await in_database(CallUpkeep.objects.get)
    assert (asked.records, now.records, now.happenings) == (True, True, asked.happenings)  # nothing more was asked for
    settings.PHONE_RECORDS_CALLS = False
    await phone.hang_up()
    await in_database(do_due, CallUpkeep)
    again = await answer_call(server, await in_database(call_again, server, (await read_call()).invitation))
    await again.press("1")
    assert again.heard[-1] == phone.heard[-1]
    await in_database(do_due, CallUpkeep)
    assert (await in_database(CallUpkeep.objects.get, records=True)).call_id == (await read_call()).pk


async def read_call() -> PhoneCall:
    """The first, with whom it is for."""
    call: PhoneCall = await in_database(PhoneCall.objects.select_related("invitation").order_by("pk")[0:1].get)
    return call


async def read_removals() -> list[str]:
    sids: list[str] = await in_database(lambda: list(TwilioRemoval.objects.values_list("sid", flat=True)))
    return sids


async def test_what_is_told_of_a_closed_answer_is_removed_at_twilio(server: LineServer) -> None:
    phone = await begin(server, questions=1)
    await phone.record(SPEECH, key="1")  # it goes on, and the interview ends before this is heard
    session = await read_session()
    await in_database(end, session, timezone.now())
    await do_work()
    assert await read_removals() == list(server.answers)
    call = await in_database(PhoneCall.objects.get)
    late, place = server.make_sid("RE"), {"number": 1, "epoch": session.epoch, "heard": 0}
    fields = {"CallSid": str(call.sid), "RecordingSid": late, "Digits": "#"}
    assert (await post(LineAddresses(call.uuid).recorded("answer", **place), fields))[0] == 200
    assert await read_removals() == [*server.answers, late]
    assert await in_database(PhoneRecording.objects.count) == 1
    untold = server.make_sid("RE")  # its action never came
    fields = {"CallSid": str(call.sid), "RecordingSid": untold, "RecordingStatus": "completed"}
    assert (await post(LineAddresses(call.uuid).recorded("ready", number=1), fields))[0] == 200
    assert await read_removals() == [*server.answers, late, untold]


async def test_of_a_recording_without_a_sound_nothing_is_expected(server: LineServer) -> None:
    await begin(server, questions=1)
    call = await in_database(PhoneCall.objects.get)
    fields = {"CallSid": str(call.sid), "RecordingSid": server.make_sid("RE"), "RecordingStatus": "absent"}
    assert (await post(LineAddresses(call.uuid).recorded("ready", number=1), fields))[0] == 200
    assert (await in_database(PhoneRecording.objects.count), await read_removals()) == (0, [])


@pytest.mark.parametrize("place", ["recorded/ready", "recording"])
async def test_what_is_told_of_an_erased_call_is_removed_at_twilio(server: LineServer, place: str) -> None:
    sid = server.make_sid("RE")
    url = f"{PUBLIC_URL}/phone/{uuid4()}/{place}/"
    fields = {"CallSid": server.make_sid("CA"), "RecordingSid": sid, "RecordingStatus": "completed"}
    assert (await post(url, fields))[0] in (200, 204)
    assert await read_removals() == [sid]
    unsigned = await in_database(lambda: Client().post(url.removeprefix(PUBLIC_URL), fields, secure=True))
    assert unsigned.status_code == 403


async def hang_up(phone: Phone, at: datetime) -> None:
    """Outside a recording: the status of the call is all that tells of it."""
    call = await in_database(PhoneCall.objects.get, sid=phone.call.sid)
    told = {
        "CallSid": phone.call.sid,
        "CallStatus": "completed",
        "CallDuration": "60",
        "Timestamp": format_datetime(at),
    }
    assert (await post(find_call_urls(call).status, told))[0] == 204


async def test_hanging_up_between_answers_interrupts_from_that_moment(server: LineServer) -> None:
    phone = await begin(server, questions=1)
    await phone.record(SPEECH, key="1")  # the question is being said once more
    at = timezone.now().replace(microsecond=0)
    await hang_up(phone, at)
    session = await read_session()
    assert (session.status, session.interrupted_at, session.lease_until) == ("interrupted", at, None)
    assert session.clock_running_since is None


async def test_a_call_that_ends_late_takes_nothing_from_the_next(server: LineServer) -> None:
    phone = await begin(server, questions=1)
    await in_database(lambda: PhoneCall.objects.update(direction="inbound"))  # one goes out at a time
    call = await in_database(lambda: call_again(server, InterviewSession.objects.get().invitation))
    again = await answer_call(server, call)
    await again.press("1")
    await hang_up(phone, timezone.now())
    assert (await read_session()).status == "in_progress"
    await hang_up(again, timezone.now())
    assert (await read_session()).status == "interrupted"
