"""Stores a closed stretch of audio: FLAC to storage, a row, and the work of transcribing it.

Called by the consumer with what the audio buffer and the turn detector agreed on. What it returns may be acknowledged.
"""

from datetime import datetime

import numpy as np
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from config.work.transports import enqueue
from interviewpanel.domain.audio_buffer import Chunk
from interviewpanel.domain.states import MoveRefused
from interviewpanel.engines.flac import encode_flac
from interviewpanel.models import Answer, AudioSegment
from interviewpanel.services.answers import get_open_answer
from interviewpanel.services.events import lock_session


def store_segment(
    *,
    session_id: int,
    epoch: int | None,
    answer_id: int,
    chunk: Chunk,
    has_speech: bool,
    is_answer: bool,
    turn_memory: dict[str, object],
    deadline_at: datetime | None,
    now: datetime,
) -> int:
    """Make a chunk durable and return the frame through which the client may forget.

    Effects in order: the file is written; then in one transaction guarded by `epoch` the row, what the detector knew
    there, and the turn's deadline. A segment without speech needs no work and is done at once. `epoch` is None where
    the sound comes by no connection: then it counts whoever has the session by now.

    Done twice it is done once: an error may hide that the row was stored. Raises ConnectionReplaced, or MoveRefused if
    the answer is closed already; the file is then deleted again. A server that is killed between file and row leaves a
    file that no row names.
    """
    answer = Answer.objects.select_related("session").get(pk=answer_id)
    segment = AudioSegment(
        answer=answer,
        number=_next_number(answer),
        first_sequence=chunk.first_sequence,
        last_sequence=chunk.last_sequence,
        start_sample=chunk.start_sample,
        end_sample=chunk.end_sample,
        lost_samples=chunk.lost_samples,
        has_speech=has_speech,
        is_answer=is_answer,
    )
    audio = ContentFile(encode_flac(np.frombuffer(chunk.pcm, dtype="<i2")))
    segment.file.save("segment.flac", audio, save=False)
    if not segment.needs_transcription:
        segment.work_status, segment.finished_at = AudioSegment.WorkStatus.DONE, now
    try:
        with transaction.atomic():
            get_open_answer(lock_session(session_id, epoch=epoch), answer_id)
            segment.save(force_insert=True)
            Answer.objects.filter(pk=answer_id).update(turn_memory=turn_memory, turn_deadline_at=deadline_at)
            if segment.needs_transcription:
                enqueue(segment)
    except (MoveRefused, IntegrityError) as error:  # certainly no row; after any other error there may be one
        segment.file.delete(save=False)
        if not isinstance(error, IntegrityError) or not _is_stored(segment):
            raise
    return segment.last_sequence


def _is_stored(segment: AudioSegment) -> bool:
    """By an earlier try: the same frames of the same answer."""
    frames = {"first_sequence": segment.first_sequence, "last_sequence": segment.last_sequence}
    return AudioSegment.objects.filter(answer_id=segment.answer_id, **frames).exists()


def _next_number(answer: Answer) -> int:
    last = answer.segments.order_by("-number").values_list("number", flat=True).first()
    return 1 if last is None else last + 1
