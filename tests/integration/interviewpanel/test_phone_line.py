"""Interviews by phone, in one process: Twilio's documents, its signed requests, its media socket, real speech."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.utils import timezone
from pytest_django import Settings
from twilio.request_validator import RequestValidator

from config.asgi import application
from interviewpanel.models import Answer, AnswerScore, AudioSegment, InterviewSession, PhoneCall, SessionStep
from interviewpanel.selectors.consent import write_invitation_consent
from reports.models import InterviewReport
from tests.live_interviews import invite, make_panel
from tests.phone_lines import LineServer, Phone, make_call, to_mulaw
from tests.sms_servers import NUMBER, TOKEN
from tests.sockets import in_database
from tests.speech import read_clip
from tests.twilio_rows import Fields
from tests.twilio_server import PUBLIC_URL, post_by_client, run_twilio_server, use_twilio
from tests.work import do_due, do_row

pytestmark = pytest.mark.django_db(transaction=True)
CANDIDATE = "+4915112345678"
SPEECH = to_mulaw(read_clip("speech_rms").astype("<i2").tobytes())
DISCLOSURE = (
    "Hello. This is the automated interviewer of Fernbrook. I am a computer program, and this is about an interview "
    "you were invited to."
)
IDENTITY = (
    "Am I speaking with Priya Raghunathan? Press 1 or say yes. If not, press 2 or say no. If you do not want to be "
    "called again, press 9."
)
GREETING = (
    "Hello Priya, and welcome. I am the automated interviewer of Fernbrook, and this is your interview for Backend "
    "engineer. We have up to 30 minutes. Take the time you need: you can ask me to repeat a question, to say it in "
    "other words, to give you a moment to think, or to pause. Say when you are done, or simply stop speaking. Let us "
    "begin."
)
KEYS = (
    "You can answer as soon as a question has been asked. Press 1 to hear it again, 2 to hear it in other words, 3 for "
    "a moment to think, 4 to skip it, 5 to pause, 9 to end the interview, and the hash key when you are done. Press "
    "0 to hear this again."
)


class InProcessSocket:
    """The media socket to the application of this process, as Twilio opens it: without an Origin."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self.communicator = communicator

    @classmethod
    async def open(cls, url: str) -> "InProcessSocket":
        assert url == f"wss://{PUBLIC_URL.removeprefix('https://')}/ws/phone/"
        communicator = WebsocketCommunicator(application, "/ws/phone/")
        is_accepted, _ = await communicator.connect()
        assert is_accepted
        return cls(communicator)

    async def send(self, text: str) -> None:
        await self.communicator.send_to(text_data=text)

    async def settle(self) -> None:
        """All that was sent has been heard: the application takes a message when it is done with the one before."""
        await self.send('{"event": "settled"}')
        while not self.communicator.input_queue.empty():
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        await self.communicator.disconnect(timeout=10)


async def post(url: str, fields: Fields) -> tuple[int, str]:
    signature = RequestValidator(TOKEN).compute_signature(url, fields)
    result: tuple[int, str] = await in_database(post_by_client, url, fields, signature)
    return result


@pytest.fixture
def server(settings: Settings) -> Iterator[LineServer]:
    with run_twilio_server(LineServer()) as server:
        assert isinstance(server, LineServer)
        use_twilio(settings, server)
        yield server


def do_all_due() -> None:
    """Segments by the process's own recogniser, everything else as it comes."""
    while do_due(SessionStep, AnswerScore) + sum(
        do_row(one) for one in AudioSegment.objects.filter(work_status="queued")
    ):
        pass


def make_outbound(server: LineServer, **changes: Any) -> PhoneCall:
    """A call that is placed and answered."""
    invitation = invite(make_panel(questions=2, **changes), now=timezone.now())
    sid = server.make_sid("CA")
    call = PhoneCall.objects.create(
        organization=invitation.organization,
        invitation=invitation,
        sid=sid,
        to_number=CANDIDATE,
        from_number=NUMBER,
        status="in-progress",
        work_status="done",
    )
    make_call(server, sid, to=CANDIDATE, from_=NUMBER)
    return call


def answer_phone(server: LineServer, call: PhoneCall) -> Phone:
    twilio = server.calls[str(call.sid)]
    return Phone(server, twilio, post=post, open_socket=InProcessSocket.open, meanwhile=do_work)


async def do_work() -> None:
    await in_database(do_all_due)


async def answer_with_speech(phone: Phone) -> None:
    """Real speech, as a phone line carries it; then the hash key."""
    await phone.speak(SPEECH)
    assert isinstance(phone.socket, InProcessSocket)
    await phone.socket.settle()
    await phone.press("#")


async def test_an_interview_is_held_by_phone_to_its_report(server: LineServer) -> None:
    call = await in_database(make_outbound, server)
    phone = answer_phone(server, call)
    await phone.ask(f"{PUBLIC_URL}/phone/{call.uuid}/voice/")
    assert phone.heard == [DISCLOSURE, IDENTITY]
    await phone.say_word("Yes, speaking.")
    consent = await in_database(lambda: write_invitation_consent(call.invitation, "en"))
    assert phone.heard[3:-1] == list(consent.paragraphs)  # every word that is agreed to
    await phone.press("1")
    assert await phone.listen() == f"{GREETING} {KEYS}"
    asked = [await phone.listen()]
    await answer_with_speech(phone)
    asked.append(await phone.listen())
    await answer_with_speech(phone)
    assert await phone.listen() == (
        "That was my last question, Priya. Thank you for your answers. They are saved, and a person will read them. "
        "Fernbrook reads your answers and a person decides what happens next."
    )
    assert phone.is_over
    await do_work()
    session = await in_database(InterviewSession.objects.get)
    assert (session.status, session.end_reason) == ("completed", "all_asked")
    assert (session.consent_version, session.consent_hash) == (consent.version, consent.hash)
    answers = await in_database(lambda: list(Answer.objects.order_by("number")))
    assert [one.question_text for one in answers] == asked
    assert [(one.status, one.closed_reason) for one in answers] == [("scored", "done")] * 2
    for answer in answers:
        assert len(answer.transcript.split()) >= 5
        assert await in_database(lambda answer=answer: measure_kept(answer)) == pytest.approx(
            len(SPEECH) / 8000, abs=0.1
        )
    report = await in_database(InterviewReport.objects.get)
    stored = await in_database(PhoneCall.objects.get)
    assert (report.session_id, stored.session_id) == (session.pk, session.pk)
    assert stored.confirmed_at is not None


def measure_kept(answer: Answer) -> float:
    """Seconds of sound that are stored of an answer."""
    samples: int = sum(segment.end_sample - segment.start_sample for segment in answer.segments.all())
    return samples / 16_000
