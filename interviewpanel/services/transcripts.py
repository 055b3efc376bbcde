"""From a stored segment to words. The work of `tasks.process_buffered_audio`."""

from collections.abc import Callable

import numpy as np
from django.utils import timezone

from config.work.tasks import WorkRefused
from interviewpanel.domain.turn_rules import SAMPLE_RATE
from interviewpanel.engines.flac import AudioUnreadable, decode_audio
from interviewpanel.engines.transcription import (
    Pcm,
    Transcription,
    TranscriptionEngine,
    TranscriptionRefused,
)
from interviewpanel.models import Answer, AudioSegment, InterviewSession
from interviewpanel.selectors.heard_words import describe_heard
from interviewpanel.selectors.withdrawals import NOTHING_MORE, has_withdrawn
from interviewpanel.services.answers import advance_answer
from interviewpanel.services.conversation.follow_ups import prepare_follow_up
from interviewpanel.services.events import lock_session, record_event

PREROLL_SAMPLES = 8_000  # 0.5 s of what came before, so that a first syllable at the cut is heard in full


def transcribe_segment(segment: AudioSegment, engine: TranscriptionEngine) -> Callable[[], None]:
    """Hear one segment. Returns what stores it.

    Raises WorkRefused where no other attempt can help, and of a candidate who has withdrawn: here, and where it stores.
    """
    answer = Answer.objects.select_related("session__invitation__panel", "question_version").get(pk=segment.answer_id)
    if has_withdrawn(answer.session):
        raise WorkRefused(NOTHING_MORE)
    try:
        pcm, preroll = _read_audio(segment)
        heard = engine.transcribe(
            pcm,
            language=answer.session.invitation.panel.language,
            hotwords=answer.question_version.expected_elements,
            preroll_samples=preroll,
        )
    except (TranscriptionRefused, AudioUnreadable) as error:
        raise WorkRefused(str(error)) from error
    return lambda: _store_words(segment, heard)


def _read_audio(segment: AudioSegment) -> tuple[Pcm, int]:
    pcm = _read_file(segment)
    previous = AudioSegment.objects.filter(
        answer_id=segment.answer_id, end_sample=segment.start_sample, is_answer=True
    ).first()
    if previous is None:
        return pcm, 0
    context = _read_file(previous)[-PREROLL_SAMPLES:]
    return np.concatenate([context, pcm]), len(context)


def _read_file(segment: AudioSegment) -> Pcm:
    if not segment.file:
        raise WorkRefused("Its sound was erased before it could be heard: it was kept as long as was told.")
    with segment.file.open("rb") as file:
        return decode_audio(file.read())


def _store_words(segment: AudioSegment, heard: Transcription) -> None:
    """Effects: the words on the segment, a partial transcript for the client, and the answer moves on if it can."""
    session = lock_session(segment.answer.session_id)
    if has_withdrawn(session):
        raise WorkRefused(NOTHING_MORE)
    offset = segment.start_sample / SAMPLE_RATE
    segment.text = heard.text
    segment.words = [
        {**word.to_dict(), "start": round(word.start_seconds + offset, 3), "end": round(word.end_seconds + offset, 3)}
        for word in heard.words
    ]
    segment.dropped_reason = heard.dropped_reason or ""
    segment.engine, segment.engine_model, segment.is_rough = heard.engine, heard.model, heard.is_rough
    segment.save(update_fields=["text", "words", "dropped_reason", "engine", "engine_model", "is_rough"])
    prepare_follow_up(session, segment.answer_id, timezone.now())
    _tell_and_advance(session, segment)


def give_up_segment(segment: AudioSegment, reason: str) -> None:
    """A segment nobody could hear. The answer moves on; its score will say what is missing.

    Of a candidate who has withdrawn it stays where it is: nobody is to hear or score more of it.
    """
    session = lock_session(segment.answer.session_id)
    if not has_withdrawn(session):
        _tell_and_advance(session, segment)


def _tell_and_advance(session: InterviewSession, segment: AudioSegment) -> None:
    now = timezone.now()
    record_event(session, "transcription_update", describe_heard(segment.answer), now)
    advance_answer(session, segment.answer_id, now)
