"""A whole interview by phone over real connections: a site of real processes, Twilio's stand-in, its media socket.

The server is killed in the middle of it; the call waits, as a call does, and goes on with the next server.
"""

import asyncio
import contextlib
import urllib.parse
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from twilio.request_validator import RequestValidator
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from interviewpanel.models import Answer, InterviewPanelCandidate, PhoneCall
from interviewpanel.services.invitations import hash_token
from reports.models import InterviewReport
from tests.interview_checks import find_session, wait_for_work
from tests.live_site import SITE, LiveSite, open_embedded_site, open_full_site
from tests.phone_lines import LineServer, Phone, make_line_noise, to_mulaw
from tests.sms_servers import ACCOUNT, NUMBER, TOKEN
from tests.sockets import in_database
from tests.speech import read_clip
from tests.twilio_posts import PUBLIC_URL, post_by_http
from tests.twilio_rows import Fields, TwilioCall
from tests.twilio_server import run_twilio_server

pytestmark = pytest.mark.timeout(240)
CANDIDATE = "+4915112345678"
SPEECH = to_mulaw(read_clip("speech_rms").astype("<i2").tobytes()) + make_line_noise(4)


class NetworkSocket:
    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, text: str) -> None:
        with contextlib.suppress(ConnectionClosed):  # the site has left: Twilio's sound then goes nowhere
            await self.connection.send(text)

    async def close(self) -> None:
        await self.connection.close()


@pytest.fixture(scope="module")
def server() -> Iterator[LineServer]:
    with run_twilio_server(LineServer()) as server:
        assert isinstance(server, LineServer)
        yield server


@pytest.fixture(scope="module")
def site(server: LineServer, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveSite]:
    """Of the stack that is being tested, with a Twilio of its own, started."""
    variables = {
        "PUBLIC_URL": PUBLIC_URL,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM_NUMBER": NUMBER,
        "TWILIO_API_URL": server.url,
    }
    open_site = open_full_site if settings.STACK == "full" else open_embedded_site
    with django_db_blocker.unblock(), open_site(tmp_path_factory.mktemp("phone"), **variables) as site:
        site.set_panel(max_questions=2, max_follow_ups=0, turn_settings={"min_turn_seconds": 2, "silence_seconds": 2})
        if site.stack == "full":
            site.start_workers("worker")
            site.start_beat()
        site.start_web()
        yield site


def place_call(site: LiveSite, server: LineServer, link: str) -> TwilioCall:
    """The row of a call that Twilio took, and the call there, picked up."""
    token = link.rstrip("/").rsplit("/", 1)[-1]
    invitation = InterviewPanelCandidate.objects.using(SITE).get(token_hash=hash_token(token))
    sid, call_uuid, now = server.make_sid("CA"), uuid.uuid4(), timezone.now().replace(microsecond=0)
    PhoneCall(
        uuid=call_uuid,
        organization_id=invitation.organization_id,
        invitation=invitation,
        sid=sid,
        to_number=CANDIDATE,
        from_number=NUMBER,
        status="ringing",
        work_status="done",
        requested_at=now,
    ).save(using=SITE)
    base = f"{PUBLIC_URL}/phone/{call_uuid}"
    asked = {"To": CANDIDATE, "From": NUMBER, "Url": f"{base}/voice/", "FallbackUrl": f"{base}/wait/"}
    asked |= {"StatusCallback": f"{base}/status/"}
    call = server.calls[sid] = TwilioCall(sid, asked, now, "in-progress", started_at=now)
    return call


def make_phone(site: LiveSite, server: LineServer, call: TwilioCall) -> Phone:
    send = post_by_http(site.port)

    async def post(url: str, fields: Fields) -> tuple[int, str]:
        signature = RequestValidator(TOKEN).compute_signature(url, fields)
        return await asyncio.to_thread(send, url, fields, signature)

    async def open_socket(url: str) -> NetworkSocket:
        path = urllib.parse.urlsplit(url).path
        return NetworkSocket(await connect(f"ws://127.0.0.1:{site.port}{path}", compression=None, ping_interval=None))

    async def meanwhile() -> None:
        await asyncio.sleep(0.05)

    return Phone(server, call, post=post, open_socket=open_socket, meanwhile=meanwhile)


async def test_an_interview_by_phone_survives_its_servers_end(site: LiveSite, server: LineServer) -> None:
    link = await in_database(site.invite)
    phone = make_phone(site, server, await in_database(place_call, site, server, link))
    await phone.ask(phone.call.asked["Url"])
    await phone.agree()
    assert "I am the automated interviewer" in await phone.listen()
    first = await phone.listen()
    await phone.speak(SPEECH)  # its own silence ends it
    # Spoken at once, and not in its seven seconds, it may be there before it is known that the question was heard to
    # its end; then it is one that was talked over, and the call is led back to the line, where nothing is said.
    second = await phone.listen() or await phone.listen()
    assert second not in ("", first)

    await asyncio.to_thread(site.processes.kill, "web")
    await phone.lose_socket()
    await asyncio.to_thread(site.start_web)
    while len(phone.tokens) < 2:  # the waiting line asks every ten seconds whether anybody is there
        await phone.stay_silent()
        await asyncio.sleep(0.2)
    assert await phone.listen() == f"We go on where we were. Press 0 to hear the keys. {second}"
    await phone.speak(SPEECH)
    assert "That was my last question" in await phone.listen()
    assert phone.is_over

    await in_database(wait_for_work, seconds=60)
    await in_database(check_held, link)
    for name, text in site.processes.read_logs().items():
        assert not [token for token in phone.tokens if token in text], f"{name}.log holds a stream's token"


def check_held(link: str) -> None:
    session = find_session(link)
    answers = list(Answer.objects.using(SITE).filter(session=session).order_by("number"))
    assert session.status == "completed"
    assert [(one.status, one.closed_reason) for one in answers] == [("scored", "silence")] * 2
    assert all(len(one.transcript.split()) >= 5 for one in answers)
    report = InterviewReport.objects.using(SITE).get(session=session)
    call = PhoneCall.objects.using(SITE).get()
    assert (report.work_status, call.session_id, call.status) == ("done", session.pk, "completed")
