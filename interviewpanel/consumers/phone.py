"""`ws/phone/`: the door by which a phone comes. Twilio brings the candidate's voice; all else is interviewpanel.live's.

The voice comes here, and nothing goes back on this socket: what is to be said is said by Twilio's own document, to
which the call is led (phone_speaker.py). Keys, and that something was heard to its end, are requests of Twilio's to any
process (views/phone_line.py), which says them to the call's group.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from channels.exceptions import StopConsumer

from interviewpanel.consumers.phone_leading import ask_consent_again, lead_line, try_leading
from interviewpanel.consumers.phone_recording import CallRecording
from interviewpanel.consumers.phone_speaker import Speaker
from interviewpanel.consumers.phone_voice import cut_off, prepare_sounds
from interviewpanel.consumers.socket import SayingSocket
from interviewpanel.domain import protocol
from interviewpanel.domain.phone_media import MediaError, Sound, StreamStarted, StreamStopped, read_media
from interviewpanel.domain.phone_script import Saying, Script
from interviewpanel.domain.protocol import AudioFrame, ClientMessage
from interviewpanel.domain.states import SessionStatus
from interviewpanel.engines.phone_audio import LineAudio
from interviewpanel.live import LiveInterview
from interviewpanel.live.clocks import WallClock
from interviewpanel.live.live_turn import LiveTurn
from interviewpanel.live.threads import in_thread
from interviewpanel.models import PhoneStream
from interviewpanel.selectors.phone_addresses import LineAddresses
from interviewpanel.services.phone_streams import (
    describe_consent,
    end_stream,
    is_followed,
    take_stream,
)
from organizations.domain.delivery import DeliveryPostponed

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 10.0  # for a stream to say what it is
UNHEARD_SECONDS = 8.0  # besides the two after which a screen shows it
MOST_NONSENSE = 20  # messages that are none, before the line is left
SPOKEN_LINKS = {protocol.CLOSE_REPLACED: ("words.elsewhere",)}


class PhoneConsumer(SayingSocket):
    resends = False

    def __init__(self, clock: WallClock | None = None) -> None:
        super().__init__(clock)
        self.live = LiveInterview(self)
        self._script = Script()
        self._audio = LineAudio()
        self._stream: PhoneStream | None = None
        self._stream_sid = ""
        self._chunk = 0
        self._nonsense = 0
        self._is_first_asking = False  # what is being said is a question whose turn has not begun
        self._is_hushed = False
        self._recording = CallRecording(self.live)
        self._speaker: Speaker | None = None
        self._tasks: list[asyncio.Task[None]] = []

    # --- Coming and going ----------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Whose call it is, the stream's own first message says. Nobody may hold a socket open without one."""
        await self.accept()
        self._tasks.append(asyncio.create_task(self._lose_patience()))

    async def _lose_patience(self) -> None:
        await self.clock.sleep(PATIENCE_SECONDS)
        if self._stream is None:
            await self._close(protocol.CLOSE_TOKEN)

    async def _begin(self, started: StreamStarted) -> None:
        """The token is used up first, whatever comes of it."""
        self._stream = await in_thread(
            take_stream, token=started.token, call_sid=started.call_sid, now=self.clock.read_at()
        )
        if self._stream is None:
            await self._close(protocol.CLOSE_TOKEN)
            return
        self._stream_sid, call = started.stream_sid, self._stream.call
        self._speaker = Speaker(self.clock, str(self._stream.pk), lead=self._lead, after=self._take_heard)
        self._tasks.append(asyncio.create_task(self._guard(self._speaker.run())))
        await self.join_group(call.line_group_name)
        await self.live.open(call.invitation)
        if self.has_left:
            return
        if self.live.session.status == SessionStatus.PENDING:
            # With what was agreed to in this call; without it nothing is heard or recorded.
            await self._say("start", consent=describe_consent(self._stream))
        if not self.has_left:
            await self._recording.attach(self._stream)

    async def _guard(self, work: Awaitable[None]) -> None:
        """Whatever fails here ends this socket, and never dies unheard; the call asks for another soon."""
        try:
            await work
        except Exception:
            await self.live.fail()

    async def disconnect(self, code: int) -> None:
        is_broken, self.has_left = not self.has_left, True
        for task in self._tasks:
            task.cancel()
        try:
            if is_broken:
                await cut_off(self.live, self.clock.read_at())
        finally:
            await self.live.hang_up()
        if self._stream is not None:
            await in_thread(end_stream, stream=self._stream, now=self.clock.read_at())
            await self.leave_group(self._stream.call.line_group_name)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        await self.disconnect(message.get("code", 1006))
        raise StopConsumer

    # --- What Twilio brings --------------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.has_left:
            return
        try:
            message = read_media(text_data or "")
        except MediaError as error:
            await self._take_nonsense(error)
            return
        try:
            await self._take(message)
        except Exception:
            await self.live.fail()

    async def _take(self, message: StreamStarted | Sound | StreamStopped | None) -> None:
        match message:
            case StreamStarted() if self._stream is None:
                await self._begin(message)
            case Sound() if self._stream is not None and message.stream_sid == self._stream_sid:
                await self._hear(message)
            case StreamStopped() if message.stream_sid == self._stream_sid:
                await self._close(protocol.CLOSE_NORMAL)

    async def _take_nonsense(self, error: MediaError) -> None:
        """A line that brings nothing else is left, and the call asks for another."""
        self._nonsense += 1
        if self._stream is None or self._nonsense >= MOST_NONSENSE:
            logger.warning("A phone's socket is left: %s", error)
            await self._close(protocol.CLOSE_ERROR)

    async def _hear(self, sound: Sound) -> None:
        """Chunks come in order; one that was there already is dropped. What is said in a pause is not kept."""
        if self._speaker is not None:
            self._speaker.tick()
        if sound.number <= self._chunk:
            return
        self._chunk = sound.number
        if not self.live.is_ready:
            return
        frames = self._audio.feed(sound.payload)
        for pcm in frames:
            turn = None if self.live.session.status == SessionStatus.PAUSED else self.live.hearing.open_turn
            if turn is None:
                continue
            self._hold_question_back(turn)
            await self.live.receive_frame(partial(AudioFrame, turn.number, turn.next_sequence, pcm))

    def _hold_question_back(self, turn: LiveTurn) -> None:
        """Until the question has been said its turn does not begin, however long it waits behind something else."""
        if turn.heard_by is not None and self._speaker is not None and not self._speaker.is_silent:
            turn.heard_by = self.clock.read() + PATIENCE_SECONDS

    # --- What a candidate presses, and what they have heard --------------------------------------------------------

    async def phone_said(self, message: dict[str, Any]) -> None:
        if self._speaker is not None:
            self._speaker.finish(message["said"])

    async def phone_key(self, message: dict[str, Any]) -> None:
        """An empty key is a word, where one was asked for. A press cuts off what was being said."""
        if self._speaker is None or self.has_left:
            return
        self._speaker.finish(message["said"])
        meant = self._script.press(message["key"])
        if isinstance(meant, Saying):
            self._speaker.say(meant)
        elif meant is not None:
            await self._say(meant)

    async def _say(self, type_: str, **fields: Any) -> None:
        """As a page's message."""
        await self.live.receive_message(lambda: ClientMessage(type_, None, fields))

    async def session_news(self, message: dict[str, Any]) -> None:
        await self.live.take_hint(message)

    session_settings = session_watched = session_replaced = session_revoked = session_news

    # --- The door ----------------------------------------------------------------------------------------------------

    async def tell(self, type_: str, *, at: datetime | None = None, **values: Any) -> None:
        """What is for the ear is said, in its turn; the rest needs a screen."""
        if self.has_left or self._speaker is None:
            return
        if type_ == "notice" and values.get("code") == "cannot_hear_you":
            self._tasks.append(asyncio.create_task(self._tell_deafness()))
            return
        await self._recording.begin()
        saying = self._script.read(type_, values)
        if saying is not None:
            self._speaker.say(saying)
        elif type_ == "turn_update" and values.get("state") == "speaking":
            self._hush_for_barge_in()

    async def _tell_deafness(self) -> None:
        """A screen may show at once that no sound comes; said aloud it must be certain."""
        chunk = self._chunk
        await self.clock.sleep(UNHEARD_SECONDS)
        if self._chunk == chunk and self._speaker is not None and not self.has_left:
            self._speaker.say(self._script.admit_deafness())

    def _hush_for_barge_in(self) -> None:
        """The turn begins as somebody talks over its question for a whole second: then it need not be said to its
        end. A question that is said again goes on: a cough must not cut it off."""
        if self._speaker is not None and self._speaker.now is not None and self._is_first_asking:
            self._is_hushed = True
            self._speaker.hush()

    async def tell_error(
        self,
        code: str,
        message: str,
        *,
        re: object = None,
        is_fatal: bool = False,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        if code == "consent.version" and self._stream is not None:
            self.has_left = True
            await ask_consent_again(self.clock, self._stream.call)
            await self._close(protocol.CLOSE_NORMAL)
        else:
            await self.tell("error", code=code, fatal=is_fatal)

    async def leave(self, code: int) -> None:
        """The last words, the end of the call, and then of this socket. A fault of ours does not end the call: its
        document asks again soon, and is given another socket."""
        if self.has_left:
            return
        self.has_left = True
        stream, lines = self._stream, SPOKEN_LINKS.get(code) or self._script.closing
        if stream is not None and code != protocol.CLOSE_ERROR:
            is_ours = code == protocol.CLOSE_REPLACED and await in_thread(is_followed, stream)
            if lines and not is_ours:
                await prepare_sounds(stream.call, lines)
                url = LineAddresses(stream.call.uuid).say(lines, said="", then="end")
                await try_leading(self.clock, stream.call, url)
        await self._close(code)

    async def _close(self, code: int) -> None:
        self.has_left = True
        with contextlib.suppress(OSError):
            await self.close(code=code)

    # --- Speech ------------------------------------------------------------------------------------------------------

    async def _lead(self, saying: Saying, said: str) -> bool:
        """The turn that is open meanwhile rests: who listens is not silent."""
        assert self._stream is not None
        self._is_hushed = self._is_first_asking = False
        await prepare_sounds(self._stream.call, saying.lines)
        if self.has_left:
            return False
        turn = self.live.hearing.open_turn if self.live.is_ready else None
        if turn is not None and turn.is_started:
            await self.live.hearing.follow(turn.rest_silence(self.clock.read(), saying.seconds))
        self._is_first_asking = saying.question is not None and turn is not None and not turn.is_started
        then = "hear" if saying.is_answerable else "wait"
        url = LineAddresses(self._stream.call.uuid).say(saying.lines, said=said, then=then)
        try:
            return await lead_line(self.clock, self._stream.call, url)
        except DeliveryPostponed:  # the call asks again soon, is given another socket, and hears it then
            await self._close(protocol.CLOSE_ERROR)
            raise

    async def _take_heard(self, saying: Saying) -> None:
        """The turn's clock starts when its question has been heard; one that was talked over is not said on."""
        if self._is_hushed and self._stream is not None:
            await try_leading(self.clock, self._stream.call, LineAddresses(self._stream.call.uuid).wait)
            await cut_off(self.live, self.clock.read_at())
        if saying.question is not None and not self.has_left:
            await self._say("playback_finished", sequence=saying.question)
