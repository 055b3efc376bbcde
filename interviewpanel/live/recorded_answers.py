"""Hears what Twilio has recorded of an answer as a stream would have been heard: same frames, voice detector, segments.

The work of `tasks.hear_phone_recording`. Only how an answer ends is known already: by the key or the silence that ended
its recording, so silence within it ends nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile

from django.conf import settings

from config.work.tasks import TryLater, WorkNotReady, WorkRefused
from interviewpanel.domain.states import MoveRefused
from interviewpanel.engines.flac import AudioUnreadable, decode_audio
from interviewpanel.engines.telephony import NoSuchRecording, RecordingTooLarge, download_recording
from interviewpanel.engines.vad import load_speech_detector
from interviewpanel.live.live_turn import LiveTurn, Step, StoreChunk
from interviewpanel.models import InterviewSession, PhoneRecording
from interviewpanel.selectors.open_turns import load_open_turn
from interviewpanel.selectors.session_state import load_session
from interviewpanel.selectors.turn_rules import load_rules
from interviewpanel.services import answers, audio_segments
from interviewpanel.services.call_recordings import remove_at_twilio_later
from organizations.domain.delivery import DeliveryPostponed

Store = Callable[[], None]
FRAME_BYTES = 2 * 1_536
LOOK_AGAIN = timedelta(seconds=1)
MEMORY_BYTES = 32 * 1024 * 1024


def hear_recording(row: PhoneRecording, now: datetime) -> Store:
    """Effects before it returns: every segment, each durable by itself, at the place that the row keeps: done twice, no
    sound is there twice. Returns what closes the answer and has it removed at Twilio.

    Raises WorkNotReady behind an earlier recording of the answer, TryLater while Twilio does not have it yet,
    WorkRefused for what is no sound, and where the answer is closed.
    """
    earlier = PhoneRecording.objects.filter(answer_id=row.answer_id, pk__lt=row.pk)
    if earlier.exclude(work_status__in=PhoneRecording.OVER).exists():
        raise WorkNotReady(now + LOOK_AGAIN)
    frames = _cut(_fetch(row, now))
    session = load_session(row.answer.session_id)
    try:
        _store(session, row, frames, now.timestamp())
    except MoveRefused as refusal:
        raise WorkRefused(str(refusal)) from None
    return lambda: _finish(row, now)


def _fetch(row: PhoneRecording, now: datetime) -> bytes:
    """16 kHz s16le."""
    try:
        with SpooledTemporaryFile(MEMORY_BYTES) as file:
            download_recording(row.sid, file, kind="wav")
            file.seek(0)
            return decode_audio(file.read()).astype("<i2").tobytes()
    except (DeliveryPostponed, NoSuchRecording) as reason:  # it is told of before it is there
        raise TryLater(str(reason), now + row.retry_delay(row.attempts)) from None
    except (RecordingTooLarge, AudioUnreadable) as reason:
        raise WorkRefused(str(reason)) from None


def _cut(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES)]


def _store(session: InterviewSession, row: PhoneRecording, frames: list[bytes], now: float) -> None:
    opened = load_open_turn(session)
    if opened is None or opened.answer_id != row.answer_id:
        raise MoveRefused("The answer was closed before its recording came.", "answer.closed")
    if row.first_sequence is None:
        row.first_sequence = opened.first_sequence
        PhoneRecording.objects.filter(pk=row.pk).update(first_sequence=opened.first_sequence)
    turn = LiveTurn(opened, load_rules(session).without_silence(), load_speech_detector(), now)
    steps: list[Step] = [*turn.rejoin(now), *turn.resume(now), *turn.start(now)]
    for sequence, pcm in enumerate(frames, row.first_sequence):
        steps += turn.push(sequence, pcm, now)
    steps += turn.end(now, row.closes) if row.closes else turn.hang_up(now)
    for step in steps:
        if isinstance(step, StoreChunk):
            audio_segments.store_segment(
                session_id=session.pk,
                epoch=None,  # it was said on this call, whoever has the session by now
                answer_id=row.answer_id,
                chunk=step.chunk,
                has_speech=step.has_speech,
                is_answer=step.is_answer,
                turn_memory=step.memory,
                deadline_at=None,
                now=row.due_at,
            )


def _finish(row: PhoneRecording, now: datetime) -> None:
    """It is here: at Twilio it is to go, unless the site keeps recordings there."""
    _close(row, now)
    if settings.PHONE_REMOVES_RECORDINGS:
        remove_at_twilio_later([row.sid], now)


def _close(row: PhoneRecording, now: datetime) -> None:
    """By what is known now: Twilio may say that a recording is there before it says which key has ended it."""
    row.refresh_from_db(fields=["closes"])
    if row.closes:
        answers.close_answer(
            session_id=row.answer.session_id, epoch=None, answer_id=row.answer_id, reason=row.closes, now=now
        )


def give_up_recording(row: PhoneRecording, reason: str, now: datetime) -> None:
    """What was said cannot be had. The answer is closed as it is, so that the interview goes on: without its sound it
    counts as a failure of ours, never as a low score. Of one that was closed before, it is removed at Twilio: nobody
    will hear it."""
    if not row.answer.is_open:
        remove_at_twilio_later([row.sid], now)
    else:
        _close(row, now)
