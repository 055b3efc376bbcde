"""A server that speaks as Twilio's voice API does, on a port of its own, for the official client to talk to; and the
webhooks that Twilio sends, signed by the official library.

Its JSON and its form fields have the names, types and texts of Twilio's documentation of API 2010-04-01
(https://www.twilio.com/docs/voice/api/call-resource, …/recording, …/docs/voice/twiml). A conversation is played by
whoever extends `TwilioServer`: `routes` are its addresses, `tell` posts a signed webhook to the site.
"""

import base64
import contextlib
import itertools
import json
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.utils import timezone
from pytest_django import Settings
from twilio.request_validator import RequestValidator

from tests.sms_servers import ACCOUNT, NUMBER, TOKEN
from tests.twilio_posts import PUBLIC_URL, Post, post_by_client
from tests.twilio_rows import BASE, Fields, TwilioCall, TwilioRecording

# Once, in place of an answer: a refusal (status, code, words), or what happens on the line.
Failure = tuple[int, int, str] | str


@dataclass
class Answer:
    status: int
    body: bytes = b""
    content_type: str = "application/json"
    told_length: int | None = None  # more than there is: the answer breaks off


def say(status: int, content: dict[str, Any]) -> Answer:
    return Answer(status, json.dumps(content).encode())


def refuse(status: int, code: int, words: str) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return say(status, {"code": code, "message": words, "more_info": more, "status": status})


NOT_FOUND = (404, 20404, "The requested resource was not found")


