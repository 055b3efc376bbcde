"""Hears the open answer of one connection: frames in, acknowledgements out, stored in between.

A part of LiveInterview.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from interviewpanel.domain.open_turn import OpenTurn
from interviewpanel.domain.protocol import AudioFrame, FloodGuard, ProtocolError
from interviewpanel.domain.states import MoveRefused, SessionStatus
from interviewpanel.engines.vad import load_speech_detector
from interviewpanel.live.jobs import Job
from interviewpanel.live.live_turn import CloseTurn, LiveTurn, Step, StoreChunk, TellTurn, TurnBegan
from interviewpanel.live.threads import in_thread
from interviewpanel.selectors.turn_rules import load_rules
from interviewpanel.services import answers, audio_segments
from interviewpanel.services.events import ConnectionReplaced

if TYPE_CHECKING:
    from interviewpanel.live.interview import LiveInterview

logger = logging.getLogger(__name__)

RESEND_SECONDS = 600.0
MOST_GAPS_ASKED = 20
CANNOT_HEAR = "We cannot hear you: no sound arrives here. Please look at your microphone and your connection."


class Hearing:
    """`turn` is the open answer, or the last one until the next is asked; None before the first question."""

    def __init__(self, live: "LiveInterview", opened: OpenTurn | None, now: float) -> None:
        self._live = live
        self.turn: LiveTurn | None = None
        self.heard_at: float | None = None  # when the newest frame of the open answer came
        self.question: dict[str, object] | None = None
        self.question_sequence = 0
        self._closed_at: dict[int, int] = {}  # answers that are over, and their last frame
        self.guard = FloodGuard(now, credit_seconds=_count_resend_seconds(opened, now))
        self.take_turn(opened, now)

    @property
    def open_turn(self) -> LiveTurn | None:
        return None if self.turn is None or self.turn.is_closed else self.turn

    def take_turn(self, opened: OpenTurn | None, now: float) -> None:
        """Hear this answer from where it is stored; None if no question is open. One that is heard already goes on."""
        if opened is None:
            self.turn, self.question = None, None
            return
        if self.turn is not None and self.turn.answer_id == opened.answer_id:
            return
        self.turn = LiveTurn(opened, load_rules(self._live.session), load_speech_detector(), now)
        self.question, self.question_sequence = opened.question, opened.question_sequence
        if opened.is_started and not opened.memory.is_started:
            self.turn.start(now)  # begun, but no segment was stored yet: the turn begins again here

    async def rejoin(self, now: float) -> None:
        """The time away is not counted; a pause that began or ended meanwhile is caught up with."""
        if self.turn is None:
            return
        await self.follow(self.turn.rejoin(now))
        is_paused = self._live.session.status == SessionStatus.PAUSED
        await self.tell(self.pause(now) if is_paused else self.resume(now))
        if self.open_turn is not None:
            self._live.jobs.add(self._store_deadline(self.open_turn))

    def pause(self, now: float) -> Sequence[Step]:
        """Returns what is to be told of it, behind the event."""
        return () if self.open_turn is None else self.store(self.open_turn.pause(now))

    def resume(self, now: float) -> Sequence[Step]:
        return () if self.open_turn is None else self.store(self.open_turn.resume(now))

    async def take_wish(self, turn: LiveTurn, steps: Sequence[Step]) -> None:
        """Follow what the candidate has asked for, and keep it where another server finds it."""
        wishes = turn.wishes

        async def job() -> None:
            await self._call_for_open(answers.keep_wishes, answer_id=turn.answer_id, wishes=wishes)

        await self.follow(steps)
        self._live.jobs.add(job)

    async def tick(self, now: float) -> None:
        turn = self.open_turn
        if turn is None:
            return
        await self.follow(turn.tick(now))
        for gap in turn.missing(now)[:MOST_GAPS_ASKED]:
            asked: dict[str, Any] = {"from": gap.from_sequence, "to": gap.to_sequence}
            await self._live.tell("audio_nack", answer=turn.number, **asked)

    # --- Frames ----------------------------------------------------------------------------------------------------

    async def receive(self, frame: AudioFrame) -> None:
        """Take one frame. Raises ProtocolError; waits where audio comes too fast or the database is slow."""
        live, turn, now = self._live, self.turn, self._live.clock.read()
        wait = self.guard.take_audio(frame.seconds, now)
        if live.session.consented_at is None:
            raise ProtocolError("consent.required", "Nothing is recorded before you have agreed.")
        if turn is None or frame.answer != turn.number:
            await self._receive_stray(frame)
        elif live.session.status == SessionStatus.PAUSED:
            raise ProtocolError("audio.paused", "The interview is paused; nothing is recorded.")
        elif not turn.is_closed:  # else it is behind the closing frame
            self.heard_at = now
            await self.follow(turn.push(frame.sequence, frame.pcm, now))
        if wait:
            await live.clock.sleep(wait)

    async def _receive_stray(self, frame: AudioFrame) -> None:
        """A frame of a closed answer: the client may forget all of that answer. Of no answer at all: an error."""
        closing = self._closed_at.get(frame.answer)
        if closing is None:
            self.guard.take_message(self._live.clock.read())
            closing = await in_thread(answers.find_closing_sequence, self._live.session.pk, frame.answer)
            if closing is None:
                raise ProtocolError("audio.unknown_answer", f"There is no open question {frame.answer}.")
            self._closed_at[frame.answer] = closing
            await self._live.tell("audio_ack", answer=frame.answer, through=closing)

    # --- What a turn leads to --------------------------------------------------------------------------------------

    async def follow(self, steps: Sequence[Step], *, typed_text: str = "") -> None:
        """Do the steps of the turn."""
        await self.tell(self.store(steps, typed_text=typed_text))

    def store(self, steps: Sequence[Step], *, typed_text: str = "") -> Sequence[Step]:
        """Queue what is to be stored: nothing may be awaited between a step and this, so that it stays in order."""
        turn, live = self.turn, self._live
        if turn is None:
            return ()
        for step in steps:
            match step:
                case TurnBegan():
                    live.jobs.add(self._store_start(turn))
                case StoreChunk():
                    live.jobs.add(self._store_chunk(turn, step))
                case CloseTurn(reason) if reason != "interview_over":  # that answer is closed by the session's end
                    live.jobs.add(self._close(turn, reason, typed_text))
        return steps

    async def tell(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if isinstance(step, TellTurn):
                await self._tell_turn(step)
        if steps:
            await self._live.jobs.wait_for_room()

    async def _tell_turn(self, step: TellTurn) -> None:
        update = step.update
        values: dict[str, Any] = {"state": str(update.state), "reason": update.reason}
        if update.ends_in_ms is not None:
            values["ends_in_ms"] = update.ends_in_ms
        if update.more_time_left is not None:
            values["more_time_left"] = update.more_time_left
        await self._live.tell("turn_update", **values)
        self._live.audience.note_turn(update)
        if update.reason == "no_audio":
            await self._live.tell("notice", code="cannot_hear_you", message=CANNOT_HEAR)

    def _store_start(self, turn: LiveTurn) -> Job:
        async def job() -> None:
            await self._call_for_open(
                answers.start_turn,
                answer_id=turn.answer_id,
                deadline_at=self.find_deadline(turn),
                now=self._live.clock.read_at(),
            )

        return job

    def _store_deadline(self, turn: LiveTurn) -> Job:
        async def job() -> None:
            await self._live.call_service(
                answers.store_deadline, answer_id=turn.answer_id, deadline_at=self.find_deadline(turn)
            )

        return job

    def _store_chunk(self, turn: LiveTurn, step: StoreChunk) -> Job:
        async def job() -> None:
            through = await self._call_for_open(
                audio_segments.store_segment,
                answer_id=turn.answer_id,
                chunk=step.chunk,
                has_speech=step.has_speech,
                is_answer=step.is_answer,
                turn_memory=step.memory,
                deadline_at=self.find_deadline(turn),
                now=self._live.clock.read_at(),
            )
            if through is not None:
                await self._live.tell("audio_ack", answer=turn.number, through=through)

        return job

    def _close(self, turn: LiveTurn, reason: str, typed_text: str) -> Job:
        async def job() -> None:
            if self._live.jobs.has_lost:  # words of it, maybe: it stays open, and is asked again
                return
            values = {"answer_id": turn.answer_id, "reason": reason, "typed_text": typed_text}
            await self._call_for_open(answers.close_answer, now=self._live.clock.read_at(), **values)
            self._live.look_for_news()

        return job

    async def _call_for_open(self, service: object, **values: object) -> int | None:
        """A service on the open answer. If somebody else has closed it meanwhile (the sweeper, the session's end), the
        client is told and the connection goes on."""
        assert callable(service)
        try:
            result: int | None = await self._live.call_service(service, **values)
        except ConnectionReplaced:
            raise
        except MoveRefused as conflict:
            logger.info("Interview %s: %s", self._live.session.uuid, conflict)
            await self._live.tell_error(conflict.code, str(conflict))
            return None
        return result

    def find_deadline(self, turn: LiveTurn) -> datetime | None:
        at = turn.deadline(self._live.clock.read())
        return None if at is None else datetime.fromtimestamp(at, UTC)


def _count_resend_seconds(opened: OpenTurn | None, now: float) -> float:
    """Audio that the client may have kept since the last that is stored; it is not a flood when it comes at once."""
    if opened is None:
        return 0.0
    since = opened.memory.last_audio_at or opened.asked_at.timestamp()
    return min(RESEND_SECONDS, max(0.0, now - since))
