"""Phones of candidates whose site is this process: requests by Django's client, sound by the real application."""

import asyncio
from typing import Any

from channels.testing import WebsocketCommunicator
from django.utils import timezone
from twilio.request_validator import RequestValidator

from config.asgi import application
from interviewpanel.models import (
    Answer,
    AnswerScore,
    AudioSegment,
    InterviewPanelCandidate,
    InterviewSession,
    PhoneCall,
    PhoneRecording,
    SessionStep,
)
from interviewpanel.services.phone_calls import find_call_urls
from tests.live_interviews import invite, make_panel
from tests.phone_lines import LineServer, Phone, to_mulaw
from tests.sms_servers import NUMBER, TOKEN
from tests.sockets import in_database
from tests.speech import read_clip
from tests.twilio_posts import PUBLIC_URL, post_by_client
from tests.twilio_rows import Fields, TwilioCall
from tests.work import do_due, do_row

CANDIDATE = "+4915112345678"
SPEECH = to_mulaw(read_clip("speech_rms").astype("<i2").tobytes())
SPEECH_SECONDS = len(SPEECH) / 8000


class InProcessSocket:
    """The media socket to the application of this process, as Twilio opens it: without an Origin."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self.communicator = communicator

    @classmethod
    async def open(cls, url: str) -> "InProcessSocket":
        assert url == f"wss://{PUBLIC_URL.removeprefix('https://')}/ws/phone/"
        communicator = WebsocketCommunicator(application, "/ws/phone/")
        is_accepted, _ = await communicator.connect(timeout=10)
        assert is_accepted
        return cls(communicator)

    async def send(self, text: str) -> None:
        await self.communicator.send_to(text_data=text)

    async def settle(self) -> None:
        """All that was sent has been heard: the application takes a message when it is done with the one before."""
        await self.send('{"event": "settled"}')
        while not self.communicator.input_queue.empty():
            await asyncio.sleep(0.01)

    async def expect_close(self) -> int:
        output = await self.communicator.receive_output(timeout=10)
        assert output["type"] == "websocket.close"
        return int(output["code"])

    async def close(self) -> None:
        await self.communicator.disconnect(timeout=10)


async def post(url: str, fields: Fields) -> tuple[int, str]:
    result: tuple[int, str] = await in_database(post_signed, url, fields)
    return result


def post_signed(url: str, fields: Fields) -> tuple[int, str]:
    return post_by_client(url, fields, RequestValidator(TOKEN).compute_signature(url, fields))


async def do_work() -> None:
    await in_database(do_all_due)


def do_all_due() -> None:
    """Segments by the process's own recogniser, everything else as it comes."""
    while do_due(SessionStep, AnswerScore, PhoneRecording) + sum(
        do_row(one) for one in AudioSegment.objects.filter(work_status="queued")
    ):
        pass


def make_outbound(server: LineServer, **changes: Any) -> PhoneCall:
    """A call that is placed and answered."""
    return call_again(server, invite(make_panel(**{"questions": 2, **changes}), now=timezone.now()))


def call_again(server: LineServer, invitation: InterviewPanelCandidate) -> PhoneCall:
    """Another call about the same invitation, placed and answered."""
    now = timezone.now().replace(microsecond=0)
    call = PhoneCall.objects.create(
        organization=invitation.organization,
        invitation=invitation,
        sid=server.make_sid("CA"),
        to_number=CANDIDATE,
        from_number=NUMBER,
        status="ringing",
        work_status="done",
        requested_at=now,
    )
    urls = find_call_urls(call)
    asked = {"To": CANDIDATE, "From": NUMBER, "Url": urls.voice, "FallbackUrl": urls.fallback}
    asked |= {"StatusCallback": urls.status}
    server.calls[str(call.sid)] = TwilioCall(str(call.sid), asked, now, "in-progress", started_at=now)
    return call


def find_phone(server: LineServer, call: PhoneCall) -> Phone:
    twilio = server.calls[str(call.sid)]
    return Phone(server, twilio, post=post, open_socket=InProcessSocket.open, meanwhile=do_work)


async def answer_call(server: LineServer, call: PhoneCall) -> Phone:
    """Picked up; who calls has been said, and whether it is Priya is asked."""
    phone = find_phone(server, call)
    await phone.ask(phone.call.asked["Url"])
    return phone


async def call_in(server: LineServer) -> Phone:
    """The candidate calls the site's number; what it says first has been heard."""
    sid, status = server.make_sid("CA"), f"{PUBLIC_URL}/phone/incoming/status/"
    now = timezone.now().replace(microsecond=0)
    asked = {"To": NUMBER, "From": CANDIDATE, "StatusCallback": status, "FallbackUrl": f"{PUBLIC_URL}/phone/incoming/"}
    call = server.calls[sid] = TwilioCall(sid, asked, now, "in-progress", started_at=now)
    phone = Phone(server, call, post=post, open_socket=InProcessSocket.open, meanwhile=do_work)
    await phone.ask(f"{PUBLIC_URL}/phone/incoming/")
    return phone


async def begin_by_phone(server: LineServer, **changes: Any) -> Phone:
    """Identity and consent given by key; the first question has been heard."""
    phone = await answer_call(server, await in_database(make_outbound, server, **changes))
    await phone.agree()
    await phone.listen()
    assert (await phone.listen()).startswith("What do you know about")
    return phone


async def speak(phone: Phone, mulaw: bytes = SPEECH) -> None:
    """Until it has been heard."""
    assert isinstance(phone.socket, InProcessSocket)
    await phone.speak(mulaw)
    await phone.socket.settle()


async def read_session() -> InterviewSession:
    session: InterviewSession = await in_database(InterviewSession.objects.get)
    return session


def measure_kept(answer: Answer) -> float:
    """Seconds of sound that are stored of an answer."""
    samples: int = sum(segment.end_sample - segment.start_sample for segment in answer.segments.all())
    return samples / 16_000
