"""`RoomLine` on `livekit.rtc`: the native library does ICE, DTLS, Opus and the jitter; its frames come 10 ms at a time.

Everything here runs in the loop that connected. The library calls back in that loop too, never from another thread.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from django.conf import settings
from livekit import rtc

from interviewpanel.engines.rooms.lines import (
    CHAT_TOPIC,
    PROTOCOL_TOPIC,
    SPOKEN_RATE,
    CandidateAway,
    CandidateLeft,
    ConnectionQuality,
    LineEvent,
    LineFailed,
    LineLost,
    Sound,
    SoundLost,
    Text,
)
from interviewpanel.engines.rooms.passes import make_agent_pass

logger = logging.getLogger(__name__)

CANDIDATE_SECONDS = 10.0  # they were told to be there; they may have left since
TEXT_SECONDS = 10.0
MOST_WAITING = 6_000  # events: a minute of sound
MOST_TEXT = 32 * 1024
AHEAD_MS = 300  # of speech in the library's queue
SOUNDS = (rtc.TrackKind.KIND_AUDIO,)


async def connect_line(room: str, identity: str) -> "LiveKitLine":
    """Join as the interviewer, with a track to speak by. Raises CandidateAway or LineFailed."""
    line = LiveKitLine(identity)
    try:
        await line.join(settings.LIVEKIT.url, make_agent_pass(room=room))
    except BaseException:
        await line.leave()
        raise
    return line


class LiveKitLine:
    def __init__(self, identity: str) -> None:
        self._identity = identity
        self._room = rtc.Room()
        self._source = rtc.AudioSource(SPOKEN_RATE, 1, queue_size_ms=AHEAD_MS)
        self._events: asyncio.Queue[LineEvent] = asyncio.Queue(MOST_WAITING)
        self._lost_seconds = 0.0
        self._is_there = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listen()

    def _listen(self) -> None:
        on = self._room.on
        on("participant_connected", lambda one: self._note_presence(one.identity, is_there=True))
        on("participant_disconnected", lambda one: self._note_presence(one.identity, is_there=False))
        on("track_subscribed", lambda track, _, one: self._hear(track, one.identity))
        on("data_received", self._take_packet)
        on("connection_quality_changed", self._note_quality)
        on("disconnected", lambda reason: self._put(LineLost(rtc.DisconnectReason.Name(reason))))
        for topic in (PROTOCOL_TOPIC, CHAT_TOPIC):
            self._room.register_text_stream_handler(topic, self._take_stream)

    async def join(self, url: str, token: str) -> None:
        seconds = settings.LIVEKIT.timeout_seconds
        try:
            await self._room.connect(url, token, rtc.RoomOptions(connect_timeout=seconds))
            track = rtc.LocalAudioTrack.create_audio_track("interviewer", self._source)
            options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
            await self._room.local_participant.publish_track(track, options)
        except (rtc.ConnectError, rtc.participant.PublishTrackError) as error:
            raise LineFailed(f"The room could not be joined: {error}") from None
        if self._identity in self._room.remote_participants:
            self._is_there.set()
        try:
            async with asyncio.timeout(CANDIDATE_SECONDS):
                await self._is_there.wait()
        except TimeoutError:
            raise CandidateAway from None

    async def events(self) -> AsyncIterator[LineEvent]:
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, CandidateLeft | LineLost):
                return

    async def send(self, topic: str, text: str) -> None:
        try:
            async with asyncio.timeout(TEXT_SECONDS):
                await self._room.local_participant.send_text(text, destination_identities=[self._identity], topic=topic)
        except (rtc.StreamError, TimeoutError, RuntimeError) as error:
            raise LineFailed(f"A text could not be sent: {type(error).__name__}") from None

    async def play(self, pcm: bytes) -> None:
        await self._source.capture_frame(rtc.AudioFrame(pcm, SPOKEN_RATE, 1, len(pcm) // 2))

    async def wait_played(self) -> None:
        await self._source.wait_for_playout()

    def stop_playing(self) -> None:
        self._source.clear_queue()

    async def leave(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        with contextlib.suppress(Exception):
            async with asyncio.timeout(TEXT_SECONDS):
                await self._room.disconnect()
                await self._source.aclose()

    # --- What the room brings --------------------------------------------------------------------------------------

    def _note_presence(self, identity: str, *, is_there: bool) -> None:
        if identity != self._identity:
            return
        if is_there:
            self._is_there.set()
        elif identity not in self._room.remote_participants:  # who comes back replaces their old connection
            self._put(CandidateLeft())

    def _hear(self, track: Any, identity: str) -> None:
        if identity == self._identity and track.kind in SOUNDS:
            self._do(self._read_sound(track))

    async def _read_sound(self, track: Any) -> None:
        stream = rtc.AudioStream.from_track(track=track, sample_rate=SPOKEN_RATE, num_channels=1)
        try:
            async for heard in stream:
                self._put(Sound(heard.frame))
        finally:
            await stream.aclose()

    def _take_packet(self, packet: Any) -> None:
        """A data packet of the protocol's topic; chat comes as a text stream."""
        sender = getattr(packet.participant, "identity", "")
        if sender == self._identity and packet.topic == PROTOCOL_TOPIC:
            self._put(Text(PROTOCOL_TOPIC, packet.data.decode(errors="replace")))

    def _take_stream(self, reader: Any, identity: str) -> None:
        self._do(self._read_stream(reader, identity))

    async def _read_stream(self, reader: Any, identity: str) -> None:
        """The whole text, but no more than the protocol takes: the reader then refuses it by its length."""
        text = ""
        try:
            async with asyncio.timeout(TEXT_SECONDS):
                async for piece in reader:
                    text += piece
                    if len(text) > MOST_TEXT:
                        break
        except (rtc.StreamError, TimeoutError):
            return
        finally:
            reader.close()
        if identity == self._identity:
            self._put(Text(reader.info.topic, text))

    def _note_quality(self, participant: Any, quality: Any) -> None:
        if participant.identity == self._identity:
            poor = (rtc.ConnectionQuality.QUALITY_POOR, rtc.ConnectionQuality.QUALITY_LOST)
            self._put(ConnectionQuality(is_poor=quality in poor))

    def _put(self, event: LineEvent) -> None:
        """Sound that nobody takes for a minute is counted instead of kept; all else is worth more than old sound."""
        if isinstance(event, Sound):
            if self._events.full():
                self._lost_seconds += event.frame.duration  # type: ignore[attr-defined]
                return
            if self._lost_seconds and self._events.qsize() < MOST_WAITING - 1:
                self._events.put_nowait(SoundLost(self._lost_seconds))
                self._lost_seconds = 0.0
        elif self._events.full():
            self._events.get_nowait()
        self._events.put_nowait(event)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._note_end)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("A room's line failed.", exc_info=error)
            self._put(LineLost(type(error).__name__))
