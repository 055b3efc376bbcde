"""`ws/interview/<token>/`: authenticates, dispatches, translates errors. What it decides nothing about is elsewhere.

A frame goes: `receive` → checks → `LiveTurn.push` → steps. Steps that touch the database go through one queue per
connection (`_jobs`), in order, so that a segment is stored before its answer is closed, and nothing slow ever stands
in `receive`. Events come the other way: rows, read by `_deliver` on every hint and every few seconds.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from interviewpanel.consumers.handlers import HANDLERS
from interviewpanel.consumers.live_turn import CloseTurn, LiveTurn, Step, StoreChunk, TellTurn, TurnBegan, TurnStart
from interviewpanel.consumers.threads import in_thread
from interviewpanel.domain import protocol
from interviewpanel.domain.protocol import FloodGuard, ProtocolError
from interviewpanel.domain.states import MoveRefused, SessionStatus
from interviewpanel.engines.vad import load_speech_detector
from interviewpanel.models import InterviewSession, SessionEvent
from interviewpanel.selectors.session_state import describe_session, list_events, load_session
from interviewpanel.services import answers, audio_segments, deadlines, live_turns, session_manager
from interviewpanel.services.clocks import count_remaining_seconds, is_time_short
from interviewpanel.services.events import ConnectionReplaced
from interviewpanel.services.invitations import find_invitation

logger = logging.getLogger(__name__)

POLL_SECONDS = 5.0  # events are looked for this often even if every hint was lost
LEASE_RENEWAL_SECONDS = 10.0
CLOCK_SECONDS = 10.0
GOODBYE_SECONDS = 10.0

Job = Callable[[], Awaitable[None]]


def _count_resend_seconds(opened: live_turns.OpenTurn | None, now: float) -> float:
    """Audio that the client may have kept since the last that is stored; it is not a flood when it comes at once."""
    if opened is None or opened.memory.last_audio_at is None:
        return 0.0
    return min(600.0, now - opened.memory.last_audio_at)


class InterviewConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    session: InterviewSession
    epoch: int
    turn: LiveTurn | None = None
    question: dict[str, object] | None = None
    question_sequence = 0

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels' own dispatch hops to a thread to close database connections, on every frame. We need none."""
        handler = getattr(self, message["type"].replace(".", "_"))
        await handler(message)

    # --- Coming and going ----------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Accepted first: close codes reach a browser only then, and before it nobody learns whether a token exists."""
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_open = False
        self.sent_sequence = 0
        await self.accept()
        try:
            await self._enter(self.scope["url_route"]["kwargs"]["token"])
        except Exception:
            await self._fail()

    async def _enter(self, token: str) -> None:
        invitation = await in_thread(find_invitation, token)
        if invitation is None:
            await self.refuse("link.unknown", "This link is not valid. Please check it.", protocol.CLOSE_TOKEN)
            return
        try:
            opened = await in_thread(session_manager.open_session, invitation=invitation, now=timezone.now())
        except session_manager.LinkRefused as refusal:
            await self.refuse("link.refused", str(refusal), refusal.close_code)
            return
        self.epoch = opened.epoch
        self._is_open = True
        await self._begin(opened.pk)

    async def _begin(self, session_id: int) -> None:
        now = time.time()
        self.session = await in_thread(load_session, session_id)
        await self.channel_layer.group_add(self.session.group_name, self.channel_name)
        self.sent_sequence = self.session.event_sequence
        opened = await in_thread(live_turns.load_open_turn, self.session)
        self._take_turn(opened, now)
        self._guard = FloodGuard(now, credit_seconds=_count_resend_seconds(opened, now))
        await self.send_state()
        if self.turn is not None:
            await self.follow(self.turn.rejoin(now))
            if self.session.status == SessionStatus.PAUSED:
                await self.follow(self.turn.pause(now))
        for work in (self._work_jobs(), self._tick(), self._deliver_news()):
            self._tasks.append(asyncio.create_task(self._guarded(work)))

    def _take_turn(self, opened: live_turns.OpenTurn | None, now: float) -> None:
        if opened is None:
            self.turn, self.question = None, None
            return
        start = TurnStart(
            answer_id=opened.answer_id,
            number=opened.number,
            first_sequence=opened.first_sequence,
            start_sample=opened.start_sample,
            memory=opened.memory,
            think_seconds=opened.think_seconds,
            heard_by=None if opened.memory.is_started else now + opened.heard_seconds,
        )
        self.turn = LiveTurn(start, live_turns.load_rules(self.session), load_speech_detector())
        self.question, self.question_sequence = opened.question, opened.question_sequence
        if opened.is_started and not opened.memory.is_started:
            self.turn.start(now)  # begun, but no segment was stored yet: the turn begins again here

    async def send_state(self) -> None:
        now = timezone.now()
        state = await in_thread(
            describe_session,
            self.session,
            now=now,
            remaining_seconds=count_remaining_seconds(self.session, now),
            question=self.question,
        )
        await self.tell("session_state", **state)

    async def disconnect(self, code: int) -> None:
        """What was heard and cut is stored, the rest was not acknowledged and comes again; then the lease is free."""
        if not self._is_open:
            return
        self._is_open = False
        await self.channel_layer.group_discard(self.session.group_name, self.channel_name)
        for task in self._tasks[1:]:
            task.cancel()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._jobs.join(), GOODBYE_SECONDS)
        self._tasks[0].cancel()
        await in_thread(
            session_manager.interrupt_session, session_id=self.session.pk, epoch=self.epoch, now=timezone.now()
        )

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        await self.disconnect(message.get("code", 1006))
        raise StopConsumer

    # --- What the client sends -----------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self._is_open:
            return
        try:
            if bytes_data is not None:
                await self._receive_audio(protocol.read_frame(bytes_data))
            else:
                self._guard.take_message(time.time())
                await self._receive_message(protocol.read_message(text_data or ""))
        except ProtocolError as error:
            await self.tell_error(error.code, str(error), re=error.re)
            if error.close_code:
                await self.leave(error.close_code)
        except Exception:
            await self._fail()

    async def _receive_message(self, message: protocol.ClientMessage) -> None:
        try:
            await HANDLERS[message.type](self, message)
        except ConnectionReplaced:
            await self.leave(protocol.CLOSE_REPLACED)
        except MoveRefused as refusal:
            raise ProtocolError(refusal.code, str(refusal), re=message.id) from refusal

    async def _receive_audio(self, frame: protocol.AudioFrame) -> None:
        turn, now = self.turn, time.time()
        if self.session.consented_at is None:
            raise ProtocolError("consent.required", "Nothing is recorded before you have agreed.")
        if turn is None or frame.answer != turn.number:
            await self._receive_stray(frame)
            return
        if self.session.status == SessionStatus.PAUSED:
            raise ProtocolError("audio.paused", "The interview is paused; nothing is recorded.")
        if turn.is_closed:
            return  # late frames behind the closing one
        steps, is_new = turn.push(frame.sequence, frame.pcm, now)
        if steps:
            await self.follow(steps)
        if is_new:
            wait = self._guard.take_audio(frame.seconds, now)
            if wait:
                await asyncio.sleep(wait)

    async def _receive_stray(self, frame: protocol.AudioFrame) -> None:
        """A frame of a closed answer: the client may forget all of that answer. Of no answer at all: an error."""
        self._guard.take_message(time.time())
        closing = await in_thread(answers.find_closing_sequence, self.session.pk, frame.answer)
        if closing is None:
            raise ProtocolError("audio.unknown_answer", f"There is no open question {frame.answer}.")
        await self.tell("audio_ack", answer=frame.answer, through=closing)

    # --- What a turn leads to --------------------------------------------------------------------------------------

    async def follow(self, steps: Sequence[Step], *, typed_text: str | None = None) -> None:
        """Do the steps of the open turn in order: tell at once, store and close through the queue."""
        turn = self.turn
        assert turn is not None
        for step in steps:
            match step:
                case TellTurn(update):
                    values: dict[str, object] = {"state": str(update.state), "reason": update.reason}
                    if update.ends_in_ms is not None:
                        values["ends_in_ms"] = update.ends_in_ms
                    await self.tell("turn_update", **values)
                case TurnBegan():
                    self.put_job(self._store_start(turn))
                case StoreChunk():
                    self.put_job(self._store_chunk(turn, step))
                case CloseTurn(reason):
                    self.put_job(self._close(turn, reason, typed_text))

    def put_job(self, job: Job) -> None:
        self._jobs.put_nowait(job)

    def start_turn(self) -> None:
        assert self.turn is not None
        self.put_job(self._store_start(self.turn))

    def _store_start(self, turn: LiveTurn) -> Job:
        async def job() -> None:
            await self._call(
                answers.start_turn, answer_id=turn.answer_id, deadline_at=self._deadline(turn), now=timezone.now()
            )

        return job

    def _store_chunk(self, turn: LiveTurn, step: StoreChunk) -> Job:
        async def job() -> None:
            through = await self._call(
                audio_segments.store_segment,
                answer_id=turn.answer_id,
                chunk=step.chunk,
                has_speech=step.has_speech,
                is_answer=step.is_answer,
                turn_memory=step.memory,
                deadline_at=self._deadline(turn),
                now=timezone.now(),
            )
            await self.tell("audio_ack", answer=turn.number, through=through)

        return job

    def _close(self, turn: LiveTurn, reason: str, typed_text: str | None) -> Job:
        async def job() -> None:
            try:
                await self._call(
                    answers.close_answer,
                    answer_id=turn.answer_id,
                    reason=reason,
                    typed_text=typed_text or "",
                    now=timezone.now(),
                )
            except ConnectionReplaced:
                raise
            except MoveRefused as conflict:  # the sweeper was first
                logger.info("Interview %s: %s", self.session.uuid, conflict)
            self.look_for_news()

        return job

    def _deadline(self, turn: LiveTurn) -> datetime | None:
        at = turn.deadline(time.time())
        return None if at is None else datetime.fromtimestamp(at, UTC)

    async def _call(self, service: Callable[..., Any], **values: object) -> Any:
        """A service of this connection: guarded by its epoch."""
        return await in_thread(service, session_id=self.session.pk, epoch=self.epoch, **values)

    async def call(self, service: Callable[..., Any], **values: object) -> None:
        """For the handlers: behind everything that is queued, and its refusal is the client's answer."""
        await self._jobs.join()
        await self._call(service, now=timezone.now(), **values)
        self.look_for_news()

    # --- The connection's own work ---------------------------------------------------------------------------------

    async def _work_jobs(self) -> None:
        try:
            while True:
                job = await self._jobs.get()
                try:
                    await job()
                finally:
                    self._jobs.task_done()
        finally:  # nobody may wait for jobs that nobody does any more
            while not self._jobs.empty():
                self._jobs.get_nowait()
                self._jobs.task_done()

    async def _tick(self) -> None:
        told_clock = renewed = time.time()
        while True:
            await asyncio.sleep(1)
            now = time.time()
            if self.turn is not None and not self.turn.is_closed:
                await self.follow(self.turn.tick(now))
                for gap in self.turn.missing(now):
                    nack = {"from": gap.from_sequence, "to": gap.to_sequence}
                    await self.tell("audio_nack", answer=self.turn.number, **nack)
            if now - renewed >= LEASE_RENEWAL_SECONDS:
                renewed = now
                await self._renew()
            if now - told_clock >= CLOCK_SECONDS and self.session.status == SessionStatus.IN_PROGRESS:
                told_clock = now
                await self._tell_clock()
            await self._watch_limits()

    async def _renew(self) -> None:
        is_ours = await in_thread(
            session_manager.renew_lease, session_id=self.session.pk, epoch=self.epoch, now=timezone.now()
        )
        if not is_ours:
            raise ConnectionReplaced
        if self.turn is not None:
            await in_thread(
                answers.store_deadline, answer_id=self.turn.answer_id, deadline_at=self._deadline(self.turn)
            )

    async def _watch_limits(self) -> None:
        """The clock and the pauses are looked at in memory; only what is due goes to the database."""
        now = timezone.now()
        if deadlines.is_limit_reached(self.session, now):
            await self._jobs.join()
            await in_thread(deadlines.act_on_limits, self.session.pk, now)
            self.look_for_news()
        if (self.turn is None or self.turn.is_closed) and self.session.status == SessionStatus.IN_PROGRESS:
            await in_thread(answers.stop_waiting_for_words, session_id=self.session.pk, now=now)

    async def _tell_clock(self) -> None:
        now = timezone.now()
        remaining = round(count_remaining_seconds(self.session, now))
        await self.tell("clock", remaining_seconds=remaining, wrap_up=is_time_short(self.session, now))

    async def _deliver_news(self) -> None:
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._news.wait(), POLL_SECONDS)
            self._news.clear()
            while events := await in_thread(list_events, self.session.pk, self.sent_sequence):
                self.session = await in_thread(load_session, self.session.pk)
                for event in events:
                    await self._deliver(event)

    async def _deliver(self, event: SessionEvent) -> None:
        if event.type == "next_question":
            self._take_turn(await in_thread(live_turns.load_open_turn, self.session), time.time())
        elif self.turn is not None and not self.turn.is_closed and event.type in ("paused", "resumed"):
            act = self.turn.pause if event.type == "paused" else self.turn.resume
            await self.follow(act(time.time()))
        await self.tell(event.type, sequence=event.sequence, at=event.at, **event.payload)
        self.sent_sequence = event.sequence
        if event.type == "paused" and event.payload.get("reason") == "are_you_there":
            await self.tell("notice", code="are_you_there", message="Are you still there? Press resume to go on.")
        if event.type == "interview_completed":
            await self.leave(protocol.CLOSE_NORMAL)

    def look_for_news(self) -> None:
        self._news.set()

    # --- Hints from the channel layer ------------------------------------------------------------------------------

    async def session_news(self, message: dict[str, Any]) -> None:
        self.look_for_news()

    async def session_replaced(self, message: dict[str, Any]) -> None:
        if message["epoch"] > self.epoch:
            await self.leave(protocol.CLOSE_REPLACED)

    async def session_revoked(self, message: dict[str, Any]) -> None:
        await self.leave(protocol.CLOSE_TOKEN)

    # --- What the server says --------------------------------------------------------------------------------------

    async def tell(self, type_: str, *, at: datetime | None = None, **values: object) -> None:
        stamp = (at or timezone.now()).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        await self.send(text_data=protocol.write_message({"type": type_, "at": stamp, **values}))

    async def tell_error(self, code: str, message: str, *, re: object = None, is_fatal: bool = False) -> None:
        await self.tell("error", code=code, message=message, re=re, fatal=is_fatal)

    async def refuse(self, code: str, message: str, close_code: int) -> None:
        await self.tell_error(code, message, is_fatal=True)
        await self.close(code=close_code)

    async def leave(self, code: int) -> None:
        await self.close(code=code)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """A task of the connection may end it, but never die unheard."""
        try:
            await work
        except ConnectionReplaced:
            await self.leave(protocol.CLOSE_REPLACED)
        except Exception:
            await self._fail()

    async def _fail(self) -> None:
        """The client reconnects and finds everything that was acknowledged."""
        session = getattr(self, "session", None)
        logger.exception("Interview %s: the connection failed.", session.uuid if session else "(none)")
        with contextlib.suppress(Exception):
            await self.tell_error("server.fatal", "Something went wrong here. Reconnecting.", is_fatal=True)
            await self.close(code=protocol.CLOSE_ERROR)
