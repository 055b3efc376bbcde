"""The other end of a call: a phone that follows Twilio's documents, hears what is said, presses keys and speaks.

Its requests are Twilio's, signed by the official library; its sound goes over the media socket in the captured format
of Media Streams (https://www.twilio.com/docs/voice/media-streams/websocket-messages), 20 ms of 8 kHz µ-law at a time.
A document is followed as Twilio does it: what is said is heard, a key or a word goes to the `<Gather>`, and where none
comes, on to what stands behind it. How requests and sound get there is the caller's: in process, or over the network.
"""

import asyncio
import base64
import io
import json
import wave
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from xml.etree import ElementTree

import av
import numpy as np

from tests.sms_servers import ACCOUNT
from tests.twilio_rows import BASE, Fields, TwilioCall
from tests.twilio_server import NOT_FOUND, Answer, TwilioServer, refuse, say

CHUNK_BYTES = 160  # 20 ms
TIMEOUT_SECONDS = 60.0


@dataclass
class LineServer(TwilioServer):
    """Twilio with people at the other end: a call that is led to another document has its phone follow it."""

    led: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, bytes] = field(default_factory=dict)  # recordings of `<Record>`, by their SID: WAV

    @property
    def routes(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        return [("GET", rf"{BASE}/Recordings/(\w+)\.wav", self.play_answer), *super().routes]

    def play_answer(self, sid: str, fields: Fields) -> Answer:
        return Answer(200, self.answers[sid], "audio/x-wav") if sid in self.answers else refuse(*NOT_FOUND)

    def update_call(self, sid: str, fields: Fields) -> Answer:
        call = self.calls.get(sid)
        if "Url" not in fields:
            return super().update_call(sid, fields)
        if call is None or call.status != "in-progress":
            return refuse(400, 21220, "Call is not in-progress. Cannot redirect.")
        self.led.setdefault(sid, []).append(fields["Url"])
        call.asked["FallbackUrl"] = fields["FallbackUrl"]
        return say(200, call.describe())


class MediaSocket(Protocol):
    async def send(self, text: str) -> None: ...
    async def close(self) -> None: ...


OpenSocket = Callable[[str], Awaitable[MediaSocket]]
Post = Callable[[str, Fields], Awaitable[tuple[int, str]]]
Meanwhile = Callable[[], Awaitable[None]]  # done while the phone waits: a worker's work, or nothing


class Phone:
    """One call's other end. `heard` is all that was said to it, `played` all sound that was played."""

    def __init__(
        self, server: LineServer, call: TwilioCall, *, post: Post, open_socket: OpenSocket, meanwhile: Meanwhile
    ) -> None:
        self.server, self.call = server, call
        self._post, self._open_socket, self._meanwhile = post, open_socket, meanwhile
        self.heard: list[str] = []
        self.played: list[str] = []
        self.is_over = False
        self.tokens: list[str] = []
        self.socket: MediaSocket | None = None
        self._stream_sid = ""
        self._document: list[ElementTree.Element] = []
        self._gather: ElementTree.Element | None = None
        self._record: ElementTree.Element | None = None
        self._chunks = 0
        self._sequence = 0

    # --- Documents ---------------------------------------------------------------------------------------------------

    async def ask(self, url: str, **fields: str) -> None:
        """The site's document at this address, followed as far as nothing is asked of the person."""
        status, body = await self._post(
            url, {**self.server.list_common(self.call), "CallStatus": "in-progress", **fields}
        )
        if status >= 500 and url != self.call.asked["FallbackUrl"]:  # Twilio asks there, and else ends the call
            await self.ask(self.call.asked["FallbackUrl"], ErrorCode="11200", ErrorUrl=url)
            return
        assert status == 200, (status, body)
        root = ElementTree.fromstring(body)
        assert root.tag == "Response"
        await self._follow(list(root))

    async def press(self, key: str) -> None:
        """Raises AssertionError where no key is waited for."""
        await self._reply(Digits=key)

    async def say_word(self, words: str, *, confidence: float = 0.9) -> None:
        assert self._gather is not None, "nothing is waited for"
        assert "speech" in self._gather.get("input", ""), "no word is waited for"
        await self._reply(SpeechResult=words, Confidence=f"{confidence}")

    async def stay_silent(self) -> None:
        """The person does nothing: on to what stands behind, or to the action where that wants an empty result."""
        gather, self._gather = self._gather, None
        assert gather is not None, "nothing is waited for"
        if gather.get("actionOnEmptyResult") == "true":
            await self.ask(gather.get("action", ""), Digits="")
        else:
            await self._follow(self._document)

    async def hear_out(self) -> None:
        """All that is read out, up to where a word is waited for."""
        while self._gather is not None and "speech" not in self._gather.get("input", ""):
            await self.stay_silent()

    async def agree(self) -> None:
        """By key: it is the candidate, who has heard all that is agreed to, and agrees."""
        await self.press("1")
        await self.hear_out()
        await self.press("1")

    async def follow_lead(self) -> str:
        """The site has led the call elsewhere: follow, and return what is said there."""
        led = self.server.led.setdefault(self.call.sid, [])
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while not led:
                work = asyncio.ensure_future(self._meanwhile())
                while not work.done():
                    if self.socket is not None:
                        await self.speak(QUIET)  # a line is never without sound
                    await asyncio.sleep(0.1)
                await work
        before = len(self.heard)
        await self.ask(led.pop(0))
        return " ".join(self.heard[before:])

    async def listen(self) -> str:
        """As `follow_lead`, and hear it to its end."""
        said = await self.follow_lead()
        if not self.is_over:
            await self.stay_silent()
        return said

    async def record(self, mulaw: bytes, *, key: str = "") -> None:
        """Speak behind the tone, up to a key, a silence, or hanging up; then Twilio has the sound, and says so."""
        assert self._record is not None, "nothing is recorded"
        verb, self._record, sid = self._record, None, self.server.make_sid("RE")
        seconds = f"{round(len(mulaw) / 8000)}"
        url = f"https://api.twilio.com{BASE}/Recordings/{sid}"
        fields = {"RecordingSid": sid, "RecordingUrl": url, "RecordingDuration": seconds, "Digits": key}
        self.server.answers[sid] = to_wav(mulaw)
        await self.ask(verb.get("action", ""), **fields)
        common = {**self.server.list_common(self.call), "RecordingSid": sid, "RecordingStatus": "completed"}
        status, _body = await self._post(verb.get("recordingStatusCallback", ""), common)
        assert status == 200

    async def record_nothing(self) -> None:
        """Not a sound: Twilio goes on to what stands behind."""
        assert self._record is not None, "nothing is recorded"
        verb, self._record = self._record, None
        await self.ask(verb.get("action", ""))

    async def _reply(self, **fields: str) -> None:
        gather, self._gather = self._gather, None
        assert gather is not None, "nothing is waited for"
        await self.ask(gather.get("action", ""), **fields)

    async def _follow(self, verbs: list[ElementTree.Element]) -> None:
        self._gather = None
        for at, verb in enumerate(verbs):
            match verb.tag:
                case "Say" | "Play":
                    self._hear(verb)
                case "Start":
                    await self._begin_stream(verb[0])
                case "Gather":
                    for one in verb:
                        self._hear(one)
                    self._gather, self._document = verb, verbs[at + 1 :]
                    return
                case "Pause":
                    await self._meanwhile()
                case "Record":
                    self._record = verb
                    return
                case "Redirect":
                    await self.ask(verb.text or "")
                    return
                case "Hangup":
                    await self.hang_up()
                    return
                case other:
                    raise AssertionError(f"Twilio would not know what to do with {other}.")
        await self.hang_up()  # a document that ends, ends the call

    def _hear(self, verb: ElementTree.Element) -> None:
        assert len(verb.text or "") <= 3000
        (self.heard if verb.tag == "Say" else self.played).append(verb.text or "")

    # --- Sound -------------------------------------------------------------------------------------------------------

    async def _begin_stream(self, stream: ElementTree.Element) -> None:
        parameters = {one.get("name", ""): one.get("value", "") for one in stream}
        self.tokens.append(parameters["token"])
        self.socket = await self.open_stream(stream.get("url", ""), parameters)

    async def open_stream(self, url: str, parameters: dict[str, str], **changes: Any) -> MediaSocket:
        socket = await self._open_socket(url)
        self._stream_sid = self.server.make_sid("MZ")
        self._chunks = 0
        start = {
            "accountSid": ACCOUNT,
            "streamSid": self._stream_sid,
            "callSid": self.call.sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": parameters,
            **changes,
        }
        await socket.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        await socket.send(self._number({"event": "start", "start": start}))
        return socket

    async def speak(self, mulaw: bytes) -> None:
        """As fast as it goes: time in a stream of sound is counted by its samples."""
        assert self.socket is not None
        for at in range(0, len(mulaw), CHUNK_BYTES):
            self._chunks += 1
            media = {
                "track": "inbound",
                "chunk": f"{self._chunks}",
                "timestamp": f"{20 * self._chunks}",
                "payload": base64.b64encode(mulaw[at : at + CHUNK_BYTES]).decode(),
            }
            await self.socket.send(self._number({"event": "media", "media": media}))

    async def lose_socket(self) -> None:
        """The network between Twilio and the site breaks; the call goes on."""
        socket, self.socket = self.socket, None
        if socket is not None:
            await socket.close()

    async def hang_up(self) -> None:
        """Twilio says that the stream stops, and closes its socket."""
        self.is_over, self._gather, self.call.status = True, None, "completed"
        if self.socket is not None:
            stop = {"accountSid": ACCOUNT, "callSid": self.call.sid}
            await self.socket.send(self._number({"event": "stop", "stop": stop}))
        await self.lose_socket()
        told = {**self.server.list_common(self.call), "CallStatus": "completed", "CallDuration": "60"}
        status, body = await self._post(self.call.asked["StatusCallback"], told)
        assert status == 204, (status, body)

    def _number(self, message: dict[str, Any]) -> str:
        self._sequence += 1
        return json.dumps({**message, "sequenceNumber": f"{self._sequence}", "streamSid": self._stream_sid})


def to_mulaw(pcm: bytes) -> bytes:
    """16 kHz s16le as a phone line carries it: resampled to 8 kHz, then G.711 µ-law."""
    encoder = av.CodecContext.create("pcm_mulaw", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 8000, "mono", "s16"  # type: ignore[attr-defined]
    resampler = av.AudioResampler("s16", "mono", 8000)
    frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm, "<i2").reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = 16_000
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return b"".join(bytes(packet) for part in parts for packet in encoder.encode(part))  # type: ignore[attr-defined]


def to_wav(mulaw: bytes) -> bytes:
    """As Twilio gives a recording: 8 kHz, 16 bit, in a WAV."""
    decoder = av.CodecContext.create("pcm_mulaw", "r")
    decoder.sample_rate, decoder.layout = 8000, "mono"  # type: ignore[attr-defined]
    pcm = b"".join(frame.to_ndarray().tobytes() for frame in decoder.decode(av.Packet(mulaw)))  # type: ignore[attr-defined]
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(pcm)
    return file.getvalue()


def make_line_noise(seconds: float) -> bytes:
    """A quiet line: µ-law of a room's faint noise."""
    noise = np.random.default_rng(7).normal(0, 6, round(16_000 * seconds)).astype("<i2").tobytes()
    return to_mulaw(noise)


QUIET = make_line_noise(0.1)