@dataclass
class TwilioServer:
    """`failures` are used up one for each request: a refusal, "hang up" (the connection is closed unanswered) or "act
    and hang up" (done, and the answer is lost). `post` is how webhooks reach the site."""

    post: Post = post_by_client
    url: str = ""
    account_status: str = "active"
    failures: list[Failure] = field(default_factory=list)
    calls: dict[str, TwilioCall] = field(default_factory=dict)
    recordings: dict[str, TwilioRecording] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def routes(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        """Method, pattern of the path, what answers with the pattern's groups and the form's fields."""
        return [
            ("GET", rf"{BASE}\.json", self.fetch_account),
            ("POST", rf"{BASE}/Calls\.json", self.create_call),
            ("GET", rf"{BASE}/Calls\.json", self.list_calls),
            ("GET", rf"{BASE}/Calls/(\w+)\.json", self.fetch_call),
            ("POST", rf"{BASE}/Calls/(\w+)\.json", self.update_call),
            ("DELETE", rf"{BASE}/Calls/(\w+)\.json", self.delete_call),
            ("POST", rf"{BASE}/Calls/(\w+)/Recordings\.json", self.create_recording),
            ("POST", rf"{BASE}/Calls/(\w+)/Recordings/(\w+)\.json", self.update_recording),
            ("GET", rf"{BASE}/Recordings/(\w+)\.mp3", self.play_recording),
            ("DELETE", rf"{BASE}/Recordings/(\w+)\.json", self.delete_recording),
        ]

    def make_sid(self, letters: str) -> str:
        return f"{letters}{next(self._numbers):032x}"

    # --- REST --------------------------------------------------------------------------------------------------------

    def fetch_account(self, fields: Fields) -> Answer:
        return say(200, {"sid": ACCOUNT, "friendly_name": "Fernbrook", "status": self.account_status, "type": "Full"})

    def create_call(self, fields: Fields) -> Answer:
        call = TwilioCall(self.make_sid("CA"), fields, timezone.now().replace(microsecond=0))
        self.calls[call.sid] = call
        return say(201, call.describe(is_new=True))

    def list_calls(self, fields: Fields) -> Answer:
        wanted = [(name, fields[name]) for name in ("To", "From") if name in fields]
        found = [call for call in self.calls.values() if all(call.asked[name] == value for name, value in wanted)]
        rows = [call.describe() for call in reversed(found)]
        uri = f"{BASE}/Calls.json"
        page = {"page": 0, "page_size": 50, "start": 0, "end": max(len(rows) - 1, 0), "uri": uri}
        return say(200, {"calls": rows, "first_page_uri": uri, "next_page_uri": None, **page})

    def fetch_call(self, sid: str, fields: Fields) -> Answer:
        return say(200, self.calls[sid].describe()) if sid in self.calls else refuse(*NOT_FOUND)

    def update_call(self, sid: str, fields: Fields) -> Answer:
        call = self.calls.get(sid)
        if call is None:
            return refuse(*NOT_FOUND)
        if fields.get("Status") == "completed" and call.ended_at is None:
            call.status, call.ended_at = "completed", timezone.now().replace(microsecond=0)
            call.seconds = 0 if call.started_at is None else round((call.ended_at - call.started_at).total_seconds())
        return say(200, call.describe())

    def delete_call(self, sid: str, fields: Fields) -> Answer:
        return Answer(204) if self.calls.pop(sid, None) else refuse(*NOT_FOUND)

    def create_recording(self, call_sid: str, fields: Fields) -> Answer:
        call = self.calls.get(call_sid)
        if call is None or call.status != "in-progress":
            return refuse(404, 21220, "Requested resource is not eligible for recording")
        recording = TwilioRecording(self.make_sid("RE"), call_sid, fields)
        self.recordings[recording.sid] = recording
        told = {"sid": recording.sid, "call_sid": call_sid, "account_sid": ACCOUNT, "api_version": "2010-04-01"}
        how = {"channels": 2, "source": "StartCallRecordingAPI", "status": "in-progress", "track": "both"}
        return say(201, {**told, **how, "duration": None, "price": None, "price_unit": "USD", "error_code": None})

    def update_recording(self, call_sid: str, sid: str, fields: Fields) -> Answer:
        call, recording = self.calls.get(call_sid), self.recordings.get(sid)
        if call is None or recording is None or call.status != "in-progress":
            return refuse(404, 21220, "Requested resource is not eligible for recording")
        recording.changes.append(fields)
        return say(200, {"sid": sid, "call_sid": call_sid, "account_sid": ACCOUNT, "status": fields["Status"]})

    def play_recording(self, sid: str, fields: Fields) -> Answer:
        recording = self.recordings.get(sid)
        if recording is None or recording.is_removed:
            return refuse(*NOT_FOUND)
        return Answer(200, recording.sound, "audio/mpeg")

    def delete_recording(self, sid: str, fields: Fields) -> Answer:
        recording = self.recordings.get(sid)
        if recording is None or recording.is_removed:
            return refuse(*NOT_FOUND)
        recording.is_removed = True
        return Answer(204)

    # --- Webhooks ----------------------------------------------------------------------------------------------------

    def tell(self, url: str, fields: Fields, *, token: str = TOKEN) -> tuple[int, str]:
        """A webhook as Twilio sends it: form fields, signed for the address that it was given."""
        return self.post(url, fields, RequestValidator(token).compute_signature(url, fields))

    def tell_status(self, call: TwilioCall, status: str, **more: str) -> tuple[int, str]:
        """The call comes into this state, and the site is told as it wished."""
        now = timezone.now()
        call.status = status
        if status == "in-progress" and call.started_at is None:
            call.started_at = now.replace(microsecond=0)
        if status in ("completed", "busy", "failed", "no-answer", "canceled"):
            call.ended_at = now.replace(microsecond=0)
            if status == "completed":
                begun = call.started_at or call.ended_at
                call.seconds = round((call.ended_at - begun).total_seconds())
                more = {"CallDuration": f"{call.seconds}", "Duration": f"{-(-call.seconds // 60)}", **more}
        fields = {
            **self.list_common(call),
            "CallStatus": status,
            "CallbackSource": "call-progress-events",
            "SequenceNumber": f"{call.sequence}",
            "Timestamp": format_datetime(now),
        }
        call.sequence += 1
        return self.tell(call.asked["StatusCallback"], {**fields, **more})

    def tell_answered_by(self, call: TwilioCall, answered_by: str) -> tuple[int, str]:
        """What the detection beside the call has found: human, machine_start, fax or unknown."""
        call.answered_by = answered_by
        fields = {"AccountSid": ACCOUNT, "AnsweredBy": answered_by, "MachineDetectionDuration": "3680"}
        return self.tell(call.asked["AsyncAmdStatusCallback"], {"CallSid": call.sid, **fields})

    def tell_recorded(self, recording: TwilioRecording, sound: bytes, *, seconds: int) -> tuple[int, str]:
        """A recording is there to be fetched."""
        recording.sound = sound
        fields = {
            "AccountSid": ACCOUNT,
            "CallSid": recording.call_sid,
            "ErrorCode": "0",
            "RecordingChannels": "2",
            "RecordingDuration": f"{seconds}",
            "RecordingSid": recording.sid,
            "RecordingSource": "StartCallRecordingAPI",
            "RecordingStartTime": format_datetime(timezone.now()),
            "RecordingStatus": "completed",
            "RecordingTrack": "both",
            "RecordingUrl": f"https://api.twilio.com{BASE}/Recordings/{recording.sid}",
        }
        return self.tell(recording.asked["RecordingStatusCallback"], fields)

    def list_common(self, call: TwilioCall) -> Fields:
        """Fields that every webhook about a call has."""
        to, from_ = call.asked["To"], call.asked["From"]
        names = {"To": to, "Called": to, "From": from_, "Caller": from_}
        return {**names, "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": call.sid, **OUTBOUND}


OUTBOUND = {"Direction": "outbound-api"}


def use_twilio(settings: Settings, server: TwilioServer, *prefixes: str) -> None:
    """The test's site uses this server, and may call numbers that begin so."""
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT, TOKEN
    settings.TWILIO_FROM_NUMBER = settings.TWILIO_VOICE_NUMBER = NUMBER
    settings.TWILIO_API_URL, settings.PUBLIC_URL = server.url, PUBLIC_URL
    settings.PHONE_CALL_PREFIXES = list(prefixes or ("+49",))


class TwilioHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    twilio: TwilioServer

    def do_GET(self) -> None:
        self._answer(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query)))

    def do_POST(self) -> None:
        self._answer(read_form(self.rfile.read(int(self.headers["Content-Length"])).decode()))

    def do_DELETE(self) -> None:
        self._answer({})

    def _answer(self, fields: Fields) -> None:
        path = urllib.parse.urlsplit(self.path).path
        self.twilio.requests.append(f"{self.command} {path.removeprefix(BASE)}")
        failure = self.twilio.failures.pop(0) if self.twilio.failures else None
        login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if self.headers["Authorization"] != f"Basic {login}":
            failure = (401, 20003, "Authenticate")
        if isinstance(failure, tuple):
            self._say(refuse(*failure))
        elif failure == "hang up":
            self.close_connection = True
        elif failure == "act and hang up":
            self._find(path, fields)
            self.close_connection = True
        else:
            self._say(self._find(path, fields))

    def _find(self, path: str, fields: Fields) -> Answer:
        for method, pattern, act in self.twilio.routes:
            if method == self.command and (match := re.fullmatch(pattern, path)):
                return act(*match.groups(), fields)
        return refuse(*NOT_FOUND)

    def _say(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        told = len(answer.body) if answer.told_length is None else answer.told_length
        self.send_header("Content-Length", f"{told}")
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = self.close_connection or told > len(answer.body)

    def log_message(self, *_: object) -> None:
        """Nothing on the test's standard error."""


@contextlib.contextmanager
def run_twilio_server(state: TwilioServer | None = None) -> Iterator[TwilioServer]:
    twilio = state or TwilioServer()
    handler = type("Handler", (TwilioHandler,), {"twilio": twilio})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    twilio.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield twilio
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def read_form(body: str) -> Fields:
    """A field that was sent several times, as StatusCallbackEvent is, has its values one after another."""
    return {name: " ".join(values) for name, values in urllib.parse.parse_qs(body).items()}
